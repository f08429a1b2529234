"""The page of the layers without scripts, rendered by a real server."""

import re

import httpx
import pytest

from tests.conftest import SAMPLES
from tests.web.responses import Reader, check_links, check_sound

DAMAGED = "damage=noise&damaged=conv3_1.conv1&amount=0.5"


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_page_has_the_figures_of_the_api_and_every_link_leads_somewhere(
    site: httpx.Client, image: str, visited: dict[httpx.URL, int], language: str
) -> None:
    address = f"experiments/layers?model=resnet18-imagenette&image={image}&layer=conv4_2.relu2&{DAMAGED}"
    answer = site.get(address, headers={"accept-language": language})
    page = Reader(answer.raise_for_status().text)
    check_sound(page)
    check_links(site, address, page, 200, visited)
    if language == "en":
        body = {"layer": "conv3_1.conv1", "kind": "noise", "amount": 0.5}
        damage = site.post("/api/v1/models/resnet18-imagenette/damages", json=body).json()
        assert f"Samples that are predicted rightly: {damage['right_after']} of 8, 8 before." in page.text
        readings = site.get(f"/api/v1/models/resnet18-imagenette/images/{image}/readings").json()["layers"]
        assert re.search(rf"conv4_2/relu2\s+[✓✗]\s+{readings[6]['linear']['label']}\s", page.text)


def test_a_network_without_probes_has_components_and_damage(site: httpx.Client, image: str) -> None:
    page = Reader(site.get(f"experiments/layers?model=squeezenet1_1&image={image}").raise_for_status().text)
    assert "There are no probes for this network." in page.text
    assert any(has.get("src", "").endswith("/components.png") for name, has in page.tags if name == "img")
    assert page.all("select", id="damaged")


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("layer=nowhere", 404, "no such layer"),
        ("damage=noise&damaged=conv_c3&amount=much", 400, "is a number"),
        ("damage=noise&damaged=conv_c3&amount=-1", 400, "at most"),
        ("damage=noise&damaged=nowhere", 404, "no such layer"),
        ("collection=nothing", 404, "collection"),
        ("damage=fire&damaged=conv_c3", 400, "noise or no_biases"),
    ],
)
def test_a_wrong_value_leaves_the_view_and_says_why(site: httpx.Client, query: str, status: int, message: str) -> None:
    answer = site.get(f"experiments/layers?model=lenet5&{query}")
    page = Reader(answer.text)
    assert answer.status_code == status
    assert message in page.text
    assert page.all("select", id="layer")


def test_folders_of_photos_have_a_chart_once_it_is_computed(site: httpx.Client) -> None:
    photos = sorted(SAMPLES.glob("*.jpg"))[:7]
    folders = (*"ababab", "c")
    files = [("file", (f"{folders[n]}/{photo.name}", photo.read_bytes())) for n, photo in enumerate(photos)]
    collection = site.post("/api/v1/collections", files=files).raise_for_status().json()["id"]
    address = f"experiments/layers?model=lenet5&collection={collection}"
    page = Reader(site.get(address).raise_for_status().text)
    (box,) = (has for _, has in page.tags if "data-events" in has)
    assert box["data-events"].endswith(f"/collections/{collection}/probes")
    page = Reader(site.get(f"{address}&wait=1").raise_for_status().text)
    check_sound(page)
    assert "6 photos in 2 folders." in page.text
    assert "fewer than three: 1." in page.text
    assert page.all("a", id="folder-point-5")


def test_a_picture_that_is_added_is_read_in_the_same_way(site: httpx.Client) -> None:
    answer = site.post("experiments/layers?model=lenet5&layer=pool_s2", data={"sample": "digits-7"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("layers?model=lenet5&image=")
