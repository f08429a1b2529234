"""Networks with one head each, as exporters write it; with a card and labels, in a models folder."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
from onnx import numpy_helper

from app.nets.card import read_card
from app.nets.head import HeadKind
from app.nets.network import Network
from app.nets.preprocessing.tensor import tensor_of
from app.nets.runtime import Runtime
from tests.nets.models_folder import place
from tests.nets.onnx_text import parse_network

Array = npt.NDArray[Any]
Z = "c = Conv <kernel_shape = [3, 3], pads = [1, 1, 1, 1]> (x, k)  r = Relu (c)  g = GlobalAveragePool (r)"
Z += "  f = Flatten (g)  z = MatMul (f, w)  "
ONE = "one = Constant <value = float {1.0}> ()  "
SEVERAL = "several = Constant <value_floats = [1.0, 2.0, 3.0, 4.0]> ()  "
HALF = "half = Constant <value = float {0.5}> ()  "
AXES = "axes = Constant <value_ints = [1]> ()  "
FIRST = "first = Constant <value_ints = [0]> ()  "
LAST = "last = Constant <value_ints = [2, 3]> ()  "


@dataclass(frozen=True)
class Form:
    """The nodes after the last linear layer `z`, (1, units), to the output `y`; `kind` is what that output is.

    `logits` is the value where explanations start, "" if it is the output's own layer.
    """

    nodes: str
    kind: HeadKind
    logits: str = "z"
    units: int = 4
    opset: int = 17


FORMS: Mapping[str, Form] = {
    "softmax": Form("y = Softmax (z)", "softmax"),
    "old softmax": Form("y = Softmax (z)", "softmax", opset=9),
    "softmax of maps": Form(LAST + "m = Unsqueeze (z, last)  y = Softmax <axis = 1> (m)", "softmax", "m"),
    "written out": Form(AXES + "e = Exp (z)  s = ReduceSum (e, axes)  y = Div (e, s)", "softmax"),
    "written out, shifted": Form(
        AXES + "m = ReduceMax <axes = [1]> (z)  d = Sub (z, m)  e = Exp (d)  s = ReduceSum (e, axes)  y = Div (e, s)",
        "softmax",
    ),
    "by reciprocal": Form(
        AXES + "e = Exp (z)  s = ReduceSum (e, axes)  i = Reciprocal (s)  y = Mul (i, e)", "softmax"
    ),
    "clipped": Form(
        "low = Constant <value = float {0.0001}> ()  high = Constant <value = float {0.9}> ()"
        "  p = Softmax (z)  y = Clip (p, low, high)",
        "softmax",
    ),
    "transposed": Form("p = Softmax (z)  y = Transpose <perm = [1, 0]> (p)", "softmax"),
    "squeezed": Form(FIRST + "p = Softmax (z)  y = Squeeze (p, first)", "softmax"),
    "unsqueezed": Form(LAST + "p = Softmax (z)  y = Unsqueeze (p, last)", "softmax"),
    "squeezed before": Form(FIRST + "q = Squeeze (z, first)  y = Softmax (q)", "softmax"),
    "log-softmax": Form("y = LogSoftmax (z)", "log_softmax"),
    "log of softmax": Form("p = Softmax (z)  y = Log (p)", "log_softmax"),
    "exp of log-softmax": Form("l = LogSoftmax (z)  y = Exp (l)", "softmax"),
    "log-sum-exp": Form("s = ReduceLogSumExp <axes = [1]> (z)  y = Sub (z, s)", "log_softmax"),
    "log-sum-exp written out": Form(
        AXES + "e = Exp (z)  s = ReduceSum (e, axes)  l = Log (s)  y = Sub (z, l)", "log_softmax"
    ),
    "sigmoid": Form("y = Sigmoid (z)", "sigmoid"),
    "sigmoid of maps": Form(LAST + "m = Unsqueeze (z, last)  y = Sigmoid (m)", "sigmoid", "m"),
    "hard sigmoid": Form("y = HardSigmoid <alpha = 0.1, beta = 0.4> (z)", "sigmoid"),
    "sigmoid written out": Form(ONE + "n = Neg (z)  e = Exp (n)  d = Add (e, one)  y = Div (one, d)", "sigmoid"),
    "sigmoid by reciprocal": Form(ONE + "n = Neg (z)  e = Exp (n)  d = Add (one, e)  y = Reciprocal (d)", "sigmoid"),
    "sigmoid by product": Form(
        ONE + "m = Constant <value = float {-1.0}> ()  n = Mul (z, m)  e = Exp (n)  d = Add (one, e)  y = Div (one, d)",
        "sigmoid",
    ),
    "sigmoid by difference": Form(
        ONE + "o = Constant <value = float {0.0}> ()  n = Sub (o, z)  e = Exp (n)  d = Add (one, e)  y = Div (one, d)",
        "sigmoid",
    ),
    "sigmoid by exp": Form(ONE + "e = Exp (z)  d = Add (one, e)  y = Div (e, d)", "sigmoid"),
    "one unit": Form("y = Sigmoid (z)", "binary", units=1),
    "one unit, squeezed": Form("s = Sigmoid (z)  y = Squeeze (s)", "binary", units=1),
    "one logit": Form("y = Identity (z)", "binary", units=1),
    "logits": Form("y = Identity (z)", "logits"),
    "logits, squeezed": Form(FIRST + "y = Squeeze (z, first)", "logits"),
    "mean of two": Form(
        HALF + "h = Mul (z, half)  p = Softmax (z)  q = Softmax (h)  y = Mean (p, q)", "probabilities", ""
    ),
    "sum of halves": Form(
        HALF + "h = Mul (z, half)  p = Softmax (z)  q = Softmax (h)  s = Add (p, q)  y = Mul (s, half)",
        "probabilities",
        "",
    ),
    "divided by its sum": Form(AXES + "e = Softplus (z)  s = ReduceSum (e, axes)  y = Div (e, s)", "probabilities", ""),
    "divided by its L1 norm": Form(
        "e = Softplus (z)  n = ReduceL1 <axes = [1]> (e)  y = Div (e, n)", "probabilities", ""
    ),
    "softmax by its L1 norm": Form("e = Exp (z)  n = ReduceL1 <axes = [1]> (e)  y = Div (e, n)", "softmax"),
    "both answers": Form(
        ONE + "p = Sigmoid (z)  q = Sub (one, p)  y = Concat <axis = 1> (q, p)", "probabilities", "", units=1
    ),
    "mean of each place": Form(
        "p = Softmax <axis = 1> (c)  m = GlobalAveragePool (p)  y = Flatten (m)", "probabilities", "", units=8
    ),
    "mean of each place by itself": Form("p = Sigmoid (c)  y = ReduceMean <axes = [2, 3]> (p)", "sigmoid", "", units=8),
    "part of a softmax": Form(
        AXES + FIRST + "three = Constant <value_ints = [3]> ()  p = Softmax (z)  y = Slice (p, first, three, axes)",
        "vector",
        "",
    ),
    "part of labels": Form(
        AXES + FIRST + "three = Constant <value_ints = [3]> ()  p = Sigmoid (z)  y = Slice (p, first, three, axes)",
        "sigmoid",
        "",
    ),
    "two heads of labels": Form(
        "p = Sigmoid (z)  q = HardSigmoid (z)  y = Concat <axis = 1> (p, q)", "sigmoid", "", units=2
    ),
    "two heads of classes": Form("p = Softmax (z)  q = Sigmoid (z)  y = Concat <axis = 1> (p, q)", "vector", ""),
    "mean of two labels": Form("p = Sigmoid (z)  q = HardSigmoid (z)  y = Mean (p, q)", "sigmoid", ""),
    "product of two labels": Form("p = Sigmoid (z)  q = HardSigmoid (z)  y = Mul (p, q)", "sigmoid", ""),
    "greatest of all places": Form("p = Sigmoid (c)  y = GlobalMaxPool (p)", "sigmoid", "", units=8),
    "per cent of labels": Form(HALF + "p = Sigmoid (z)  y = Mul (half, p)", "vector", ""),
    "one minus a probability": Form(ONE + "p = Sigmoid (z)  y = Sub (one, p)", "vector", "", units=1),
    "mean of one unit at each place": Form("p = Sigmoid (r)  y = ReduceMean (p)", "binary", "", units=1),
    "gated": Form("p = Sigmoid (z)  y = Mul (z, p)", "logits", ""),
    "present or not": Form(HALF + "p = Sigmoid (z)  b = Greater (p, half)  y = Cast <to = 1> (b)", "vector", ""),
    "divided by a sum with negative numbers": Form(
        AXES + ONE + "n = Neg (one)  e = Clip (z, n, one)  s = ReduceSum (e, axes)  y = Div (e, s)", "logits", ""
    ),
    "divided by another's sum": Form(
        AXES + HALF + "h = Mul (z, half)  e = Exp (z)  o = Exp (h)  s = ReduceSum (o, axes)  y = Div (e, s)",
        "logits", ""
    ),
    "features": Form("y = Relu (c)", "vector", "", units=4),
    "unit length": Form("n = ReduceL2 <axes = [1]> (z)  y = Div (z, n)", "vector", ""),
    "unit length, by magnitudes": Form("n = ReduceL1 <axes = [1]> (z)  y = Div (z, n)", "vector", ""),
    "unit length, by squares": Form("s = ReduceSumSquare <axes = [1]> (z)  n = Sqrt (s)  y = Div (z, n)", "vector", ""),
    "unit length, by powers": Form(
        AXES + HALF + "two = Constant <value = float {2.0}> ()  q = Pow (z, two)  s = ReduceSum (q, axes)"
        "  n = Pow (s, half)  y = Div (z, n)", "vector", ""
    ),
    "unit length, as TensorFlow writes it": Form(
        AXES + "least = Constant <value = float {0.001}> ()  q = Mul (z, z)  s = ReduceSum (q, axes)"
        "  b = Max (least, s)  n = Sqrt (b)  i = Reciprocal (n)  y = Mul (z, i)", "vector", ""
    ),
    "unit length, by one over a root": Form(
        AXES + ONE + "q = Mul (z, z)  s = ReduceSum (q, axes)  n = Sqrt (s)  i = Div (one, n)  y = Mul (i, z)",
        "vector", ""
    ),
    "divided by its squares": Form("s = ReduceSumSquare <axes = [1]> (z)  y = Div (z, s)", "logits", ""),
    "divided by another's length": Form("n = ReduceL2 <axes = [1]> (f)  y = Div (z, n)", "logits", ""),
    "times its length": Form("n = ReduceL2 <axes = [1]> (z)  y = Mul (z, n)", "logits", ""),
    "times what follows from constants": Form(SEVERAL + "n = Add (several, several)  y = Mul (z, n)", "logits", ""),
    "divided by the root of constants": Form(SEVERAL + "n = Sqrt (several)  y = Div (z, n)", "logits", ""),
    "divided by its root": Form(HALF + "n = Softplus (z)  d = Sqrt (n)  y = Div (n, d)", "logits", ""),
    "boxes": Form("t = Constant <value_ints = [1, 2, 2]> ()  y = Reshape (z, t)", "vector", ""),
    "mask": Form("y = Sigmoid (c)", "vector", ""),
    "softmax of one": Form("y = Softmax (z)", "vector", "", units=1),
    "softmax over one": Form(LAST + "m = Unsqueeze (z, last)  y = Softmax (m)", "vector", ""),
    "per cent": Form(
        "h = Constant <value = float {100.0}> ()  p = Softmax (z)  y = Mul (p, h)", "vector", ""
    ),
}  # fmt: skip


def place_form(folder: Path, name: str, form: Form, labels: Sequence[str] | None = None, **card: Any) -> Path:
    """Write the network, its card with these further fields, and its labels; the path of the ONNX file."""
    rng = np.random.default_rng(7)
    model = parse_network(Z + form.nodes, form.opset)
    for node in model.graph.node:
        node.name = node.output[0]
    weights = {"k": rng.standard_normal((8, 3, 3, 3)) * 0.3, "w": rng.standard_normal((8, form.units)) * 2}
    model.graph.initializer.extend(
        numpy_helper.from_array(array.astype(np.float32), key) for key, array in weights.items()
    )
    names = [f"class {number}" for number in range(form.units)] if labels is None else labels
    path = place(folder, name, model, names)
    description = path.with_suffix(".json")
    description.write_text(json.dumps(json.loads(description.read_text()) | card))
    return path


def open_form(folder: Path, form: Form, labels: Sequence[str] | None = None, **card: Any) -> Network:
    path = place_form(folder, "tiny", form, labels, **card)
    names = json.loads((folder / "labels" / "tiny.json").read_text())
    return Network(read_card(path.with_suffix(".json")), path, tuple(names), Runtime("cpu", "cpu", 1))


def run_plainly(path: Path, tensor: Array, *values: str) -> list[Array]:
    """Values of the graph by onnxruntime alone."""
    model = onnx.load(path)
    del model.graph.output[:]
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(value) for value in values)
    return list(ort.InferenceSession(model.SerializeToString()).run(None, {"x": tensor}))


def view(seed: int = 0) -> npt.NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)


def tensor_for(network: Network, picture: npt.NDArray[np.uint8]) -> Array:
    return tensor_of(picture, network.card.input)
