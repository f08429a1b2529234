"""The names of axes: followed through transposes, reshapes and moves of places into the batch axis."""

from math import prod
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import ModelProto

from app.nets.graph import read_graph
from app.nets.reading.axes import Axes, read_axes
from app.nets.reading.model_file import read_model_file
from app.nets.reading.operators import REDUCTIONS, OperatorGraph, read_operators
from app.nets.taps import expose_outputs
from tests.nets.onnx_text import parse_network
from tests.nets.reading.references.rearrangements import (
    BATCH_LAST,
    CASES,
    CHANNEL_SHUFFLE,
    CLASS_TOKEN,
    GROUP_NORM,
    HEADS,
    PIXEL_SHUFFLE,
    PIXELS,
    SPACE_TO_BATCH,
    TOKENS,
    VOLUME,
    WINDOWS,
)

LIGHT = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
MAPS = ("batch", "channel", "height", "width")


def axes_of(graph: OperatorGraph) -> dict[str, Axes]:
    return {value: axes.names for value, axes in read_axes(graph).items()}


def test_a_channel_shuffle_has_groups_of_channels() -> None:
    axes = axes_of(read_operators(CHANNEL_SHUFFLE))
    assert axes["split"] == ("batch", "group", "channel", "height", "width")
    assert axes["swap"] == ("batch", "channel", "group", "height", "width")
    assert axes["join"] == MAPS


def test_the_batch_axis_is_followed_through_transposes() -> None:
    axes = axes_of(read_operators(SPACE_TO_BATCH))
    assert axes["cnhw"] == ("channel", "batch", "height", "width")
    assert axes["blocks"] == ("channel", "block", "height", "width")
    assert axes["dilated"] == ("block", "channel", "height", "width")
    assert axes["nchw"] == MAPS


def test_a_batch_axis_that_holds_places_of_the_map_is_none() -> None:
    layers = read_graph(SPACE_TO_BATCH).by_id
    assert (layers["dilated"].axes, layers["dilated"].batch_axis) == (("block", "channel", "height", "width"), None)
    assert layers["dilated"].shape == (4, 8, 8, 8)
    assert layers["dilated"].map_shape == (32, 8, 8)
    assert (layers["cnhw"].axes, layers["cnhw"].batch_axis) == (("channel", "height", "width"), 1)
    assert layers["nchw"].is_spatial
    assert not layers["dilated"].is_spatial


def test_tokens_are_the_places_of_the_map() -> None:
    axes = axes_of(read_operators(TOKENS))
    assert axes["tokens"] == axes["linear"] == ("batch", "tokens", "channel")
    assert axes["split_heads"] == ("batch", "tokens", "group", "channel")
    assert axes["mean"] == ("batch", "channel")
    assert axes["squeezed"] == ("channel",)
    linear = read_graph(TOKENS).by_id["linear"]
    assert linear.map_shape == (8, 16, 16)


def test_a_class_token_stands_apart_from_the_map() -> None:
    linear = read_graph(CLASS_TOKEN).by_id["linear"]
    assert linear.map_shape == (8, 16, 16)
    own = np.arange(257 * 8).reshape(257, 8)
    np.testing.assert_array_equal(linear.maps_of(own)[3], own[1:, 3].reshape(16, 16))
    assert linear.index_of(3, 16, 0) == (0, 3)
    assert linear.cell_of((0, 3)) == (3, 16, 0)


def test_mixed_tokens_are_no_places_until_they_are_added_to_some() -> None:
    layers = read_graph(CLASS_TOKEN).by_id
    assert layers["mixed"].map_shape == (8, 1, 257)
    assert layers["sum"].map_shape == (8, 16, 16)


def test_the_tokens_of_two_maps_are_the_places_of_none() -> None:
    assert read_graph(CLASS_TOKEN).by_id["twice"].map_shape == (8, 1, 514)


def test_a_number_for_each_token_is_a_vector() -> None:
    token = read_graph(parse_network("m = ReduceMean<axes = [1], keepdims = 0>(x) y = Flatten(m)")).by_id["Flatten_1"]
    assert (token.axes, token.map_shape) == (("tokens",), (64, 1, 1))
    assert token.cell_of((9,)) == (9, 0, 0)


def test_tokens_in_another_order_are_no_places() -> None:
    assert read_graph(CLASS_TOKEN).by_id["reversed"].map_shape == (8, 1, 257)


def test_a_reshape_and_its_inverse_give_the_axes_back() -> None:
    axes = axes_of(read_operators(GROUP_NORM))
    assert axes["groups"] == axes["normalised"] == ("batch", "group", "unit")
    assert axes["again"] == MAPS
    assert read_graph(GROUP_NORM).by_id["again"].is_spatial


def test_the_pixels_of_a_matrix_are_places_of_the_map() -> None:
    axes = axes_of(read_operators(PIXELS))
    assert axes["pixels"] == axes["linear"] == ("tokens", "channel")
    assert axes["again"] == ("batch", "height", "width", "channel")
    assert axes["nchw"] == MAPS


@pytest.mark.parametrize("op", sorted(REDUCTIONS))
def test_a_reduction_may_have_its_axes_as_an_input(op: str) -> None:
    axes = "axes = Constant <value_ints = [1]> ()"
    graph = read_graph(parse_network(f"{axes}  r = {op} (x, axes)  y = {op} <keepdims = 0> (r, axes)", opset=18))
    kept, dropped = graph.layers
    assert (kept.axes, dropped.axes) == (("channel", "height", "width"), ("height", "width"))
    assert kept.batch_axis == dropped.batch_axis == 0
    assert kept.receptive_field.size == (1, 1)


def test_windows_of_the_map_are_blocks_of_tokens() -> None:
    axes = axes_of(read_operators(WINDOWS))
    assert axes["tokens"] == axes["linear"] == ("block", "tokens", "channel")
    assert axes["again"] == ("batch", "height", "width", "channel")
    assert read_graph(WINDOWS).by_id["linear"].batch_axis is None


def test_channels_moved_into_the_map_are_places_of_it() -> None:
    assert axes_of(read_operators(PIXEL_SHUFFLE))["shuffled"] == MAPS


def test_the_heads_of_an_attention_are_groups() -> None:
    axes = axes_of(read_operators(HEADS))
    assert axes["split"] == ("batch", "tokens", "group", "group", "channel")
    assert axes["attention"] == ("batch", "group", "tokens", "tokens")
    assert axes["weighted"] == ("batch", "group", "tokens", "channel")
    assert axes["output"] == ("batch", "tokens", "channel")
    assert read_graph(HEADS).by_id["attention"].map_shape == (2, 256, 256)


def test_a_volume_s_convolution_has_a_depth() -> None:
    axes = axes_of(read_operators(VOLUME))
    assert axes["volume"] == ("batch", "one", "channel", "height", "width")
    assert axes["conv3d"] == ("batch", "channel", "depth", "height", "width")


def test_a_batch_axis_at_the_end_is_followed() -> None:
    axes = axes_of(read_operators(BATCH_LAST))
    assert axes["linear"][1] == axes["row"][0] == "batch"
    assert read_graph(BATCH_LAST).by_id["linear"].shape == (10,)


def assert_every_value_is_kept(network: ModelProto) -> None:
    """Each layer's channels hold the values that onnxruntime gives, each once, in the places that the axes say."""
    graph = read_graph(network)
    values = list(dict.fromkeys(layer.output for layer in graph.layers))
    session = ort.InferenceSession(expose_outputs(network, values).SerializeToString())
    picture = np.random.default_rng(0).standard_normal((1, *graph.input.shape), dtype=np.float32)
    outputs = dict(zip(values, session.run(values, {graph.input.name: picture}), strict=True))
    for layer in graph.layers:
        raw = outputs[layer.output]
        own = layer.without_batch(raw)
        assert own.shape == layer.shape
        assert own.size == raw.size
        np.testing.assert_array_equal(
            own.reshape(-1), raw.reshape(-1) if layer.batch_axis in (0, None) else own.ravel()
        )
        every = layer.values_of(own)
        assert every.size == raw.size
        assert np.array_equal(np.sort(every, axis=None), np.sort(raw, axis=None), equal_nan=True)
        if own.ndim > 1:
            maps = layer.maps_of(own)
            assert maps.shape == layer.map_shape
            channel = layer.axes.index("channel") if "channel" in layer.axes else 0
            assert maps.shape[0] % own.shape[channel] == 0


@pytest.mark.parametrize("name", CASES)
def test_every_value_of_every_layer_is_kept(name: str) -> None:
    assert_every_value_is_kept(CASES[name])


@pytest.mark.parametrize("path", sorted(LIGHT.glob("*.onnx")), ids=lambda path: path.stem)
def test_every_value_of_a_package_s_networks_is_kept(path: Path) -> None:
    graph = read_graph(read_model_file(path).model)
    for layer in {(layer.shape, layer.axes): layer for layer in graph.layers}.values():
        own = np.arange(prod(layer.shape)).reshape(layer.shape)
        is_kept = np.zeros(own.size, bool)
        is_kept[layer.maps_of(own)] = True
        assert is_kept.all()
        assert layer.maps_of(own).size == own.size


def test_the_map_of_a_group_s_channel_is_that_of_the_array() -> None:
    layer = read_graph(CHANNEL_SHUFFLE).by_id["swap"]
    own = np.arange(4 * 2 * 16 * 16).reshape(4, 2, 16, 16)
    np.testing.assert_array_equal(layer.maps_of(own)[5], own[2, 1])
