"""Sheets, pixel by pixel."""

import numpy as np
import pytest
from numpy.typing import NDArray

from app.errors import InvalidRequest, NonFinite
from app.rendering.scale import Domain, Scale, quantise, scale_of
from app.rendering.sheet import MAX_PIXELS, SheetLayout, area_mean, draw_sheet, layout

RNG = np.random.default_rng(11)
SHAPES = [(64, 224, 224), (512, 7, 7), (2048, 7, 7), (512, 112, 112), (25088,), (1000,), (10, 1, 1), (1, 224, 224)]


def scales_of(activation: NDArray[np.float32], domain: Domain = "channel") -> tuple[Scale, ...]:
    """A scale for each channel."""
    whole = scale_of(activation, "layer")
    if domain == "layer":
        return (whole,) * len(activation)
    return tuple(scale_of(channel, signed=whole.signed) for channel in activation)


def drawn_by_hand(activation: NDArray[np.float32], sheet: SheetLayout, order: NDArray[np.intp]) -> NDArray[np.uint8]:
    scales = scales_of(activation)
    pixels = np.full((sheet.height, sheet.width), scales[0].zero_level, np.uint8)
    for position, channel in enumerate(order):
        x, y, w, h = sheet.tile(position)
        cell = np.kron(
            quantise(activation[channel], scales[channel]), np.ones((sheet.magnify, sheet.magnify), np.uint8)
        )
        pixels[y : y + h, x : x + w] = cell
    return pixels


@pytest.mark.parametrize("channels", [1, 2, 5, 9, 12])
@pytest.mark.parametrize("magnify", [1, 3])
def test_channels_are_in_their_tiles(channels: int, magnify: int) -> None:
    activation = RNG.standard_normal((channels, 4, 6)).astype(np.float32)
    sheet = SheetLayout(channels, min(channels, 4), 4, 6, magnify=magnify, gap=2)
    order = RNG.permutation(channels)
    drawn = draw_sheet(activation, scales_of(activation), sheet, order)
    np.testing.assert_array_equal(drawn, drawn_by_hand(activation, sheet, order))


def test_one_scale_for_the_layer_keeps_channels_comparable() -> None:
    activation = np.array([[[4.0]], [[2.0]], [[0.0]]])
    sheet = SheetLayout(3, 3, 1, 1, gap=0)
    assert draw_sheet(activation, scales_of(activation, "layer"), sheet).tolist() == [[255, 128, 0]]


def test_a_vector_is_drawn_as_one_cell_per_unit() -> None:
    vector = np.array([0, 1, 2, 4], np.float32)
    sheet = layout(vector.shape, side=1)
    assert (sheet.columns, sheet.rows) == (2, 2)
    assert draw_sheet(vector, scales_of(vector, "layer"), sheet).tolist() == [[0, 0, 64], [0, 0, 0], [128, 0, 255]]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_no_pixel_belongs_to_two_tiles_and_all_are_on_the_sheet(shape: tuple[int, ...]) -> None:
    sheet = layout(shape)
    owners = np.zeros((sheet.height, sheet.width), np.int64)
    for position in range(sheet.channels):
        x, y, w, h = sheet.tile(position)
        tile = owners[y : y + h, x : x + w]
        assert tile.shape == (h, w)
        tile += 1
    assert owners.max() == 1


def test_there_is_no_tile_after_the_last() -> None:
    with pytest.raises(IndexError):
        SheetLayout(5, 3, 4, 4).tile(5)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_sheets_are_bounded_and_nearly_square(shape: tuple[int, ...]) -> None:
    sheet = layout(shape)
    assert sheet.width * sheet.height <= MAX_PIXELS
    assert sheet.columns * (sheet.rows - 1) < sheet.channels <= sheet.columns * sheet.rows
    assert 0.4 < sheet.width / sheet.height < 2.5


def test_the_size_of_a_cell() -> None:
    sizes = {
        shape: (layout(shape).cell_h, layout(shape).cell_w) for shape in [(64, 224, 224), (512, 7, 7), (20, 40, 8)]
    }
    assert sizes == {(64, 224, 224): (224, 224), (512, 7, 7): (35, 35), (20, 40, 8): (40, 8)}
    assert layout((1000,)).cell_w == 12
    assert layout((512, 112, 112)).shrink == 2


@pytest.mark.parametrize(("side", "cell"), [(64, 56), (28, 28), (27, 14), (5, 5), (1, 1)])
def test_a_cell_does_not_exceed_the_requested_side(side: int, cell: int) -> None:
    assert layout((3, 28, 28), side=side).cell_w == cell


@pytest.mark.parametrize("max_pixels", range(25, 20_000, 475))
def test_cells_are_as_large_as_the_sheet_may_be(max_pixels: int) -> None:
    sides = [*range(40, 3, -4), 2, 1]  # whole multiples of the map's, then whole parts of it
    fitting = [layout((9, 4, 4), side=side) for side in sides]
    largest = next(sheet for sheet in fitting if sheet.width * sheet.height <= max_pixels)
    assert layout((9, 4, 4), side=40, max_pixels=max_pixels) == largest


def test_columns_can_be_limited() -> None:
    sheet = layout((100, 32, 32), columns=4)
    assert (sheet.columns, sheet.rows, sheet.width) == (4, 25, 131)
    assert layout((9, 32, 32), columns=100).columns == 3


def test_too_many_channels_and_empty_cells_are_refused() -> None:
    with pytest.raises(InvalidRequest):
        layout((3, 8, 8), side=0)
    with pytest.raises(InvalidRequest):
        layout((5_000_000,))


def test_shrunk_pixels_are_means_also_at_the_edge() -> None:
    maps = RNG.standard_normal((3, 7, 11)).astype(np.float32)
    by_hand = [[[m[y : y + 3, x : x + 3].mean() for x in range(0, 11, 3)] for y in range(0, 7, 3)] for m in maps]
    np.testing.assert_allclose(area_mean(maps, 3), by_hand, atol=1e-6)
    sheet = SheetLayout(3, 3, 7, 11, shrink=3, gap=0)
    drawn = draw_sheet(maps, scales_of(maps), sheet)
    assert drawn.shape == (3, 12)
    np.testing.assert_array_equal(drawn[:, 4:8], quantise(area_mean(maps[1:2], 3)[0], scale_of(maps[1])))


def test_the_mean_of_large_numbers_is_finite() -> None:
    assert area_mean(np.array([[[1e300, 3e300], [5e300, 7e300]]]), 2).tolist() == [[[4e300]]]


def test_gaps_of_a_signed_sheet_have_the_level_of_zero() -> None:
    activation = np.array([[[-1.0]], [[1.0]]])
    assert draw_sheet(activation, scales_of(activation, "layer"), SheetLayout(2, 2, 1, 1)).tolist() == [[0, 128, 255]]


def test_a_layer_with_nan_is_refused() -> None:
    activation = np.ones((2, 3, 3), np.float32)
    scales = scales_of(activation)
    activation[1, 1, 1] = np.nan
    with pytest.raises(NonFinite):
        draw_sheet(activation, scales, layout(activation.shape))
