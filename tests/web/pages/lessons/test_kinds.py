"""Every kind of figure by name."""

import httpx
import pytest

from app.lessons.figures.registry import KINDS as NUMBER_KINDS
from app.resources import TEMPLATES
from app.web.pages.lessons.kinds import NETWORK_KINDS, UnknownFigure, state_of, template_of

KINDS = sorted({**NUMBER_KINDS, **NETWORK_KINDS})
WITH_A_NAME = {
    "branches": "googlenet",
    "confidence": "vgg16",
    "filters": "vgg16",
    "input-gradient": "vgg16",
    "maps": "vgg16",
    "network-gradients": "vgg16",
    "photo-shift": "vgg16",
    "separable-pairs": "mobilenet_v1",
    "variations": "vgg16",
    "zeros": "vgg16",
}  # of its network


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_a_template_and_a_state_whose_fields_have_defaults(kind: str) -> None:
    assert (TEMPLATES / template_of(kind)).is_file()
    state_of(kind)()


@pytest.mark.parametrize(("kind", "model"), WITH_A_NAME.items())
def test_in_german_a_figure_names_its_network_in_german(site: httpx.Client, kind: str, model: str) -> None:
    query = "" if kind == "network-gradients" else f"?model={model}-imagenette"
    page = site.get(f"/figures/{kind}{query}", headers={"Accept-Language": "de"}).raise_for_status().text
    assert "zehn Klassen" in page
    assert "ten classes" not in page


def test_a_name_stands_for_one_kind() -> None:
    assert NUMBER_KINDS.keys() & NETWORK_KINDS.keys() == set()


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownFigure):
        state_of("nothing")
