"""The forms of every experiment for its network and its photo: what they keep, and where they lead."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.rendering.colormap import DEFAULT, DIVERGING, colour_table
from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.pages.experiments.compare.address import LayerPairAddress
from app.web.pages.experiments.compare.gather import gather_pair
from app.web.pages.experiments.compare.page import layer_pair_page
from app.web.pages.experiments.depth.address import DepthAddress
from app.web.pages.experiments.depth.gather import gather_depth
from app.web.pages.experiments.depth.page import depth_page
from app.web.pages.experiments.digit.address import DigitAddress
from app.web.pages.experiments.digit.gather import gather_digit
from app.web.pages.experiments.digit.page import digit_page
from app.web.pages.experiments.fool.address import FoolAddress
from app.web.pages.experiments.fool.gather import gather_fool
from app.web.pages.experiments.fool.page import fool_page
from app.web.pages.experiments.layers.address import LayersAddress
from app.web.pages.experiments.layers.gather import gather_layers
from app.web.pages.experiments.layers.page import layers_page
from app.web.pages.experiments.paint.address import PaintAddress
from app.web.pages.experiments.paint.gather import gather_paint
from app.web.pages.experiments.paint.page import paint_page
from app.web.pages.experiments.picture.address import PictureAddress
from app.web.pages.experiments.picture.gather import gather_picture
from app.web.pages.experiments.picture.page import picture_page
from app.web.pages.experiments.sweep.address import SweepAddress
from app.web.pages.experiments.sweep.gather import gather_sweep
from app.web.pages.experiments.sweep.page import sweep_page
from app.web.pages.experiments.switch_off.address import SwitchOffAddress
from app.web.pages.experiments.switch_off.gather import gather_switch_off
from app.web.pages.experiments.switch_off.page import switch_off_page
from app.web.pages.experiments.webcam.address import WebcamAddress
from app.web.pages.experiments.webcam.gather import gather_webcam
from app.web.pages.experiments.webcam.page import webcam_page
from app.web.pages.site import Site
from tests.web.pages.conftest import result_of

ADDRESSES: dict[str, Any] = {
    "compare": LayerPairAddress,
    "depth": DepthAddress,
    "digit": DigitAddress,
    "fool": FoolAddress,
    "layers": LayersAddress,
    "paint": PaintAddress,
    "picture": PictureAddress,
    "sweep": SweepAddress,
    "switch-off": SwitchOffAddress,
    "webcam": WebcamAddress,
}
MAKERS: dict[str, tuple[Callable[..., Any], Callable[..., Any], bool]] = {  # is the address asked for, too?
    "compare": (gather_pair, layer_pair_page, False),
    "depth": (gather_depth, depth_page, False),
    "digit": (gather_digit, digit_page, True),
    "fool": (gather_fool, fool_page, True),
    "layers": (gather_layers, layers_page, True),
    "paint": (gather_paint, paint_page, False),
    "picture": (gather_picture, picture_page, False),
    "sweep": (gather_sweep, sweep_page, False),
    "switch-off": (gather_switch_off, switch_off_page, False),
    "webcam": (gather_webcam, webcam_page, True),
}
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


def page_of(site: Site, caller: Client, name: str, address: Any) -> tuple[Any, Any]:
    gather, page, with_address = MAKERS[name]
    data = result_of(gather(caller, address))
    return data, page(site, caller.engine, *([address] if with_address else []), data, REFUSAL)


def read(name: str, query: dict[str, Any]) -> Any:
    """The address of a query, lists where it has lists."""
    fields = ADDRESSES[name].model_fields
    lists = {each for each, field in fields.items() if "list" in str(field.annotation)}
    return ADDRESSES[name].model_validate(
        {each: values if each in lists or isinstance(values, str) else values[-1] for each, values in query.items()}
    )


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_form_keeps_the_rest_of_the_view(english: Site, caller: Client, photo: str, name: str) -> None:
    asked = read(name, {"model": "lenet5", "image": photo, **STATES[name]})
    data, page = page_of(english, caller, name, asked)
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
    assert kept.model_dump(by_alias=True, include=None, exclude_defaults=True) == {
        field: value
        for field, value in stated.model_dump(by_alias=True, exclude_defaults=True).items()
        if field in KEPT[name] | {"model"}
    }


@pytest.mark.parametrize("name", ADDRESSES)
def test_the_colours_are_those_of_numbers_without_and_with_a_sign(
    english: Site, caller: Client, photo: str, name: str
) -> None:
    _, page = page_of(english, caller, name, read(name, {"model": "lenet5", "image": photo}))
    for colours, colormap in ((page.unsigned, DEFAULT), (page.signed, DIVERGING)):
        for text, levels in zip((colours.red, colours.green, colours.blue), colour_table(colormap).T, strict=True):
            assert [float(share) for share in text.split()] == pytest.approx((levels / 255).tolist(), abs=1e-3)
