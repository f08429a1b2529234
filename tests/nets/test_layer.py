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
    with pytest.raises(UnknownChannel, match="channels of conv1 are numbered from 0 to 7"):
        check_channel(layer(8, 5, 7), 8, 8)
