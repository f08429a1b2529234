"""The names of axes: followed through transposes, reshapes and moves of places into the batch axis."""

from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from app.nets.graph import read_graph
from app.nets.reading.axes import axes_of
from app.nets.reading.model_file import read_model_file
from app.nets.reading.operators import read_operators
from app.nets.taps import expose_outputs

LIGHT = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
MAPS = ("batch", "channel", "height", "width")


def node(op: str, inputs: Sequence[str], output: str, **attributes: Any) -> NodeProto:
    return helper.make_node(op, inputs, [output], output, **attributes)


def whole(name: str, *values: int) -> TensorProto:
    return numpy_helper.from_array(np.array(values, np.int64), name)


def weight(name: str, *shape: int) -> TensorProto:
    values = np.random.default_rng(1).standard_normal(shape, dtype=np.float32)
    return numpy_helper.from_array(values, name)


def model(nodes: Sequence[NodeProto], constants: Sequence[TensorProto], output: str, opset: int = 17) -> ModelProto:
    """A network of a picture (1, 8, 16, 16)."""
    picture = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 8, 16, 16])
    graph = helper.make_graph(nodes, "g", [picture], [helper.make_empty_tensor_value_info(output)], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)


CHANNEL_SHUFFLE = model(
    [
        node("Reshape", ["x", "five"], "split"),
        node("Transpose", ["split"], "swap", perm=[0, 2, 1, 3, 4]),
        node("Reshape", ["swap", "four"], "join"),
    ],
    [whole("five", 1, 2, 4, 16, 16), whole("four", 1, 8, 16, 16)],
    "join",
)
CHANNEL_ATTENTION = model(
    [
        node("GlobalAveragePool", ["x"], "pool"),
        node("Squeeze", ["pool", "three"], "squeeze"),
        node("Transpose", ["squeeze"], "turn", perm=[0, 2, 1]),
        node("Conv", ["turn", "w"], "conv1d", kernel_shape=[3], pads=[1, 1]),
        node("Transpose", ["conv1d"], "back", perm=[0, 2, 1]),
        node("Unsqueeze", ["back", "three"], "unsqueeze"),
        node("Mul", ["x", "unsqueeze"], "scale"),
    ],
    [whole("three", 3), weight("w", 1, 1, 3)],
    "scale",
)
SPACE_TO_BATCH = model(
    [
        node("Transpose", ["x"], "cnhw", perm=[1, 0, 2, 3]),
        node("SpaceToDepth", ["cnhw"], "blocks", blocksize=2),
        node("Transpose", ["blocks"], "as_batch", perm=[1, 0, 2, 3]),
        node("Conv", ["as_batch", "w"], "dilated", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        node("Transpose", ["dilated"], "cnhw2", perm=[1, 0, 2, 3]),
        node("DepthToSpace", ["cnhw2"], "space", blocksize=2),
        node("Transpose", ["space"], "nchw", perm=[1, 0, 2, 3]),
    ],
    [weight("w", 8, 8, 3, 3)],
    "nchw",
    opset=13,
)
TOKENS = model(
    [
        node("Reshape", ["x", "flat"], "flatten"),
        node("Transpose", ["flatten"], "tokens", perm=[0, 2, 1]),
        node("MatMul", ["tokens", "w"], "linear"),
        node("Reshape", ["linear", "by_head"], "split_heads"),
        node("ReduceMean", ["linear"], "mean", axes=[1], keepdims=0),
        node("Squeeze", ["mean", "zero"], "squeezed"),
    ],
    [whole("flat", 1, 8, 256), weight("w", 8, 8), whole("by_head", 1, 256, 2, 4), whole("zero", 0)],
    "squeezed",
)
CASES = {
    "channel shuffle": CHANNEL_SHUFFLE,
    "channel attention": CHANNEL_ATTENTION,
    "space to batch": SPACE_TO_BATCH,
    "tokens": TOKENS,
}


def test_a_channel_shuffle_has_groups_of_channels() -> None:
    axes = axes_of(read_operators(CHANNEL_SHUFFLE))
    assert axes["split"] == ("batch", "group", "channel", "height", "width")
    assert axes["swap"] == ("batch", "channel", "group", "height", "width")
    assert axes["join"] == MAPS


def test_the_batch_axis_is_followed_through_transposes() -> None:
    axes = axes_of(read_operators(SPACE_TO_BATCH))
    assert axes["cnhw"] == axes["blocks"] == ("channel", "batch", "height", "width")
    assert axes["dilated"] == axes["nchw"] == MAPS


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
    assert linear.map_shape == (8, 1, 256)


def assert_every_value_is_kept(network: ModelProto) -> None:
    """Each layer's maps hold the values that onnxruntime gives, each once, in the places that the axes say."""
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
        maps = layer.maps_of(own)
        assert maps.size == raw.size
        assert np.array_equal(np.sort(maps, axis=None), np.sort(raw, axis=None), equal_nan=True)
        if own.ndim > 1:
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
