"""A vector over its length, in every way to write it: what is taken for one is one by onnxruntime."""

import numpy as np
import onnxruntime as ort
import pytest
from onnx import ModelProto

from app.nets.graph_outputs.unit_length import has_unit_length
from app.nets.reading.final_activation import OutputSearch
from app.nets.reading.operators import read_operators
from tests.nets.onnx_text import parse_network

UNITS = 6
NUMBERS = {"one": 1.0, "two": 2.0, "three": 3.0, "half": 0.5, "tiny": 1e-9, "minus": -1.0, "minus_half": -0.5}
SQUARE, LENGTH = "s = ReduceSumSquare (z, axes)", "l = ReduceL2 (z, axes)"
ENDS = [
    "y = LpNormalization <axis = 1> (z)",
    f"{LENGTH}  y = Div (z, l)",
    "l = ReduceL1 (z, axes)  y = Div (z, l)",
    f"{SQUARE}  l = Sqrt (s)  y = Div (z, l)",
    "q = Mul (z, z)  s = ReduceSum (q, axes)  l = Sqrt (s)  y = Div (z, l)",
    "q = Pow (z, two)  s = ReduceSum (q, axes)  l = Sqrt (s)  y = Div (z, l)",
    "q = Pow (z, three)  s = ReduceSum (q, axes)  l = Sqrt (s)  y = Div (z, l)",
    "q = Mul (z, two)  s = ReduceSum (q, axes)  l = Sqrt (s)  y = Div (z, l)",
    "q = Add (z, z)  s = ReduceSum (q, axes)  l = Sqrt (s)  y = Div (z, l)",
    "q = Pow (two, z)  s = ReduceSum (q, axes)  l = Sqrt (s)  y = Div (z, l)",
    "s = ReduceSum (z, axes)  y = Div (z, s)",
    f"{SQUARE}  l = Pow (s, half)  y = Div (z, l)",
    f"{SQUARE}  l = Pow (s, two)  y = Div (z, l)",
    f"{SQUARE}  p = Pow (s, two)  r = Sqrt (p)  l = Sqrt (r)  y = Div (z, l)",
    f"{SQUARE}  y = Div (z, s)",
    f"{SQUARE}  r = Pow (s, minus_half)  y = Mul (z, r)",
    f"{SQUARE}  r = Pow (s, minus_half)  y = Div (z, r)",
    f"{SQUARE}  r = Reciprocal (s)  y = Mul (z, r)",
    f"{LENGTH}  r = Reciprocal (l)  y = Mul (z, r)",
    f"{LENGTH}  r = Reciprocal (l)  y = Mul (r, z)",
    f"{LENGTH}  r = Reciprocal (l)  y = Div (z, r)",
    f"{LENGTH}  r = Div (one, l)  y = Mul (z, r)",
    f"{LENGTH}  r = Div (two, l)  y = Mul (z, r)",
    f"{LENGTH}  r = Pow (l, minus)  y = Mul (r, z)",
    f"{LENGTH}  r = Sqrt (l)  y = Div (z, r)",
    f"{LENGTH}  r = Exp (l)  y = Div (z, r)",
    f"{LENGTH}  y = Mul (z, l)",
    f"{LENGTH}  y = Sub (z, l)",
    f"{LENGTH}  c = Clip (l, tiny)  y = Div (z, c)",
    f"{LENGTH}  c = Max (l, tiny)  y = Div (z, c)",
    f"{LENGTH}  c = Max (tiny, l)  y = Div (z, c)",
    f"{LENGTH}  c = Add (tiny, l)  y = Div (z, c)",
    f"{LENGTH}  c = Add (l, tiny)  y = Div (z, c)",
    f"{LENGTH}  n = Shape (z)  e = Expand (l, n)  y = Div (z, e)",
    f"{LENGTH}  i = Identity (l)  w = Identity (z)  y = Div (w, i)",
    "d = Add (z, one)  l = ReduceL2 (d, axes)  y = Div (z, l)",
    "d = Add (z, one)  l = ReduceL1 (d, axes)  y = Div (z, l)",
    "d = Add (z, one)  s = ReduceSumSquare (d, axes)  l = Sqrt (s)  y = Div (z, l)",
    "d = Add (z, one)  q = Mul (z, d)  s = ReduceSum (q, axes)  l = Sqrt (s)  y = Div (z, l)",
    "d = Add (z, one)  q = Mul (d, z)  s = ReduceSum (q, axes)  l = Sqrt (s)  y = Div (z, l)",
    "all = Constant <value_ints = [1, 2, 3]> ()  s = ReduceSum <keepdims = 0> (x, all)  y = Div (z, s)",
    "m = ReduceMax (z, axes)  y = Div (z, m)",
    "y = Div (z, two)",
    "y = Div (two, z)",
    "y = Mul (z, z)",
    "y = Identity (z)",
]


def model_of(end: str) -> ModelProto:
    numbers = "  ".join(f"{name} = Constant <value = float {{{number}}}> ()" for name, number in NUMBERS.items())
    axes = "axes = Constant <value_ints = [1]> ()"
    vector = "g = GlobalAveragePool (x)  z = Flatten (g)"
    model = parse_network(f"{numbers}  {axes}  {vector}  {end}", 18, x=f"float[1, {UNITS}, 4, 4]")
    names = {value for node in model.graph.node for value in node.input}
    unread = [each for each in model.graph.node if each.op_type == "Constant" and each.output[0] not in names]
    for each in unread:
        model.graph.node.remove(each)
    return model


@pytest.mark.parametrize("end", ENDS)
def test_a_vector_over_its_length_has_the_length_1(end: str) -> None:
    model = model_of(end)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    x = np.random.default_rng(5).uniform(-3, 3, (1, UNITS, 4, 4)).astype(np.float32)
    (y,) = session.run(None, {"x": x})
    is_unit = any(np.isclose(np.linalg.norm(y.ravel(), order), 1, atol=1e-4) for order in (1, 2))
    assert has_unit_length(OutputSearch(read_operators(model), "y", UNITS)) == is_unit


def test_the_input_itself_has_no_known_length() -> None:
    assert not has_unit_length(OutputSearch(read_operators(model_of("y = Identity (z)")), "x", UNITS))
