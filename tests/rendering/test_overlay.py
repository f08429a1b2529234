"""Maps over the view, against bilinear interpolation by hand and by Pillow."""

import numpy as np
import pytest
from PIL import Image

from app.errors import InvalidRequest, NonFinite
from app.rendering.colormap import colour_table
from app.rendering.overlay import (
    OverlayStyle,
    Placement,
    enlarge,
    overlay,
    receptive_field_placement,
    stretch_placement,
)
from app.rendering.scale import Scale, quantise, scale_of

RNG = np.random.default_rng(13)


@pytest.mark.parametrize(
    ("cells", "view"), [((7, 7), (224, 224)), ((5, 9), (40, 31)), ((1, 1), (8, 8)), ((6, 6), (6, 6))]
)
def test_stretching_agrees_with_pillow(cells: tuple[int, int], view: tuple[int, int]) -> None:
    values = RNG.standard_normal(cells).astype(np.float32)
    resized = Image.fromarray(values).resize((view[1], view[0]), Image.Resampling.BILINEAR)
    np.testing.assert_allclose(enlarge(values, *view), np.asarray(resized), atol=1e-5)


def test_values_are_at_the_centres_of_their_receptive_fields() -> None:
    # An 11 x 11 convolution with stride 4 on 227 x 227, unpadded: 55 x 55 cells, centres at 5, 9, 13 ...
    placement = receptive_field_placement(size=(11, 11), step=(4, 4), offset=(0, 0))
    values = RNG.standard_normal((55, 55)).astype(np.float32)
    enlarged = enlarge(values, 227, 227, placement)
    assert placement == Placement(5, 5, 4, 4)
    np.testing.assert_allclose(enlarged[5:222:4, 5:222:4], values, atol=1e-6)
    np.testing.assert_allclose(enlarged[7, 5:222:4], (values[0] + values[1]) / 2, atol=1e-6)
    np.testing.assert_allclose(enlarged[0, 5:222:4], values[0], atol=1e-6)


def test_a_padded_network_without_stride_is_placed_as_stretched() -> None:
    assert receptive_field_placement((3, 3), (1, 1), (-1, -1)) == stretch_placement(56, 56, 56, 56)


def test_the_two_axes_of_a_receptive_field_are_placed_apart() -> None:
    assert receptive_field_placement((11, 5), (4, 2), (-3, 1)) == Placement(2, 3, 4, 2)


def test_each_pixel_is_blended() -> None:
    view = RNG.integers(0, 256, (12, 10, 3), np.uint8)
    values = RNG.uniform(0, 1, (3, 2)).astype(np.float32)
    table, scale = colour_table("viridis"), scale_of(values)
    colours = table[quantise(enlarge(values, 12, 10), scale)]
    blended = overlay(view, values, scale, OverlayStyle("viridis", 0.4))
    assert np.abs(blended - (0.6 * view.astype(float) + 0.4 * colours)).max() <= 0.501
    np.testing.assert_array_equal(overlay(view, values, scale, OverlayStyle("viridis", 0)), view)
    np.testing.assert_array_equal(overlay(view, values, scale, OverlayStyle("viridis", 1)), colours)


def test_a_fading_map_leaves_the_view_where_it_is_zero() -> None:
    view = np.full((1, 3, 3), 100, np.uint8)
    values = np.array([[-1.0, 0.0, 1.0]], np.float32)
    table = colour_table("diverging")
    blended = overlay(view, values, scale_of(values, signed=True), OverlayStyle("auto", 1, is_fading=True))
    assert np.abs(blended[0, 1].astype(int) - 100).max() <= 1
    assert blended[0, 0].tolist() == table[0].tolist()
    assert blended[0, 2].tolist() == table[255].tolist()


def test_the_opacity_of_a_fading_map_is_full_at_the_ends_of_the_scale_and_falls_to_zero() -> None:
    """On black, white shows the opacity alone: three quarters of it half-way, and steeper from there on."""
    values = np.array([[-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1]], np.float32)
    style, ends = OverlayStyle("grey", 0.8, is_fading=True), scale_of(values, signed=True)
    colours = colour_table("grey")[quantise(values, ends)][..., 0]
    drawn = overlay(np.zeros((1, 9, 3), np.uint8), values, ends, style)[..., 0]
    opacity = 0.8 * np.array([1, 0.875, 0.75, 0.375, 0, 0.375, 0.75, 0.875, 1])
    assert np.abs(drawn - opacity * colours).max() <= 1.5  # levels, of which one more or less is a little opacity


@pytest.mark.parametrize("opacity", [-0.1, 1.1, np.nan])
def test_an_opacity_outside_0_to_1_is_refused(opacity: float) -> None:
    with pytest.raises(InvalidRequest):
        OverlayStyle("grey", opacity)


def test_nan_is_refused() -> None:
    view, values = np.zeros((4, 4, 3), np.uint8), np.array([[1, np.nan]])
    with pytest.raises(NonFinite):
        overlay(view, values, Scale(0, 1, "fixed", signed=False), OverlayStyle("grey", 0.5))
