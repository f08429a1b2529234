"""The headers that go with a drawing."""

import base64

import numpy as np

from app.rendering.drawing import Drawing, encode_levels, scale_headers, sheet_headers
from app.rendering.png import encode_grey
from app.rendering.scale import Scale
from app.rendering.sheet import layout

ONE, OTHER = Scale(0, 1, "channel", signed=False), Scale(-2, 2, "channel", signed=True)


def test_a_shared_scale_is_stated_with_its_range() -> None:
    assert scale_headers((ONE, ONE)) == {
        "X-Scale-Domain": "channel",
        "X-Scale-Signed": "0",
        "X-Scale-Min": "0",
        "X-Scale-Max": "1",
    }


def test_scales_that_differ_have_no_common_range() -> None:
    assert scale_headers((OTHER, ONE)) == {"X-Scale-Domain": "channel", "X-Scale-Signed": "1"}


def test_the_address_of_a_drawing_holds_its_png() -> None:
    png = encode_levels(np.array([[0, 7]], np.uint8), ONE, None)
    assert png == encode_grey(np.array([[0, 7]], np.uint8))
    head, _, data = Drawing(png, {}).data_url.partition(",")
    assert (head, base64.b64decode(data)) == ("data:image/png;base64", png)


def test_a_sheet_states_its_columns_its_pitch_and_its_cells() -> None:
    assert sheet_headers(layout((4, 32, 40))) == {
        "X-Sheet-Columns": "2",
        "X-Sheet-Pitch": "41 33",
        "X-Sheet-Cell": "40 32",
    }
