"""Parameters, multiply-accumulates and depth, against counts by hand."""

import onnx
import pytest
from onnx import parser

from app.nets.graph import Graph, read_graph


def graph_of(body: str, **tensors: tuple[int, ...]) -> Graph:
    made = "to = Constant <value_ints = [8, 4, 3, 3]> () " if " to)" in body else ""
    made += "rows = Constant <value_ints = [1, 6, 24]> () " if " rows)" in body else ""
    opset = 23 if "RMS" in body else 17
    made += "".join(
        f"{name}_shape = Constant <value_ints = {list(shape)}> () {name} = ConstantOfShape ({name}_shape) "
        for name, shape in tensors.items()
    )
    model: onnx.ModelProto = parser.parse_model(
        f'<ir_version: 8, opset_import: ["": {opset}]> g (float[N, 4, 6, 6] x) => (float[N, M] y) {{ {made} {body} }}'
    )
    model.graph.output[0].type.tensor_type.ClearField("shape")
    return read_graph(model)


@pytest.mark.parametrize(
    ("body", "tensors", "params", "macs"),
    [
        ("y = Conv (x, w, b)", {"w": (8, 4, 3, 3), "b": (8,)}, 8 * 36 + 8, 8 * 16 * 36),
        ("y = Conv <group = 4, strides = [2, 2]> (x, w)", {"w": (4, 1, 3, 3)}, 36, 4 * 4 * 9),
        ("y = ConvTranspose <strides = [2, 2]> (x, w)", {"w": (4, 5, 2, 2)}, 80, 4 * 36 * 20),
        ("a = Flatten (x) y = Gemm <transB = 1> (a, w, b)", {"w": (10, 144), "b": (10,)}, 1450, 1440),
        ("a = Flatten (x) y = MatMul (a, w)", {"w": (144, 10)}, 1440, 1440),
        ("y = BatchNormalization (x, s, b, m, v)", dict.fromkeys("sbmv", (4,)), 8, 0),
        ("y = PRelu (x, s)", {"s": (4, 1, 1)}, 4, 0),
        ("a = Relu (x) y = Mul (a, s)", {"s": (4, 1, 1)}, 4, 0),
        ("a = Relu (x) y = Mul (a, s)", {"s": (1,)}, 0, 0),
        ("t = Transpose <perm = [3, 2, 0, 1]> (w) y = Conv (x, t)", {"w": (3, 3, 4, 8)}, 288, 8 * 16 * 36),
        ("r = Reshape (w, to) y = Conv <kernel_shape = [3, 3]> (x, r)", {"w": (8, 36)}, 288, 8 * 16 * 36),
        ("y = Div (x, s)", {"s": (4, 1, 1)}, 0, 0),
        ("y = MatMul (x, x)", {}, 0, 4 * 6 * 6 * 6),
        ('y = Einsum <equation = "nchw,kc->nkhw"> (x, w)', {"w": (5, 4)}, 20, 5 * 4 * 36),
        ('y = Einsum <equation = "...chw,...khw->...ck"> (x, x)', {}, 0, 4 * 4 * 36),
        ('y = Einsum <equation = "nchw->nhwc"> (x)', {}, 0, 0),
        ("y = RMSNormalization (x, s)", {"s": (6,)}, 6, 0),
        ("y = MaxPool <kernel_shape = [2, 2]> (x)", {}, 0, 0),
    ],
)
def test_one_layer(body: str, tensors: dict[str, tuple[int, ...]], params: int, macs: int) -> None:
    graph = graph_of(body, **tensors)
    assert (graph.params, graph.macs) == (params, macs)
    assert (graph.layers[-1].params, graph.layers[-1].macs) == (params, macs)


@pytest.mark.parametrize(("op", "gates"), [("RNN", 1), ("GRU", 3), ("LSTM", 4)])
@pytest.mark.parametrize("directions", [1, 2])
def test_a_recurrent_layer_multiplies_by_all_its_weights_in_each_step(op: str, gates: int, directions: int) -> None:
    """A sequence of 6 steps with 24 numbers each, and a state of 5."""
    kind = "bidirectional" if directions > 1 else "forward"
    graph = graph_of(
        f"""m = Reshape (x, rows)  s = Transpose <perm = [1, 0, 2]> (m)
            y = {op} <hidden_size = 5, direction = "{kind}"> (s, w, r, b)""",
        w=(directions, gates * 5, 24),
        r=(directions, gates * 5, 5),
        b=(directions, 2 * gates * 5),
    )
    assert graph.params == directions * gates * 5 * (24 + 5 + 2)
    assert graph.macs == 6 * directions * gates * 5 * (24 + 5)


def test_a_shared_weight_counts_once_for_the_network() -> None:
    graph = graph_of("a = Conv (x, w)  i = Identity (w)  y = Conv (a, i)", w=(4, 4, 1, 1))
    assert [layer.params for layer in graph.layers] == [16, 16]
    assert graph.params == 16
    assert graph.weight_bytes == 64


def test_a_weight_that_is_shared_through_transposes_and_reshapes_counts_once() -> None:
    graph = graph_of(
        """f = Flatten (x)  t = Transpose <perm = [1, 0]> (w)  a = MatMul (f, t)  b = Relu (a)
           i = Identity (w)  u = Transpose <perm = [1, 0]> (i)  y = MatMul (b, u)""",
        w=(144, 144),
    )
    assert [layer.params for layer in graph.layers if layer.op == "MatMul"] == [144 * 144] * 2
    assert graph.params == 144 * 144
    assert graph.depth == 2


def test_running_statistics_are_not_parameters_but_have_a_size() -> None:
    graph = graph_of("y = BatchNormalization (x, s, b, m, v)", **dict.fromkeys("sbmv", (4,)))
    assert graph.layers[0].weights == {"scale": "s", "bias": "b", "mean": "m", "var": "v"}
    assert graph.weight_bytes == 64


def test_depth_is_the_longest_chain_of_weighted_layers() -> None:
    graph = graph_of(
        """a = Conv (x, w)  b = Relu (a)  c = Conv (b, w)  d = Conv (x, w)  e = Add (c, d)
           f = MatMul (e, e)  y = Conv (f, w)""",
        w=(4, 4, 1, 1),
    )
    assert graph.depth == 3
