"""Layers: the size of their maps and the number of their channels."""

from types import MappingProxyType

import pytest

from app.errors import UnknownChannel
from app.nets.layer import Layer, ReceptiveField, check_channel


def layer(*shape: int) -> Layer:
    field = ReceptiveField((1, 1), (1, 1), (0, 0))
    nothing = MappingProxyType[str, str]({})
    axes = ("channel", "height", "width") if len(shape) == 3 else ("unit",)
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


def test_channels_are_numbered_from_zero() -> None:
    check_channel(layer(8, 5, 7), 7, 8)
    with pytest.raises(UnknownChannel, match="conv1 has 8 channels, numbered from 0 to 7"):
        check_channel(layer(8, 5, 7), 8, 8)
