"""Small networks that rearrange axes: groups, tokens, windows, volumes, and places moved into the batch axis."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper


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
CLASS_TOKEN = model(
    [
        node("Reshape", ["x", "flat"], "flatten"),
        node("Transpose", ["flatten"], "tokens", perm=[0, 2, 1]),
        node("Concat", ["token", "tokens"], "all", axis=1),
        node("MatMul", ["all", "w"], "linear"),
        node("Transpose", ["linear"], "by_channel", perm=[0, 2, 1]),
        node("MatMul", ["by_channel", "mix"], "mixed"),
        node("Add", ["mixed", "by_channel"], "sum"),
        node("Concat", ["sum", "sum"], "twice", axis=2),
        node("ReverseSequence", ["linear", "length"], "reversed", batch_axis=0, time_axis=1),
        node("Transpose", ["reversed"], "turned", perm=[0, 2, 1]),
        node("Concat", ["twice", "turned"], "y", axis=2),
    ],
    [
        whole("flat", 1, 8, 256),
        whole("length", 257),
        weight("token", 1, 1, 8),
        weight("w", 8, 8),
        weight("mix", 257, 257),
    ],
    "y",
)
GROUP_NORM = model(
    [
        node("Reshape", ["x", "by_group"], "groups"),
        node("InstanceNormalization", ["groups", "s", "b"], "normalised"),
        node("Reshape", ["normalised", "maps"], "again"),
    ],
    [whole("by_group", 0, 2, -1), weight("s", 2), weight("b", 2), whole("maps", 1, 8, 16, 16)],
    "again",
)
PIXELS = model(
    [
        node("Transpose", ["x"], "nhwc", perm=[0, 2, 3, 1]),
        node("Reshape", ["nhwc", "rows"], "pixels"),
        node("MatMul", ["pixels", "w"], "linear"),
        node("Reshape", ["linear", "places"], "again"),
        node("Transpose", ["again"], "nchw", perm=[0, 3, 1, 2]),
    ],
    [whole("rows", 256, 8), weight("w", 8, 12), whole("places", 1, 16, 16, 12)],
    "nchw",
)
WINDOWS = model(
    [
        node("Transpose", ["x"], "nhwc", perm=[0, 2, 3, 1]),
        node("Reshape", ["nhwc", "six"], "split"),
        node("Transpose", ["split"], "turn", perm=[0, 1, 3, 2, 4, 5]),
        node("Reshape", ["turn", "windows"], "tokens"),
        node("MatMul", ["tokens", "w"], "linear"),
        node("Reshape", ["linear", "six"], "part"),
        node("Transpose", ["part"], "back", perm=[0, 1, 3, 2, 4, 5]),
        node("Reshape", ["back", "four"], "again"),
    ],
    [whole("six", 1, 4, 4, 4, 4, 8), whole("windows", 16, 16, 8), weight("w", 8, 8), whole("four", 1, 16, 16, 8)],
    "again",
)
PIXEL_SHUFFLE = model(
    [
        node("Reshape", ["x", "six"], "split"),
        node("Transpose", ["split"], "turn", perm=[0, 1, 4, 2, 5, 3]),
        node("Reshape", ["turn", "four"], "shuffled"),
    ],
    [whole("six", 1, 2, 2, 2, 16, 16), whole("four", 1, 2, 32, 32)],
    "shuffled",
)
HEADS = model(
    [
        node("Reshape", ["x", "flat"], "flatten"),
        node("Transpose", ["flatten"], "tokens", perm=[0, 2, 1]),
        node("MatMul", ["tokens", "w"], "qkv"),
        node("Reshape", ["qkv", "by_head"], "split"),
        node("Transpose", ["split"], "turn", perm=[2, 0, 3, 1, 4]),
        node("Gather", ["turn", "first"], "queries", axis=0),
        node("Gather", ["turn", "second"], "keys", axis=0),
        node("Transpose", ["keys"], "keys_t", perm=[0, 1, 3, 2]),
        node("MatMul", ["queries", "keys_t"], "attention"),
        node("MatMul", ["attention", "keys"], "weighted"),
        node("Transpose", ["weighted"], "by_token", perm=[0, 2, 1, 3]),
        node("Reshape", ["by_token", "joined"], "output"),
    ],
    [
        *(whole("flat", 1, 8, 256), weight("w", 8, 24), whole("by_head", 1, 256, 3, 2, 4)),
        *(numpy_helper.from_array(np.array(place, np.int64), name) for name, place in (("first", 0), ("second", 1))),
        whole("joined", 1, 256, 8),
    ],
    "output",
)
VOLUME = model(
    [
        node("Unsqueeze", ["x", "one"], "volume"),
        node("Conv", ["volume", "w"], "conv3d", kernel_shape=[3, 3, 3], pads=[1, 1, 1, 1, 1, 1]),
    ],
    [whole("one", 1), weight("w", 4, 1, 3, 3, 3)],
    "conv3d",
)
BATCH_LAST = model(
    [
        node("Reshape", ["x", "column"], "flat"),
        node("MatMul", ["w", "flat"], "linear"),
        node("Transpose", ["linear"], "row"),
    ],
    [whole("column", 2048, 1), weight("w", 10, 2048)],
    "row",
)
CASES = {
    "group norm": GROUP_NORM,
    "pixels": PIXELS,
    "windows": WINDOWS,
    "pixel shuffle": PIXEL_SHUFFLE,
    "heads": HEADS,
    "volume": VOLUME,
    "batch last": BATCH_LAST,
    "channel shuffle": CHANNEL_SHUFFLE,
    "channel attention": CHANNEL_ATTENTION,
    "space to batch": SPACE_TO_BATCH,
    "tokens": TOKENS,
    "class token": CLASS_TOKEN,
}
