"""Networks with every operator that a script is written for, each in its less usual forms; random weights."""

from collections.abc import Mapping

import numpy as np
import onnx
from onnx import numpy_helper

from tests.nets.onnx_text import parse_network

SIDE = 16
STEM = "c = Conv <kernel_shape = [3, 3], pads = [1, 1, 1, 1]> (x, w, b8) "
# Branches from the 8 maps of `c` or from one another. Each is one layer, named after its output.
MAPS: Mapping[str, str] = {
    "grouped": "Conv <group = 2, strides = [2, 1], dilations = [2, 1], pads = [2, 1, 0, 2]> (c, w_grouped, b6)",
    "depthwise": "Conv <group = 8, pads = [1, 1, 1, 1]> (c, w_depthwise)",
    "same": 'Conv <auto_pad = "SAME_LOWER", strides = [2, 3]> (c, w_same)',
    "pointwise": "Conv (c, w_pointwise, b6)",
    "transposed": "ConvTranspose <strides = [2, 2], pads = [1, 0, 0, 1], output_padding = [1, 1]> (c, w_turned, b4)",
    "transposed_grouped": "ConvTranspose <group = 2, strides = [3, 2], dilations = [1, 2]> (c, w_turned)",
    "normalised": "BatchNormalization <epsilon = 0.01> (c, positive, b8, b8, positive)",
    "relu": "Relu (c)",
    "leaky": "LeakyRelu <alpha = 0.2> (c)",
    "elu": "Elu (c)",
    "selu": "Selu (c)",
    "prelu": "PRelu (c, gain)",
    "clip": "Clip (c, low, high)",
    "sigmoid": "Sigmoid (c)",
    "tanh": "Tanh (c)",
    "hard_sigmoid": "HardSigmoid (c)",
    "hard_swish": "HardSwish (c)",
    "softplus": "Softplus (c)",
    "softsign": "Softsign (c)",
    "mish": "Mish (c)",
    "gelu": "Gelu (c)",
    "erf": "Erf (c)",
    "exp": "Exp (c)",
    "log": "Log (exp)",
    "reciprocal": "Reciprocal (exp)",
    "root": "Sqrt (exp)",
    "negative": "Neg (c)",
    "magnitude": "Abs (c)",
    "added": "Add (c, relu)",
    "shifted": "Add (c, gain)",
    "less": "Sub (high, c)",
    "times": "Mul (c, sigmoid)",
    "scaled": "Mul (gain, c)",
    "divided": "Div (c, exp)",
    "total": "Sum (c, relu, tanh)",
    "pool": "MaxPool <kernel_shape = [3, 3], strides = [2, 2], pads = [1, 0, 0, 0], ceil_mode = 1> (c)",
    "pool_dilated": "MaxPool <kernel_shape = [2, 3], dilations = [3, 2]> (c)",
    "pool_same": 'MaxPool <kernel_shape = [3, 3], dilations = [2, 1], strides = [1, 2], auto_pad = "SAME_UPPER"> (c)',
    "mean_pool": "AveragePool <kernel_shape = [3, 3], strides = [2, 2], pads = [1, 1, 1, 1]> (c)",
    "mean_pool_counting": "AveragePool <kernel_shape = [3, 2], pads = [1, 1, 1, 1], count_include_pad = 1> (c)",
    "instance": "InstanceNormalization (c, b8, b8)",
    "layer": "LayerNormalization <axis = -2> (c, square, square)",
    "layer_without_bias": "LayerNormalization (c, across)",
    "groups": "GroupNormalization <num_groups = 2> (c, b8, b8)",
    "sliced": "Slice (c, from_2, to_end, last_two, steps)",
    "bordered": "Pad (c, sides, high)",
    "response": "LRN <size = 3, alpha = 0.5, beta = 0.6, bias = 2.0> (c)",
    "join": "Concat <axis = 1> (c, relu, added)",
    "turned": "Transpose <perm = [0, 1, 3, 2]> (c)",
    "probabilities": "Softmax <axis = 1> (c)",
    "logarithms": "LogSoftmax (c)",
    "greatest": "GlobalMaxPool (c)",
    "mean_rows": "ReduceMean (c, two)",
    "most": "ReduceMax (c, two)",
    "power": "Pow (exp, high)",
    "dropped": "Dropout (c)",
    "copy": "Identity (c)",
    "of_copy": "Relu (copy)",
    "vector": "Squeeze (greatest, last_two)",
    "again": "Unsqueeze (vector, last_two)",
}
PRODUCTS = (
    "rows = Reshape (c, three_axes) columns = Transpose <perm = [0, 2, 1]> (rows) similar = MatMul (rows, columns) "
    "maps = Reshape (similar, four_axes) sums = ReduceSum <keepdims = 0> (maps, two) flat_sums = Flatten (sums) "
)
HEAD = (
    "all = Concat <axis = 1> ({means}) flat = Flatten (all) hidden = MatMul (flat, w_hidden) "
    "logits = Gemm <alpha = 0.5, beta = 2.0, transB = 1> (hidden, w_out, b3) other = Gemm (flat_sums, w_sums, b3) "
    "mixed = Add (logits, other) y = Softmax (mixed)"
)
SHAPES = {
    "w": (8, 3, 3, 3), "w_grouped": (6, 4, 3, 3), "w_depthwise": (8, 1, 3, 3), "w_same": (4, 8, 3, 2),
    "w_pointwise": (6, 8, 1, 1), "w_turned": (8, 4, 3, 3), "gain": (8, 1, 1), "b3": (3,), "b4": (4,), "b6": (6,),
    "b8": (8,), "square": (SIDE, SIDE), "across": (SIDE,), "w_out": (3, 5), "w_sums": (8, 3),
}  # fmt: skip
SHRINK = {"w_hidden": 40, "w_sums": 2000}  # so that no class has all of the probability
LISTS = {
    "three_axes": [1, 8, SIDE * SIDE],
    "four_axes": [1, 8, 8, 1],
    "two": [2],
    "last_two": [2, 3],
    "from_2": [-9, 1],
    "to_end": [2**62, -1],
    "steps": [2, 1],
    "sides": [0, 1, 0, 2, 0, 0, 0, 1],
}


def every_operator() -> onnx.ModelProto:
    """A network of three classes with all of `MAPS`, for an RGB image with sides of `SIDE`."""
    means = {name: f"mean_of_{name}" for name in ("c", *MAPS) if name != "vector"}
    branches = " ".join(f"{name} = {call}" for name, call in MAPS.items())
    pools = " ".join(f"{mean} = GlobalAveragePool ({name})" for name, mean in means.items())
    text = f"{STEM} {branches} {pools} {PRODUCTS} {HEAD.format(means=', '.join(means.values()))}"
    model = parse_network(text, 21, f"float[1, 3, {SIDE}, {SIDE}]")
    random = np.random.default_rng(11)
    channels = sum(CHANNELS.get(name, 8) for name in means)
    arrays = {
        name: random.normal(size=shape).astype(np.float32) / SHRINK.get(name, 2)
        for name, shape in {**SHAPES, "w_hidden": (channels, 5)}.items()
    }
    arrays |= {"positive": random.uniform(0.5, 2, 8).astype(np.float32)}
    arrays |= {"low": np.array(-0.5, np.float32), "high": np.array(0.75, np.float32)}
    arrays |= {name: np.array(numbers) for name, numbers in LISTS.items()}
    model.graph.initializer.extend(numpy_helper.from_array(np.asarray(array), name) for name, array in arrays.items())
    return model


CHANNELS = {
    "grouped": 6,
    "same": 4,
    "pointwise": 6,
    "transposed": 4,
    "transposed_grouped": 8,
    "join": 24,
    "bordered": 9,
}


def old_forms() -> onnx.ModelProto:
    """Operators that had other forms in version 9 of ONNX, behind an operator that passes on the input."""
    return _three_classes(
        "i = Identity (x) c = Conv <kernel_shape = [3, 3]> (i, w) r = Clip <min = 0.0, max = 6.0> (c) u = Clip (r) "
        "b = Pad <pads = [0, 0, 1, 1, 0, 0, 0, 0], value = -inf> (u) p = MaxPool <kernel_shape = [2, 2]> (b) "
        "m = ReduceMean <axes = [2, 3], keepdims = 0> (p) y = Softmax <axis = 1> (m)",
        9,
    )


def scales_of_groups() -> onnx.ModelProto:
    """A normalisation of groups with a scale for each, as in version 18 of ONNX."""
    return _three_classes(
        "c = Conv <kernel_shape = [3, 3], pads = [1, 1, 1, 1]> (x, w) d = Concat <axis = 1> (c, x) "
        "n = GroupNormalization <num_groups = 3> (d, scale, bias) g = GlobalAveragePool (n) f = Flatten (g) "
        "y = Gemm (f, out)",
        18,
    )


def _three_classes(body: str, opset: int) -> onnx.ModelProto:
    model, random = parse_network(body, opset, f"float[1, 3, {SIDE}, {SIDE}]"), np.random.default_rng(5)
    shapes = {"w": (3, 3, 3, 3), "scale": (3,), "bias": (3,), "out": (6, 3)}
    read = {value for node in model.graph.node for value in node.input}
    arrays = {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items() if name in read}
    model.graph.initializer.extend(numpy_helper.from_array(array, name) for name, array in arrays.items())
    return model
