"""Layers: the size of their maps and the number of their channels."""

from dataclasses import replace
from math import prod
from types import MappingProxyType

import numpy as np
import pytest

from app.errors import UnknownChannel
from app.nets.layer import Layer, ReceptiveField, check_channel
from app.nets.reading.token_grid import TokenGrid


def layer(*shape: int, axes: tuple[str, ...] = ()) -> Layer:
    field = ReceptiveField((1, 1), (1, 1), (0, 0))
    nothing = MappingProxyType[str, str]({})
    axes = axes or (("channel", "height", "width") if len(shape) == 3 else ("unit",))
    return Layer("conv1", "conv1", "Conv", None, ("input",), "y", shape, 0, 0, field, nothing, nothing, axes, 0)


@pytest.mark.parametrize(
    ("shape", "size", "has_maps"),
    [((8, 5, 7), (5, 7), True), ((8, 1, 2), (1, 2), True), ((8, 1, 1), (1, 1), False), ((10,), (1, 1), False)],
)
def test_a_layer_has_maps_if_they_have_more_than_one_cell(
    shape: tuple[int, ...], size: tuple[int, int], *, has_maps: bool
) -> None:
    assert layer(*shape).channels == shape[0]
    assert layer(*shape).map_size == size
    assert layer(*shape).has_maps is has_maps


@pytest.mark.parametrize(
    ("shape", "axes"),
    [
        ((3, 4, 5), ("channel", "height", "width")),
        ((6,), ("unit",)),
        ((), ()),
        ((2, 3, 4, 5), ("channel", "group", "height", "width")),
        ((7, 4), ("tokens", "channel")),
        ((2, 7, 7), ("group", "tokens", "tokens")),
        ((4, 6, 5, 3), ("height", "width", "channel", "group")),
        ((2, 3, 4, 5, 6), ("block", "group", "channel", "height", "width")),
        ((2, 3, 4, 5), ("depth", "height", "channel", "width")),
        ((2, 3, 4, 5), ("unit", "unit", "unit", "unit")),
        ((5, 3), ("length", "channel")),
        ((5, 3), ("unit", "unit")),
    ],
)
def test_an_array_comes_back_from_its_maps(shape: tuple[int, ...], axes: tuple[str, ...]) -> None:
    one, array = layer(*shape, axes=axes), np.arange(prod(shape)).reshape(shape)
    np.testing.assert_array_equal(one.from_maps(one.maps_of(array)), array)
    maps = one.maps_of(array).reshape(one.map_shape)
    for index in np.ndindex(shape):
        assert maps[one.cell_of(index)] == array[index]
        assert one.index_of(*one.cell_of(index)) == index
    whole = one.with_batch(array, (2, *shape))
    np.testing.assert_array_equal(one.without_batch(whole), array)


def test_every_value_of_a_layer_with_a_class_token_is_a_cell() -> None:
    grid = TokenGrid(height=2, width=3, before=1, tokens=7)
    one, array = replace(layer(7, 4, axes=("tokens", "channel")), token_grid=grid), np.arange(28).reshape(7, 4)
    cells = {one.cell_of(index): array[index] for index in np.ndindex(7, 4)}
    assert all(one.index_of(*cell) in np.ndindex(7, 4) and one.has_cell(*cell[1:]) for cell in cells)
    assert sorted(cells.values()) == sorted(array.flat) == sorted(one.values_of(array).flat)
    assert [one.maps_of(array)[channel, y, x] for channel, y, x in np.ndindex(4, 2, 3)] == [
        cells[cell] for cell in np.ndindex(4, 2, 3)
    ]
    np.testing.assert_array_equal(one.from_maps(one.maps_of(array)), array * (np.arange(7) > 0)[:, np.newaxis])


def test_the_filter_of_a_channel_is_its_place_among_the_channels() -> None:
    assert [layer(4, 5, 5).filter_of(channel, 4) for channel in range(4)] == [0, 1, 2, 3]
    blocks = layer(2, 3, 5, 5, axes=("block", "channel", "height", "width"))
    assert [blocks.filter_of(channel, 3) for channel in range(6)] == [0, 1, 2, 0, 1, 2]
    volume = layer(3, 2, 5, 5, axes=("channel", "depth", "height", "width"))
    assert [volume.filter_of(channel, 3) for channel in range(6)] == [0, 0, 1, 1, 2, 2]


def test_channels_that_are_no_filters_outputs_have_none() -> None:
    assert layer(4, 5, 5).filter_of(1, 8) is None
    assert layer(5, 5, axes=("tokens", "tokens")).filter_of(1, 5) is None


def test_channels_are_numbered_from_zero() -> None:
    check_channel(layer(8, 5, 7), 7, 8)
    with pytest.raises(UnknownChannel, match="channels of conv1 are numbered from 0 to 7") as refusal:
        check_channel(layer(8, 5, 7), 8, 8)
    assert refusal.value.details == {"count": 8}


MAPS = ("channel", "height", "width")


@pytest.mark.parametrize(
    ("axes", "batch_axis", "shape", "is_channels_first", "is_spatial", "moves"),
    [
        (MAPS, 0, (8, 5, 7), True, True, True),
        (MAPS, 1, (8, 5, 7), False, False, True),
        (MAPS, None, (8, 5, 7), False, False, True),
        (MAPS, 0, (8, 1, 1), True, False, True),
        (("height", "width", "channel"), 0, (5, 7, 8), False, False, True),
        (("height", "width", "channel"), None, (5, 7, 8), False, False, True),
        (("channel", "width", "height"), 0, (8, 7, 5), False, False, False),
        (("height", "width"), 0, (5, 7), False, False, False),
        (("group", *MAPS), 0, (2, 4, 5, 7), False, False, True),
        (("block", *MAPS), None, (2, 4, 5, 7), False, False, True),
        (("block", "height", "width"), 0, (2, 5, 7), False, False, True),
        (("block", "height", "width"), None, (2, 5, 7), False, False, False),
        (("unit",), 0, (9,), True, False, False),
        (("unit",), None, (9,), False, False, False),
        ((), 0, (), False, False, False),
    ],
)
def test_what_the_axes_say_of_the_maps(
    axes: tuple[str, ...],
    batch_axis: int | None,
    shape: tuple[int, ...],
    is_channels_first: bool,
    is_spatial: bool,
    moves: bool,
) -> None:
    one = replace(layer(*shape, axes=axes or ("unit",)), axes=axes, batch_axis=batch_axis)
    assert (one.is_channels_first, one.is_spatial, one.moves_over_input) == (is_channels_first, is_spatial, moves)


@pytest.mark.parametrize("batch_axis", [0, 1, 2, 3, None])
def test_the_batch_axis_is_put_where_it_was(batch_axis: int | None) -> None:
    one = replace(layer(2, 3, 4), batch_axis=batch_axis)
    array = np.arange(24).reshape(2, 3, 4)
    whole = array if batch_axis is None else np.stack([array, array], axis=batch_axis)
    np.testing.assert_array_equal(one.with_batch(array, whole.shape), whole)
    np.testing.assert_array_equal(one.without_batch(whole), array)
    np.testing.assert_array_equal(one.real(array), one.quantised(array))


@pytest.mark.parametrize(("y", "x", "is_there"), [(0, 0, 1), (4, 6, 1), (5, 6, 0), (4, 7, 0), (-1, 0, 0), (0, -1, 0)])
def test_a_map_has_cells_within_its_sides(y: int, x: int, is_there: int) -> None:
    assert layer(8, 5, 7).has_cell(y, x) == bool(is_there)
