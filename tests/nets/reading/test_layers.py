"""Layers: the operators that depend on the input."""

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
