"""The scale of a signed map, and the map over the view."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.rendering.colormap import colour_table
from app.rendering.drawing import Drawing
from app.rendering.signed_maps import draw_signed_map, draw_signed_overlay, signed_scale

VALUES = np.array([[-1, 0], [0.5, 1]], np.float32)


def pixels(drawing: Drawing, mode: str = "RGB") -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(drawing.png)).convert(mode))


def test_a_few_outliers_do_not_stretch_the_scale() -> None:
    values = np.full((100, 100), 0.5, np.float32)
    assert signed_scale(values).hi == 0.5
    values[0, :3] = -80
    scale = signed_scale(values)
    assert (scale.lo, scale.hi) == (-0.5, 0.5)


def test_the_scale_of_a_map_of_zeros_ends_at_zero() -> None:
    assert signed_scale(np.zeros((4, 4), np.float32)).hi == 0


def test_a_map_alone_has_zero_in_the_middle_of_the_scale() -> None:
    drawing = draw_signed_map(VALUES, 2, None)
    assert pixels(drawing, "L").tolist() == [[0, 128], [191, 255]]
    assert drawing.headers["X-Scale-Signed"] == "1"
    assert (drawing.headers["X-Scale-Min"], drawing.headers["X-Scale-Max"]) == ("-1.0", "1.0")


def test_the_view_shows_through_where_the_map_is_zero() -> None:
    view = np.full((2, 2, 3), 100, np.uint8)
    drawn = pixels(draw_signed_overlay(view, VALUES, "auto", 1))
    assert drawn[0, 0].tolist() == colour_table("diverging")[0].tolist()
    assert np.abs(drawn[0, 1].astype(int) - 100).max() <= 1
