"""The names of an operator's axes: each rule on its own, and where two operators do the same, the same."""

import pytest

from app.nets.reading.axes import Axes, axes_of_layout, read_axes
from app.nets.reading.inputs.layout import Layout
from app.nets.reading.operators import read_operators
from tests.nets.onnx_text import parse_network

TWO = "float[2, 3, 4, 5]"
FLAT = "f = Flatten(x)  t = Transpose(f)"
MATRIX = "m = ReduceMean<axes = [0, 1], keepdims = 0>(x)"
VECTOR = "v = ReduceMean<axes = [0, 1, 2], keepdims = 0>(x)"
POOLED = "p = GlobalAveragePool(x)  c = Flatten(p)"
STEPS = "n = Transpose<perm = [3, 0, 1, 2]>(x)  s = ReduceMean<axes = [3], keepdims = 0>(n)"  # width, batch, channel


def constant(name: str, *shape: int) -> str:
    lengths = ", ".join(map(str, shape))
    return f"shape_of_{name} = Constant<value_ints: ints = [{lengths}]>()  {name} = ConstantOfShape(shape_of_{name})  "


def axes_of(body: str, value: str = "y", x: str = TWO) -> Axes:
    return read_axes(read_operators(parse_network(body, x=x)))[value].names


@pytest.mark.parametrize(
    ("layout", "axes"),
    [
        ("L", ("unit",)),
        ("NL", ("batch", "unit")),
        ("NCL", ("batch", "channel", "length")),
        ("NHWC", ("batch", "height", "width", "channel")),
        ("NCDHW", ("batch", "channel", "depth", "height", "width")),
    ],
)
def test_the_axes_of_a_layout(layout: Layout, axes: Axes) -> None:
    assert axes_of_layout(layout) == axes


@pytest.mark.parametrize(
    ("body", "axes"),
    [
        (f"{FLAT}  y = MatMul(f, t)", ("batch", "block")),
        (f"{FLAT}  y = MatMul(t, f)", ("unit", "unit")),
        (f"{VECTOR}  y = MatMul(x, v)", ("batch", "channel", "height")),
        (f"{VECTOR}  t = Transpose<perm = [0, 1, 3, 2]>(x)  y = MatMul(v, t)", ("batch", "channel", "height")),
        (f"{VECTOR}  y = MatMul(v, v)", ()),
        (f"{VECTOR}  {MATRIX}  t = Transpose(m)  y = MatMul(v, t)", ("height",)),
        (f"{VECTOR}  r = ReduceMean<axes = [0, 2], keepdims = 0>(x)  y = MatMul(r, v)", ("channel",)),
        (f"{MATRIX}  t = Transpose(m)  y = MatMul(m, t)", ("height", "height")),
        (f"{MATRIX}  t = Transpose(m)  y = MatMul(x, t)", ("batch", "channel", "height", "height")),
        (f"{MATRIX}  t = Transpose(m)  y = MatMul(t, x)", ("batch", "channel", "width", "width")),
        (f"{constant('w', 5, 4)} y = MatMul(x, w)", ("batch", "channel", "height", "width")),
    ],
)
def test_a_product_has_the_rows_of_one_and_the_columns_of_the_other(body: str, axes: Axes) -> None:
    assert axes_of(body) == axes


@pytest.mark.parametrize(
    ("body", "same"),
    [
        ("y = Gemm<transB = 1>(f, f)", "y = MatMul(f, t)"),
        ("y = Gemm<transA = 1>(f, f)", "y = MatMul(t, f)"),
        ("y = Gemm<transA = 1, transB = 1>(f, t)", "y = MatMul(t, f)"),
        ("y = Gemm(f, t)", "y = MatMul(f, t)"),
        (f"{constant('w', 5, 4)}{MATRIX}  y = Gemm(m, w)", f"{constant('w', 5, 4)}{MATRIX}  y = MatMul(m, w)"),
        (f"{constant('w', 5, 4)}{MATRIX}  y = Gemm(w, m)", f"{constant('w', 5, 4)}{MATRIX}  y = MatMul(w, m)"),
        ('y = Einsum<equation = "nchw -> nhwc">(x)', "y = Transpose<perm = [0, 2, 3, 1]>(x)"),
        ('y = Einsum<equation = "nchw -> hc">(x)', "m = ReduceSum<keepdims = 0>(x, a) y = Transpose(m)"),
        ('y = Einsum<equation = "nu, mu -> nm">(f, f)', "y = MatMul(f, t)"),
        ('y = Einsum<equation = "w, nchw -> nch">(v, x)', "y = MatMul(x, v)"),
        ('y = Einsum<equation = "bcij">(x)', "y = Identity(x)"),
        ('y = Einsum<equation = "...u, ...u -> ...">(x, x)', "m = Mul(x, x)  y = ReduceSum<keepdims = 0>(m, l)"),
        ('y = Einsum<equation = "u, ...u">(v, x)', "y = MatMul(x, v)"),
        ('y = Einsum<equation = "ba...">(x)', "y = Transpose<perm = [2, 3, 1, 0]>(x)"),
        (
            "i = Constant<value_int = 0>()  y = Gather(x, i)",
            "i = Constant<value_int = 0>()  y = Gather<axis = -4>(x, i)",
        ),
    ],
)
def test_operators_that_do_the_same_name_the_same_axes(body: str, same: str) -> None:
    constants = "a = Constant<value_ints = [0, 3]>()  l = Constant<value_ints = [3]>()"
    assert axes_of(f"{constants} {FLAT} {VECTOR} {body}") == axes_of(f"{constants} {FLAT} {VECTOR} {same}")


@pytest.mark.parametrize(
    ("body", "axes"),
    [
        (f"{POOLED}  {constant('w', 3, 9)}  y = Gemm(c, w)", ("batch", "unit")),
        (f"{FLAT}  {constant('w', 60, 9)}  y = MatMul(f, w)", ("batch", "unit")),
        (f"s = Constant<value_ints = [-1]>()  u = Reshape(x, s)  {constant('w', 120, 9)}  y = MatMul(u, w)", ("unit",)),
        (f"{MATRIX}  {constant('w', 5, 9)}  y = Gemm(m, w)", ("height", "width")),
        (f"{MATRIX}  {constant('w', 4, 9)}  y = Gemm<transA = 1>(m, w)", ("width", "height")),
    ],
    ids=["a picture's", "a picture's units", "all units", "a place's", "a transposed place's"],
)
def test_the_columns_of_a_fully_connected_layer(body: str, axes: Axes) -> None:
    assert axes_of(body) == axes


def test_a_linear_layer_makes_channels_of_units() -> None:
    body = f"s = Constant<value_ints = [2, 2, 30]>()  g = Reshape(x, s)  {constant('w', 30, 7)}  y = MatMul(g, w)"
    assert axes_of(body, "g", "float[2, 4, 3, 5]") == ("batch", "group", "unit")
    assert axes_of(body, "y", "float[2, 4, 3, 5]") == ("batch", "group", "channel")


@pytest.mark.parametrize(
    ("axis", "shape", "axes"),
    [
        (0, (), ("channel", "height", "width")),
        (1, (), ("batch", "height", "width")),
        (-1, (), ("batch", "channel", "height")),
        (1, (2,), ("batch", "channel", "height", "width")),
        (1, (2, 1), ("batch", "channel", "channel", "height", "width")),
        (-2, (2, 3, 2), ("batch", "channel", "height", "height", "height", "width")),
    ],
)
def test_an_axis_that_is_read_by_an_index_is_there_once_for_each_of_the_index(
    axis: int, shape: tuple[int, ...], axes: Axes
) -> None:
    index = f"{constant('i', *shape)}  j = Cast<to = 7>(i)"
    assert axes_of(f"{index}  y = Gather<axis = {axis}>(x, j)") == axes


@pytest.mark.parametrize("op", ["GRU", "LSTM", "RNN"])
def test_the_states_of_a_recurrent_layer(op: str) -> None:
    gates = {"GRU": 3, "LSTM": 4, "RNN": 1}[op]
    weights = f"{STEPS} {constant('w', 1, gates * 7, 3)} {constant('r', 1, gates * 7, 7)}"
    steps_first = f"{weights} y, h = {op}<hidden_size = 7>(s, w, r)"
    assert axes_of(steps_first) == ("width", "direction", "batch", "channel")
    assert axes_of(steps_first, "h") == ("direction", "batch", "channel")
    batch_first = f"{weights} b = Transpose<perm = [1, 0, 2]>(s) y, h = {op}<hidden_size = 7, layout = 1>(b, w, r)"
    assert axes_of(batch_first) == ("batch", "width", "direction", "channel")
    assert axes_of(batch_first, "h") == ("batch", "direction", "channel")


@pytest.mark.parametrize(
    ("shape", "kernel", "axes"),
    [
        ((2, 3, 20), (7, 3, 3), ("batch", "channel", "tokens")),
        ((2, 3, 1, 4, 5), (7, 3, 1, 3, 3), ("batch", "channel", "depth", "height", "width")),
        ((2, 3, 4, 5), (7, 3, 1, 1), ("batch", "channel", "height", "width")),
    ],
)
def test_a_convolution_has_channels_and_places(shape: tuple[int, ...], kernel: tuple[int, ...], axes: Axes) -> None:
    lengths = ", ".join(map(str, shape))
    body = f"s = Constant<value_ints = [{lengths}]>()  f = Reshape(x, s)  {constant('w', *kernel)}  y = Conv(f, w)"
    assert axes_of(body) == axes


@pytest.mark.parametrize(
    ("index", "table", "axes"),
    [
        ("x", (9,), ("batch", "channel", "height", "width")),
        ("x", (9, 7), ("batch", "channel", "height", "width", "unit")),
        ("i", (9, 7), ("batch", "height", "width", "channel")),
        ("i", (9, 7, 6), ("batch", "height", "width", "unit", "unit")),
    ],
    ids=["numbers", "rows for channels", "rows", "matrices"],
)
def test_what_is_looked_up_in_a_table_is_where_its_indices_are(index: str, table: tuple[int, ...], axes: Axes) -> None:
    maximum = "i = ArgMax<axis = 1, keepdims = 0>(x)"
    assert axes_of(f"{maximum}  j = Cast<to = 7>({index})  {constant('w', *table)}  y = Gather(w, j)") == axes


def test_the_indices_stand_where_the_axis_was_that_they_index() -> None:
    maximum = "i = ArgMax<axis = 1, keepdims = 0>(x)"
    for axis in (-1, 1):
        body = f"{maximum}  {constant('w', 7, 9)}  y = Gather<axis = {axis}>(w, i)"
        assert axes_of(body) == ("channel", "batch", "height", "width")


def test_an_einsum_with_a_constant_matrix_maps_the_axis_that_it_sums() -> None:
    body = f'{constant("w", 7, 3)}  y = Einsum<equation = "kc, ncij -> nkij">(w, x)'
    assert axes_of(body) == ("batch", "channel", "height", "width")
    assert axes_of(body.replace("ncij -> nkij", "nc... -> n...k")) == ("batch", "height", "width", "unit")


@pytest.mark.parametrize(
    ("body", "axes"),
    [
        ("h = OneHot(i, n, v)", ("batch", "group", "channel", "height", "width")),
        ("g = OneHot(i, n, v)  k = Cast<to = 7>(g)  h = OneHot(k, n, v)", ("batch", *["unit"] * 5)),
    ],
)
def test_the_axes_of_an_operator_without_a_rule_follow_from_their_number(body: str, axes: Axes) -> None:
    given = "n = Constant<value_int = 9>()  v = Constant<value_floats = [0.0, 1.0]>()  i = Cast<to = 7>(x)"
    assert axes_of(f"{given}  {body}  y = Neg(h)") == axes


def test_a_sum_keeps_the_batch_axis_wherever_it_is() -> None:
    assert axes_of("y = Add(x, x)") == ("batch", "channel", "height", "width")
    turned = "m = ReduceMean<axes = [1]>(x)  t = Transpose<perm = [1, 0, 2, 3]>(m)"
    for addition in ("y = Add(t, x)", "y = Add(x, t)"):
        assert axes_of(f"{turned}  {addition}", x="float[1, 3, 4, 5]") == ("batch", "channel", "height", "width")


def test_a_maximum_is_along_the_first_axis_unless_it_says_another() -> None:
    assert axes_of("i = ArgMax<keepdims = 0>(x)  y = Cast<to = 1>(i)") == ("channel", "height", "width")
    assert axes_of("i = ArgMax<axis = -2, keepdims = 0>(x)  y = Cast<to = 1>(i)") == ("batch", "channel", "width")


def test_mixed_tokens_of_groups_are_no_places() -> None:
    tokens = "s = Constant<value_ints = [1, 2, 4, 16]>()  t = Reshape(x, s)"
    body = f"{tokens}  {constant('w', 16, 16)}  y = MatMul(t, w)"
    values = read_axes(read_operators(parse_network(body, x="float[1, 8, 4, 4]")))
    assert values["t"].names == values["y"].names == ("batch", "group", "channel", "tokens")
    assert values["t"].token_grid
    assert not values["y"].token_grid


def test_a_first_axis_of_length_1_that_is_new_is_the_batch_again() -> None:
    zero = "zero = Constant<value_ints = [0]>()  s = Squeeze(x, zero)"
    one = "float[1, 3, 4, 5]"
    assert axes_of(zero, "s", one) == ("channel", "height", "width")
    assert axes_of(f"{zero}  y = Unsqueeze(s, zero)", "y", one) == ("batch", "channel", "height", "width")
    last = f"{zero}  three = Constant<value_ints = [3]>()  y = Unsqueeze(s, three)"
    assert axes_of(last, "y", one) == ("channel", "height", "width", "one")
