"""The forms of every experiment for its network and its photo: what they keep, and where they lead."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.rendering.colormap import DEFAULT, DIVERGING, colour_table
from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.pages.site import Site
from tests.web.pages.experiments.every_page import ADDRESSES, data_and_page, read

STATES: dict[str, dict[str, Any]] = {
    "compare": {"layer": "conv_c1", "other_model": "squeezenet1_1", "channel": "2", "scale": "own"},
    "depth": {"vary": "rotation", "amount": "38"},
    "digit": {"rotation": "30", "centring": "off"},
    "fool": {"method": "fgsm", "target": "3"},
    "layers": {"layer": "conv_c3", "one": "3", "collection": "0" * 32},
    "paint": {"layer": "pool_s2", "channel": "2"},
    "picture": {"layer": "pool_s2", "change": ["rotation:30", "blur:2"]},
    "sweep": {"change": "rotation", "from": "10", "steps": "2", "second": "blur", "wait": "1"},
    "switch-off": {"layer": "pool_s2", "off": ["1,2"], "how": "mean"},
    "webcam": {"layer": "pool_s2"},
}
# What another network takes over: not the layer, the channel or the class, which it may not have.
KEPT = {
    "compare": {"image", "other_model", "other_image", "other_layer", "scale"},
    "depth": {"image", "vary", "amount"},
    "digit": {"image", "rotation", "centring"},
    "fool": {"image", "method"},
    "layers": {"image", "collection"},
    "paint": {"image"},
    "picture": {"image", "change"},
    "sweep": {"image", "change", "from", "steps", "second"},
    "switch-off": {"image"},
    "webcam": {"image"},
}
REFUSAL = Notice("no_picture", "No.", 415)


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_form_keeps_the_rest_of_the_view(english: Site, caller: Client, photo: str, name: str) -> None:
    asked = read(name, {"model": "lenet5", "image": photo, **STATES[name]})
    data, page = data_and_page(english, caller, name, asked, REFUSAL)
    stated = getattr(page, "address", getattr(data, "address", asked))
    subject = page.subject
    assert (subject.action, subject.network, subject.image) == (f"experiments/{name}", "lenet5", photo)
    assert subject.picture.startswith(f"api/v1/images/{photo}.png")
    assert (subject.max_bytes, subject.picture_notice) == (english.max_bytes, REFUSAL)
    assert [each.id for each in subject.networks if each.chosen] == ["lenet5"]
    path, query = urlsplit(subject.with_picture)[2:4]
    assert path == subject.action
    again = read(name, parse_qs(query))
    unsaid = {"image": photo, "channel": getattr(stated, "channel", None)} if name == "compare" else {"image": photo}
    saved = {"wait": False} if "wait" in ADDRESSES[name].model_fields else {}
    assert again.model_copy(update=unsaid) == stated.model_copy(update=saved)
    assert subject.hidden.keys() == KEPT[name]
    kept = read(name, {"model": "lenet5", **subject.hidden})
    assert kept.model_dump(by_alias=True, exclude_defaults=True) == {
        field: value
        for field, value in stated.model_dump(by_alias=True, exclude_defaults=True).items()
        if field in KEPT[name] | {"model"}
    }


@pytest.mark.parametrize("name", ADDRESSES)
def test_the_colours_are_those_of_numbers_without_and_with_a_sign(
    english: Site, caller: Client, photo: str, name: str
) -> None:
    _, page = data_and_page(english, caller, name, read(name, {"model": "lenet5", "image": photo}))
    for colours, colormap in ((page.unsigned, DEFAULT), (page.signed, DIVERGING)):
        for text, levels in zip((colours.red, colours.green, colours.blue), colour_table(colormap).T, strict=True):
            assert [float(share) for share in text.split()] == pytest.approx((levels / 255).tolist(), abs=1e-3)
