"""Receptive fields by brute force: change one input pixel at a time and compare the cells."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import UnknownLayer
from app.nets.graph import read_graph
from app.nets.layer import Box
from app.nets.reading.operator_fields import PAD_MODES, InputWindow
from app.nets.reading.receptive_fields import cells_read, cells_reading
from tests.nets.reading.references.brute_force import HEIGHT, WIDTH, changes, covers, network, surroundings

NETWORKS = {
    "asymmetric": "a = Conv <pads = [1, 0, 2, 3], strides = [2, 1]> (x, k35)  y = Conv <strides = [1, 2]> (a, k3)",
    "dilated": "a = Conv <dilations = [2, 3], pads = [2, 3, 2, 3]> (x, k3)  y = Conv (a, k3)",
    "same upper": """a = Conv <auto_pad = "SAME_UPPER", strides = [2, 2]> (x, k4)
                     y = MaxPool <auto_pad = "SAME_UPPER", kernel_shape = [2, 2], strides = [2, 2]> (a)""",
    "same lower": """a = Conv <auto_pad = "SAME_LOWER", strides = [2, 2]> (x, k4)
                     y = Conv <auto_pad = "VALID"> (a, k3)""",
    "ceil": """a = MaxPool <kernel_shape = [3, 3], strides = [2, 2], ceil_mode = 1> (x)
               y = AveragePool <kernel_shape = [3, 2], strides = [3, 2], ceil_mode = 1> (a)""",
    "dilated pool": "y = MaxPool <kernel_shape = [2, 3], dilations = [3, 2], strides = [2, 2]> (x)",
    "dilated pool, same": """y = MaxPool <kernel_shape = [2, 3], dilations = [3, 2], strides = [2, 2],
                                     auto_pad = "SAME_LOWER"> (x)""",
    "inception": """a = Conv (x, k1)  b = Conv <pads = [1, 1, 1, 1]> (x, k3)
                    c = Conv <pads = [1, 2, 1, 2]> (b, k35)
                    d = MaxPool <kernel_shape = [3, 3], pads = [1, 1, 1, 1]> (x)
                    e = Concat <axis = 1> (a, b, c, d)  y = MaxPool <kernel_shape = [2, 2], strides = [2, 2]> (e)""",
    "residual": """a = Conv <pads = [1, 1, 1, 1], strides = [2, 2]> (x, k3)  b = Relu (a)
                   c = Conv <pads = [1, 1, 1, 1]> (b, k3)  d = Conv <strides = [2, 2]> (x, k1)
                   y = Add (c, d)  z = Relu (y)""",
    "squeeze and excite": """a = Conv <pads = [1, 1, 1, 1]> (x, k3)  g = GlobalAveragePool (a)  h = Conv (g, k1)
                             y = Mul (a, h)""",
    "transposed": """a = ConvTranspose <strides = [2, 3], pads = [1, 0, 0, 1], output_padding = [1, 1]> (x, k4)
                     y = Conv (a, k3)""",
    "transposed with holes": "y = ConvTranspose <strides = [2, 2], dilations = [2, 3], pads = [1, 1, 1, 1]> (x, k3)",
    "nearest": """y = Resize <mode = "nearest", coordinate_transformation_mode = "asymmetric", nearest_mode = "floor">
                  (x, , scale)""",
    "nearest by half": """y = Resize <mode = "nearest", nearest_mode = "round_prefer_ceil"> (x, , uneven)""",
    "linear": """a = Conv <strides = [2, 2]> (x, k3)
                 y = Resize <mode = "linear", coordinate_transformation_mode = "pytorch_half_pixel"> (a, , scale)""",
    "cubic": """y = Resize <mode = "cubic", coordinate_transformation_mode = "half_pixel"> (x, , scale)""",
    "linear down": """y = Resize <mode = "linear"> (x, , half)""",
    "copied": """a = Resize <mode = "linear"> (x, , same)  y = Conv (a, k3)
                 same = Constant <value_floats = [1.0, 1.0, 1.05, 1.0]> ()""",
    "corner to corner": """
        a = Resize <mode = "linear", coordinate_transformation_mode = "align_corners"> (x, , uneven)
        y = Resize <mode = "nearest", coordinate_transformation_mode = "align_corners"> (a, , half)""",
    "pyramid": """a = Conv <pads = [1, 1, 1, 1]> (x, k3)
                  b = MaxPool <kernel_shape = [2, 2], strides = [2, 2], ceil_mode = 1> (a)
                  c = Conv <pads = [1, 1, 1, 1]> (b, k3)
                  d = Resize <mode = "nearest", coordinate_transformation_mode = "asymmetric", nearest_mode = "floor">
                      (c, , scale)
                  e = Slice (d, zeros, ends, spatial)  y = Add (a, e)""",
    "padded and sliced": """a = Pad (x, pads)  b = Slice (a, starts, ends, spatial, steps)
                            y = Conv (b, k3)""",
    "space to depth": """a = Pad (x, odd)  b = SpaceToDepth <blocksize = 2> (a)
                         y = MaxPool <kernel_shape = [3, 3]> (b)""",
    "depth to space": """a = Conv <strides = [2, 2]> (x, k3)  b = Concat <axis = 1> (a, a)
                         c = DepthToSpace <blocksize = 2> (b)  y = MaxPool <kernel_shape = [2, 3]> (c)""",
    "shuffle": f"""a = Conv <pads = [1, 1, 1, 1]> (x, k3)  c4 = Concat <axis = 1> (a, x)
                   b = Reshape (c4, split)  c = Transpose <perm = [0, 2, 1, 3, 4]> (b)  d = Reshape (c, joined)
                   split = Constant <value_ints = [0, 2, 2, {HEIGHT}, {WIDTH}]> ()
                   joined = Constant <value_ints = [0, 4, {HEIGHT}, {WIDTH}]> ()
                   y = AveragePool <kernel_shape = [2, 2]> (d)""",
    "head": """a = Conv <strides = [2, 2]> (x, k3)  b = LRN <size = 3> (a)  c = ReduceMean <axes = [2, 3]> (b)
               y = Flatten (c)""",
    "instance norm": """one = Constant <value_floats = [1.0, 1.0]> ()  y = InstanceNormalization (x, one, one)
                        z = MaxPool <kernel_shape = [2, 2], strides = [2, 2]> (y)""",
}  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_a_box_is_the_pixels_that_change_the_cell(name: str) -> None:
    model = network(NETWORKS[name])
    graph = read_graph(model)
    for layer, cells in changes(model, graph).items():
        for y, x in np.ndindex(cells.shape[1:]):
            box, seen = graph.box(layer, y, x), surroundings(cells[:, y, x])
            assert covers(box, seen) if "dilations" in NETWORKS[name] else box == seen, f"{layer} ({y}, {x})"


@pytest.mark.parametrize("name", NETWORKS)
def test_a_field_clipped_at_the_border_is_the_box(name: str) -> None:
    graph = read_graph(network(NETWORKS[name]))
    resampled = any(word in NETWORKS[name] for word in ("Resize", "ConvTranspose", "DepthToSpace"))
    for layer in graph.layers:
        field = layer.receptive_field
        for cell in np.ndindex(layer.shape[-2:] if len(layer.shape) > 2 else (1, 1)):
            begin = [offset + at * step for offset, at, step in zip(field.offset, cell, field.step, strict=True)]
            end = [first + length for first, length in zip(begin, field.size, strict=True)]
            inside = min(begin) >= 0 and end[0] <= HEIGHT and end[1] <= WIDTH and min(field.step) > 0
            box = graph.box(layer.id, *cell)
            if inside and not resampled:
                assert [box.top, box.left, box.bottom, box.right] == [*begin, *end], f"{layer.id} {cell}"
            rounded = (math.floor(begin[0]), math.floor(begin[1]), math.ceil(end[0]), math.ceil(end[1]))
            assert covers(Box(*rounded), box), f"{layer.id} {cell}"


def test_published_fields() -> None:
    """VGG-16 as Araujo et al. list it: 212 pixels in steps of 32 at pool5."""
    convolution = "Conv <pads = [1, 1, 1, 1]> ({}, k3)"
    body, value, count = "", "x", 0
    for convolutions in (2, 2, 3, 3, 3):
        for _ in range(convolutions):
            count += 1
            body += f"c{count} = {convolution.format(value)} "
            value = f"c{count}"
        body += f"{value}p = MaxPool <kernel_shape = [2, 2], strides = [2, 2]> ({value}) "
        value += "p"
    graph = read_graph(network(f"{body} y = Relu ({value})", height=224, width=224))
    field = graph.scores.receptive_field
    assert (field.size, field.step, field.offset) == ((212, 212), (32, 32), (-90, -90))


def test_there_is_no_box_of_a_cell_outside_the_map() -> None:
    graph = read_graph(network("y = Relu (x)"))
    with pytest.raises(IndexError):
        graph.box(graph.scores.id, 99, 0)
    with pytest.raises(UnknownLayer):
        graph.box("none", 0, 0)


def test_cells_that_are_no_places_of_the_map_depend_on_the_whole_input() -> None:
    graph = read_graph(
        network("a = Transpose <perm = [0, 2, 1, 3]> (x)  b = Relu (a)  y = MaxPool <kernel_shape = [2, 2]> (b)")
    )
    whole = Box(0, 0, HEIGHT, WIDTH)
    assert [graph.box(layer.id, 0, 0) for layer in graph.layers] == [whole] * 3
    assert all(layer.receptive_field.size == (HEIGHT, WIDTH) for layer in graph.layers)


@pytest.mark.parametrize("copy", ["", "Identity"])
def test_parts_of_a_map_that_are_not_as_long_as_the_first_one(copy: str) -> None:
    """A part is not found among the cells of the first one, whose layer stands for all of them."""
    used = f"d = {copy} (c)" if copy else "d = Relu (c)"
    model = network(
        f"""rows = Constant <value_ints = [2, 3, 8]> ()  a, b, c = Split <axis = 2> (x, rows)  {used}
            e = Conv <pads = [1, 1, 1, 1]> (d, k3)  y = MaxPool <kernel_shape = [2, 2]> (b)"""
    )
    graph = read_graph(model)
    for layer, cells in changes(model, graph).items():
        for y, x in np.ndindex(cells.shape[1:]):
            assert covers(graph.box(layer, y, x), surroundings(cells[:, y, x])), f"{layer} ({y}, {x})"
    assert graph.box(graph.layer_of["e"], 4, 5) == Box(0, 4, HEIGHT, 7)  # along the other axis it is as narrow as ever


def test_a_matrix_product_of_channels_that_are_last_keeps_the_places() -> None:
    graph = read_graph(
        network(
            """a = Conv <pads = [1, 1, 1, 1]> (x, k3)  b = Transpose <perm = [0, 2, 3, 1]> (a)
               sw = Constant <value_ints = [2, 2]> ()  w = ConstantOfShape <value = float[1] {0.1}> (sw)
               c = MatMul (b, w)  d = Transpose <perm = [0, 3, 1, 2]> (c)  y = Add (a, d)"""
        )
    )
    assert {layer.receptive_field.size for layer in graph.layers} == {(3, 3)}
    assert graph.box(graph.layers[-1].id, 2, 3) == Box(1, 2, 4, 5)


def test_operators_of_integers_read_what_those_of_real_numbers_read() -> None:
    real = """p = Add (m, m)  q = Mul (p, p)  r = Sigmoid (q)  t = LeakyRelu (r)
              u = AveragePool <kernel_shape = [3, 2], strides = [2, 2]> (t)  y = Concat <axis = 1> (u, u)"""
    integer = """p = QLinearAdd (m, s, n, m, s, n, s, n)  q = QLinearMul (p, s, n, p, s, n, s, n)
                 r = QLinearSigmoid (q, s, n, s, n)  t = QLinearLeakyRelu (r, s, n, s, n)
                 u = QLinearAveragePool <kernel_shape = [3, 2], strides = [2, 2]> (t, s, n, s, n)
                 v = QLinearConcat <axis = 1> (s, n, u, s, n, u, s, n)  y = DequantizeLinear (v, s, n)"""
    scale = "s = Constant <value = float {0.1}> ()  n = Constant <value = uint8 {0}> ()"
    pool = "MaxPool <kernel_shape = [3, 3]>"
    expected = read_graph(network(f"m = {pool} (x)  {real}")).layers
    quantised = read_graph(network(f"{scale}  i = QuantizeLinear (x, s, n)  m = {pool} (i)  {integer}")).layers
    assert [each.receptive_field for each in quantised[1:-1]] == [each.receptive_field for each in expected]
    assert max(expected[-1].receptive_field.size) < min(HEIGHT, WIDTH)


@given(
    st.fractions(0, 4, max_denominator=4),
    st.fractions(-6, 6, max_denominator=4),
    st.fractions(0, 6, max_denominator=4),
    st.booleans(),
)
def test_the_cells_that_read_a_cell_are_those_whose_window_has_it(
    step: Fraction, first: Fraction, extent: Fraction, clamps: bool
) -> None:
    size, length = 9, 7
    window = InputWindow(step, first, first + extent, "nearest" if clamps and step > 0 else "padding")
    read = {cell: cells_read(window, (cell, cell), size) for cell in range(length)}
    for cell in range(size):
        readers = [output for output, (begin, end) in read.items() if begin <= cell <= end]
        begin, end = cells_reading(window, cell, size, length)
        assert list(range(begin, end + 1)) == readers


@pytest.mark.parametrize("mode", ["edge", "reflect"])
@pytest.mark.parametrize(("begin", "end"), [(0, 0), (3, 0), (0, 2), (1, 4), (5, 5)])
def test_what_a_border_repeats_is_read_as_numpy_pads_it(mode: str, begin: int, end: int) -> None:
    size = 6
    window = InputWindow(Fraction(1), Fraction(-begin), Fraction(-begin), PAD_MODES[mode])
    padded = np.pad(np.arange(size), (begin, end), mode=mode)  # type: ignore[call-overload]  # a mode by its name
    for first in range(len(padded)):
        for last in range(first, len(padded)):
            read = padded[first : last + 1]
            assert cells_read(window, (first, last), size) == (read.min(), read.max())
    for cell in range(size):
        readers = np.flatnonzero(padded == cell)
        assert cells_reading(window, cell, size, len(padded)) == (readers.min(), readers.max())


def test_without_a_window_every_cell_reads_every_cell() -> None:
    assert cells_read(None, (2, 3), 9) == (0, 8)
    assert cells_reading(None, 4, 9, 7) == (0, 6)


def test_whole_numbers_of_a_field_are_whole_and_others_exact() -> None:
    scales = "s = Constant <value_floats = [1.0, 1.0, 2.0, 2.0]> ()"
    whole, half = read_graph(network(f"a = Conv <strides = [2, 2]> (x, k3)  {scales}  y = Resize (a, , s)")).layers[:2]
    for numbers in (whole.receptive_field.size, whole.receptive_field.step, whole.receptive_field.offset):
        assert all(isinstance(number, int) for number in numbers)
    assert half.receptive_field.step == (1, 1)
