"""Layers: the operators that depend on the input."""

import pytest

from app.nets.graph import read_graph
from tests.nets.onnx_text import parse_network


def test_only_operators_that_depend_on_the_input_are_layers() -> None:
    graph = read_graph(
        parse_network("""s = Shape (x)  zero = Constant <value_int = 0> ()  n = Gather (s, zero)
        axes = Constant <value_ints = [0]> ()  m = Unsqueeze (n, axes)  rest = Constant <value_ints = [-1]> ()
        to = Concat <axis = 0> (m, rest)  c = Cast <to = 1> (x)  r = Relu (c)  d, mask = Dropout (r)  i = Identity (d)
        f = Reshape (i, to)  k = Constant <value_floats = [1.0, 2.0]> ()  e = Exp (k)  y = Softmax (f)""")
    )
    assert [layer.op for layer in graph.layers] == ["Relu", "Dropout", "Reshape", "Softmax"]
    assert [layer.shape for layer in graph.layers] == [(3, 8, 8), (3, 8, 8), (192,), (192,)]
    assert graph.edges[0] == ("input", graph.layers[0].id)


@pytest.mark.parametrize("op", ["Conv", "ConvTranspose"])
def test_a_kernel_whose_size_the_file_leaves_to_its_weight_has_one(op: str) -> None:
    weight = "k = Constant <value = float[3, 3, 2, 5] {" + ", ".join(["0"] * 90) + "}> ()  "
    stated, left_out = (
        read_graph(parse_network(f"{weight} y = {op} <{attributes}> (x, k)")).layers[0].attributes["kernel_shape"]
        for attributes in ("group = 1, kernel_shape = [2, 5]", "group = 1")
    )
    assert list(stated) == list(left_out) == [2, 5]
