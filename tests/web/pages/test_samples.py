"""Which samples a page offers for a network."""

import re

import httpx
import pytest

from app.web.samples import SAMPLES, read_samples

BUTTON = re.compile(r'name="sample" value="([^"]+)"')
FOLDED = '<details class="unknown"'


def offered(page: str) -> tuple[list[str], list[str]]:
    """The samples in sight, and those that are folded."""
    shown, _, folded = page.partition(FOLDED)
    return BUTTON.findall(shown), BUTTON.findall(folded)


@pytest.mark.parametrize(
    ("model", "first"), [("lenet5", "digits-3"), ("resnet18-imagenette", "church"), ("squeezenet1_1", "cat")]
)
def test_a_network_is_offered_first_what_it_has_a_class_for(site: httpx.Client, model: str, first: str) -> None:
    assert offered(site.get("/", params={"model": model, "layer": "input"}).text)[0][0] == first


def test_a_photo_that_a_network_has_no_class_for_is_folded(site: httpx.Client) -> None:
    shown, folded = offered(site.get("/", params={"model": "lenet5", "layer": "input"}).text)
    assert all(sample.startswith("digits-") for sample in shown)
    assert "cat" in folded
    assert {*shown, *folded} == {sample.id for sample in read_samples(SAMPLES / "samples.json")}


def test_networks_side_by_side_are_offered_what_is_known_to_all_of_them(site: httpx.Client) -> None:
    both = {"models": ["squeezenet1_1", "efficientnet_lite0"]}
    shown, folded = offered(site.get("/compare", params=both).text)
    assert "coffee" in shown
    assert "rocket" in folded  # a pole to SqueezeNet
