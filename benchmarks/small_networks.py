"""Small networks of many kinds, as files in a folder: what mutants are made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper, parser

from app.resources import MODELS

SIDE = 16
CLASSES = 10
FIRE = """
 s{n} = Conv <kernel_shape = [1, 1]> ({x}, squeeze{n}) r{n} = Relu (s{n})
 a{n} = Conv <kernel_shape = [1, 1]> (r{n}, small{n})
 b{n} = Conv <kernel_shape = [3, 3], pads = [1, 1, 1, 1]> (r{n}, large{n})
 c{n} = Concat <axis = 1> (a{n}, b{n}) fire{n} = Relu (c{n})
"""
HEAD = (
    "g = GlobalAveragePool ({x}) flat = Flatten (g) logits = Gemm <transB = 1> (flat, out, bias) y = Softmax (logits)"
)


@dataclass(frozen=True)
class SmallNetwork:
    """A network, and the files beside it by name; `size` is that of its photo (channels, height, width)."""

    name: str
    model: onnx.ModelProto
    files: Mapping[str, bytes]
    size: tuple[int, int, int] = (3, SIDE, SIDE)


def small_networks() -> Iterator[SmallNetwork]:
    """LeNet-5, fire modules, quantised convolutions, computed shapes, functions, boxes and external weights."""
    yield SmallNetwork("lenet5", onnx.load(MODELS / "lenet5.onnx"), {}, (1, 32, 32))
    for build in (squeezenet, quantised, shapes, functions):
        yield SmallNetwork(build.__name__, build(), {})
    external = squeezenet()
    yield SmallNetwork("detector", detector(), {})
    yield SmallNetwork("external", external, {"weights.bin": move_weights(external, "weights.bin")})


def squeezenet() -> onnx.ModelProto:
    """Two fire modules (Iandola et al. 2016)."""
    body = "c = Conv <kernel_shape = [3, 3], strides = [2, 2]> (x, stem) p = MaxPool <kernel_shape = [2, 2]> (c)"
    body += FIRE.format(n=1, x="p") + FIRE.format(n=2, x="fire1") + HEAD.format(x="fire2")
    shapes = {"stem": (8, 3, 3, 3), "out": (CLASSES, 8), "bias": (CLASSES,)}
    for number in (1, 2):
        shapes |= {f"squeeze{number}": (4, 8, 1, 1), f"small{number}": (4, 4, 1, 1), f"large{number}": (4, 4, 3, 3)}
    return _network(body, shapes)


def quantised() -> onnx.ModelProto:
    """A convolution of 8-bit integers, with QuantizeLinear and DequantizeLinear around it."""
    body = (
        "q = QuantizeLinear (x, scale, zero) d = DequantizeLinear (q, scale, zero) "
        "w = DequantizeLinear <axis = 0> (levels, scales, zeros) c = Conv <pads = [1, 1, 1, 1]> (d, w) r = Relu (c) "
        "q2 = QuantizeLinear (r, scale, zero) d2 = DequantizeLinear (q2, scale, zero) " + HEAD.format(x="d2")
    )
    model = _network(body, {"out": (CLASSES, 8), "bias": (CLASSES,)})
    levels = np.arange(8 * 3 * 3 * 3, dtype=np.int8).reshape(8, 3, 3, 3)
    arrays = {"levels": levels, "scales": np.full(8, 0.01, np.float32), "zeros": np.zeros(8, np.int8)}
    arrays |= {"scale": np.array(0.02, np.float32), "zero": np.array(128, np.uint8)}
    model.graph.initializer.extend(numpy_helper.from_array(np.asarray(array), name) for name, array in arrays.items())
    return model


def shapes() -> onnx.ModelProto:
    """Operators that read sizes from constants, and from values of their own making."""
    body = (
        "c = Conv <pads = [1, 1, 1, 1]> (x, stem) a, b = Split <axis = 1> (c, halves) e = Pad (a, border) "
        'f = Slice (e, from, to, axes) h = Resize <mode = "nearest"> (f, none, twice) t = Tile (b, copies) '
        "m = Concat <axis = 1> (h, t) u = Transpose <perm = [0, 2, 3, 1]> (m) s = Shape (u) "
        "n = Gather <axis = 0> (s, zero) k = Concat <axis = 0> (n, rest) v = Reshape (u, k) "
        "w = Transpose <perm = [0, 3, 1, 2]> (v) z = ConstantOfShape (one) o = Expand (z, four) p = Add (w, o) "
        "q = AveragePool <kernel_shape = [2, 2], strides = [2, 2], ceil_mode = 1> (p) "
        "i = BatchNormalization (q, ones, ones, ones, ones) j = Clip (i, low, high) l = LayerNormalization (j, row) "
        + HEAD.format(x="l")
    )
    model = _network(body, {"stem": (8, 3, 3, 3), "out": (CLASSES, 8), "bias": (CLASSES,), "ones": (8,), "row": (16,)})
    lists = {
        "halves": [4, 4], "border": [0, 0, 1, 1, 0, 0, 1, 1], "from": [1, 1], "to": [17, 17], "axes": [2, 3],
        "copies": [1, 1, 2, 2], "zero": [0], "rest": [32, 32, 8], "one": [1], "four": [1, 8, 1, 1],
    }  # fmt: skip
    arrays = {name: np.array(numbers) for name, numbers in lists.items()}
    arrays |= {"none": np.zeros(0, np.float32), "twice": np.array([1, 1, 2, 2], np.float32)}
    arrays |= {"low": np.array(-6, np.float32), "high": np.array(6, np.float32)}
    model.graph.initializer.extend(numpy_helper.from_array(np.asarray(array), name) for name, array in arrays.items())
    return model


def detector() -> onnx.ModelProto:
    """Boxes of two classes on a grid, and a second input, with metadata as Ultralytics writes it."""
    body = (
        "c = Conv <kernel_shape = [4, 4], strides = [4, 4]> (x, stem) h = Conv (c, boxes) v = Reshape (h, rows) "
        "m = Mul (v, scale_factor) y = Sigmoid (m)"
    )
    model = _network(body, {"stem": (8, 3, 4, 4), "boxes": (6, 8, 1, 1)})
    model.graph.initializer.append(numpy_helper.from_array(np.array([1, 6, -1]), "rows"))
    model.graph.input.append(helper.make_tensor_value_info("scale_factor", TensorProto.FLOAT, [1]))
    model.graph.output[0].type.tensor_type.ClearField("shape")
    metadata = {"task": "detect", "names": "{0: 'cat', 1: 'dog'}", "imgsz": f"[{SIDE}, {SIDE}]", "stride": "4"}
    for key, value in metadata.items():
        model.metadata_props.add(key=key, value=value)
    return model


def functions() -> onnx.ModelProto:
    """A function that is called twice, and a branch on a stored condition."""
    branch = "{name} () => (float[N, C, H, W] {name}_y) {{ {name}_y = {op} (b) }}"
    branches = ", ".join(
        f"{name}_branch = {branch.format(name=name, op=op)}" for name, op in (("then", "Relu"), ("else", "Neg"))
    )
    body = (
        f"c = Conv (x, stem) a = own.block (c, gain) b = own.block (a, gain) d = If (yes) <{branches}> "
        + HEAD.format(x="d")
    )
    model = _network(body, {"stem": (8, 3, 3, 3), "gain": (8, 1, 1), "out": (CLASSES, 8), "bias": (CLASSES,)}, FUNCTION)
    model.graph.initializer.append(numpy_helper.from_array(np.array(True), "yes"))
    return model


FUNCTION = (
    '<domain: "own", opset_import: ["": 17]> block (a, g) => (b) { m = Mul (a, g) s = Sigmoid (m) b = Mul (a, s) }'
)


def move_weights(model: onnx.ModelProto, location: str) -> bytes:
    """Make the weights of a model external data; the content of their file."""
    content = b""
    for tensor in model.graph.initializer:
        for key, value in (("location", location), ("offset", len(content)), ("length", len(tensor.raw_data))):
            tensor.external_data.add(key=key, value=str(value))
        content += tensor.raw_data
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
    return content


def _network(body: str, shapes: Mapping[str, tuple[int, ...]], functions: str = "") -> onnx.ModelProto:
    header = '<ir_version: 8, opset_import: ["": 17, "own": 1]>'
    text = f"{header} g (float[1, 3, {SIDE}, {SIDE}] x) => (float[1, {CLASSES}] y) {{ {body} }} {functions}"
    model = parser.parse_model(text)
    random = np.random.default_rng(4)
    for name, shape in shapes.items():
        array = random.normal(scale=0.3, size=shape).astype(np.float32)
        model.graph.initializer.append(numpy_helper.from_array(array, name))
    return model
