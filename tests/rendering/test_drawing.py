"""The headers that go with a drawing."""

from app.rendering.drawing import scale_headers, sheet_headers
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


def test_a_sheet_states_its_columns_its_pitch_and_its_cells() -> None:
    assert sheet_headers(layout((4, 32, 40))) == {
        "X-Sheet-Columns": "2",
        "X-Sheet-Pitch": "41 33",
        "X-Sheet-Cell": "40 32",
    }
