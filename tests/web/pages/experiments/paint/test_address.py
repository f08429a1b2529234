"""The address of the page that paints on a map: the channel, and the rectangle of the form."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.errors import InvalidRequest, UnknownChannel
from app.experiments.painting import Stroke
from app.web.pages.experiments.paint.address import PaintAddress

LAYER: Any = SimpleNamespace(id="conv", name="conv", channels=8)
RECTANGLE = {"top": "1", "left": "2", "bottom": "3", "right": "4"}


@pytest.mark.parametrize("name", ["model", "image", "layer", "view"])
def test_an_empty_field_is_as_if_it_were_left_out(name: str) -> None:
    assert PaintAddress.model_validate({name: ""}) == PaintAddress()


@pytest.mark.parametrize(("text", "channel"), [("", None), ("0", 0), ("7", 7)])
def test_a_channel_is_named_or_not(text: str, channel: int | None) -> None:
    assert PaintAddress(channel=text).named_channel(LAYER) == channel


@pytest.mark.parametrize(("text", "error"), [("8", UnknownChannel), ("-1", InvalidRequest), ("²", InvalidRequest)])
def test_what_is_no_channel_is_refused(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        PaintAddress(channel=text).named_channel(LAYER)


def test_the_rectangle_of_the_form_comes_after_the_strokes() -> None:
    address = PaintAddress(strokes="1:0,0,2,2=3", value="-0.5", **RECTANGLE)
    strokes = address.all_strokes(5)
    assert strokes == (Stroke(1, 0, 0, 2, 2, 3), Stroke(5, 1, 2, 4, 5, -0.5))
    stated = address.with_strokes(strokes)
    assert stated.link() == "?strokes=1:0,0,2,2%3D3;5:1,2,4,5%3D-0.5&value=-0.5"
    assert PaintAddress(strokes="1:0,0,2,2=3").all_strokes(5) == strokes[:1]


@pytest.mark.parametrize("wrong", [{"top": ""}, {"right": "x"}, {"value": "much"}, {"left": "1.5"}])
def test_a_rectangle_that_can_not_be_read_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidRequest):
        PaintAddress(**RECTANGLE | wrong).all_strokes(0)
