"""What single operators read, of any version and form, by brute force and where a run alone knows it."""

import numpy as np
import pytest
from onnx import parser

from app.nets.graph import read_graph
from tests.nets.onnx_text import parse_network
from tests.nets.reading.references.brute_force import HEIGHT, WIDTH, changes, covers, network, surroundings

PADDED = {
    "mirrored": """y = Pad <mode = "reflect"> (x, pads)""",
    "repeated": """y = Pad <mode = "edge"> (x, pads)""",
    "mirrored for a convolution": """a = Pad <mode = "reflect"> (x, pads)  y = Conv (a, k35)""",
    "mirrored twice": """a = Pad <mode = "reflect"> (x, pads)  b = Conv <strides = [2, 2]> (a, k3)
                         c = Pad <mode = "reflect"> (b, pads)  y = Conv <strides = [2, 1]> (c, k3)""",
    "mirrored and repeated": """a = Pad <mode = "edge"> (x, pads)  b = MaxPool <kernel_shape = [2, 3]> (a)
                                c = Pad <mode = "reflect"> (b, odd)  y = Conv (c, k3)""",
}


@pytest.mark.parametrize("name", PADDED)
def test_a_border_that_repeats_the_map_is_no_reason_to_read_all_of_it(name: str) -> None:
    model = network(PADDED[name])
    graph = read_graph(model)
    for layer, cells in changes(model, graph).items():
        for y, x in np.ndindex(cells.shape[1:]):
            assert graph.box(layer, y, x) == surroundings(cells[:, y, x]), f"{layer} ({y}, {x})"
    assert max(graph.scores.receptive_field.size) <= 9


def test_a_border_around_a_part_of_the_map_reads_everything() -> None:
    model = network(
        """less = Constant <value_ints = [0, 0, -1, 0, 0, 0, 2, 0]> ()  y = Pad <mode = "edge"> (x, less)"""
    )
    assert read_graph(model).scores.receptive_field.size == (HEIGHT, WIDTH)


def test_a_map_of_five_axes_is_read_cell_by_cell_too() -> None:
    model = network(
        f"""five = Constant <value_ints = [1, -1, 1, {HEIGHT}, {WIDTH}]> ()  a = Reshape (x, five)  b = Relu (a)
            four = Constant <value_ints = [1, -1, {HEIGHT}, {WIDTH}]> ()  y = Reshape (b, four)"""
    )
    assert read_graph(model).scores.receptive_field.size == (1, 1)


VERSIONS = [
    (10, "float[4] {1.0, 1.0, 2.0, 2.0}", """<mode = "linear"> (x, s)"""),
    (10, "float[4] {1.0, 1.0, 1.5, 2.5}", """<mode = "nearest"> (x, s)"""),
    (10, "float[4] {1.0, 1.0, 0.5, 0.5}", """<mode = "nearest"> (x, s)"""),
    (10, "float[4] {1.0, 1.0, 0.6, 1.7}", """<mode = "nearest"> (x, s)"""),
    (18, "float[2] {2.5, 1.5}", """<mode = "nearest", axes = [3, 2]> (x, , s)"""),
    (18, "float[1] {2.0}", """<mode = "linear", axes = [2]> (x, , s)"""),
    (18, "int64[2] {19, 60}", """<axes = [2, 3], keep_aspect_ratio_policy = "not_larger"> (x, , , s)"""),
    (18, "int64[2] {11, 20}", """<axes = [3, 2], keep_aspect_ratio_policy = "not_smaller"> (x, , , s)"""),
]


@pytest.mark.parametrize(("opset", "scales", "resize"), VERSIONS)
def test_a_box_of_a_resize_of_any_version_is_the_pixels_that_change_the_cell(
    opset: int, scales: str, resize: str
) -> None:
    model = parser.parse_model(
        f'<ir_version: 8, opset_import: ["": {opset}]> g (float[N, 2, {HEIGHT}, {WIDTH}] x) => (float[N, M] y)'
        f"{{ s = Constant <value = {scales}> ()  y = Resize {resize} }}"
    )
    model.graph.output[0].type.tensor_type.ClearField("shape")
    graph = read_graph(model)
    (cells,) = changes(model, graph).values()
    for y, x in np.ndindex(cells.shape[1:]):
        assert graph.box(graph.scores.id, y, x) == surroundings(cells[:, y, x]), f"({y}, {x})"


@pytest.mark.parametrize(
    ("operator", "shape"),
    [
        ("Slice (x, two, six, last)", "1, 2, 13, 4"),
        ("Slice (x, two, six, two, last)", "1, 2, 2, 16"),
        ("Pad (x, sides, , axes)", "1, 2, 13, 19"),
    ],
)
def test_an_operator_whose_axes_a_run_computes_may_read_everything(operator: str, shape: str) -> None:
    model = parser.parse_model(
        f"""<ir_version: 8, opset_import: ["": 18]> g (float[1, 2, 13, 16] x) => (float[{shape}] y) {{
            two = Constant <value_ints = [2]> ()  six = Constant <value_ints = [6]> ()
            sides = Constant <value_ints = [3, 0, 0, 0, 0, 0, 0, 0]> ()
            numbers = Constant <value_floats = [0.0, 0.0, 0.0, 1.0]> ()  last = ArgMax (numbers)
            k = Constant <value_ints = [4]> ()  least, axes = TopK <largest = 0> (numbers, k)
            y = {operator} }}"""
    )
    (layer,) = read_graph(model).layers
    assert (layer.receptive_field.size, layer.receptive_field.step) == ((13, 16), (0, 0))


@pytest.mark.parametrize(("nothing", "size"), [(1, (1, 1)), (0, (HEIGHT, WIDTH))])
def test_a_reduction_that_names_no_axes_reads_everything_unless_it_reduces_nothing(
    nothing: int, size: tuple[int, int]
) -> None:
    model = parser.parse_model(
        f"""<ir_version: 8, opset_import: ["": 18]> g (float[1, 2, {HEIGHT}, {WIDTH}] x) => (float[N, M] y)
            {{ y = ReduceSumSquare <noop_with_empty_axes = {nothing}> (x) }}"""
    )
    model.graph.output[0].type.tensor_type.ClearField("shape")
    assert read_graph(model).scores.receptive_field.size == size


PLACE, ROW, COLUMN, ALL = (1, 1), (1, WIDTH), (HEIGHT, 1), (HEIGHT, WIDTH)
MEAN_OF_ROW, MEAN_OF_COLUMN = "m = ReduceMean <axes = [3]> (x)", "m = ReduceMean <axes = [2]> (x)"
NUMBERS = """a = Constant <value_ints = [2, 3]> ()  low = Constant <value_ints = [1, -7]> ()
    high = Constant <value_ints = [9, 99]> ()  by = Constant <value_ints = [2, 1]> ()
    back = Constant <value_ints = [-1, 1]> ()  last = Constant <value_ints = [9, 2]> ()
    first = Constant <value_ints = [0, 16]> ()  only = Constant <value_ints = [3]> ()
    two = Constant <value_ints = [2]> ()  ten = Constant <value_ints = [10]> ()"""
SIZES: list[tuple[int, str, tuple[int, int]]] = [
    *((17, f"y = {op} <axis = 1> (x)", PLACE) for op in ("Softmax", "LogSoftmax", "LpNormalization")),
    *((17, f"y = {op} <axis = 2> (x)", COLUMN) for op in ("Softmax", "LogSoftmax", "LpNormalization")),
    *((17, f"y = {op} <axis = -2> (x)", COLUMN) for op in ("Softmax", "LpNormalization")),
    *((17, f"y = {op} <axis = 3> (x)", ROW) for op in ("Softmax", "LogSoftmax", "LpNormalization")),
    *((17, f"y = {op} (x)", ROW) for op in ("Softmax", "LogSoftmax", "LpNormalization")),
    (12, "y = Softmax (x)", ALL),
    (12, "y = Softmax <axis = 1> (x)", ALL),
    (12, "y = Softmax <axis = 2> (x)", ALL),
    (12, "y = LogSoftmax <axis = 3> (x)", ROW),
    (12, "y = LogSoftmax <axis = -1> (x)", ROW),
    (11, "y = LpNormalization <axis = 2> (x)", COLUMN),
    (13, "y = Softmax <axis = 2> (x)", COLUMN),
    (17, "y = Concat <axis = 1> (x, x)", PLACE),
    (17, "y = Concat <axis = 2> (x, x)", COLUMN),
    (17, "y = Concat <axis = 3> (x, x)", ROW),
    (17, "y = Concat <axis = -1> (x, x)", ROW),
    (17, "y = ReduceMean <axes = [1]> (x)", PLACE),
    (17, "y = ReduceMean <axes = [2]> (x)", COLUMN),
    (17, "y = ReduceMax <axes = [-1]> (x)", ROW),
    (17, "y = ReduceMax <axes = [-2, -1]> (x)", ALL),
    (17, "y = ReduceMax (x)", ALL),
    (17, "y = ReduceMax <axes = [1], keepdims = 0> (x)", ALL),
    (17, "y = GlobalMaxPool (x)", ALL),
    (17, "y = Transpose <perm = [0, 1, 3, 2]> (x)", ALL),
    (17, f"{MEAN_OF_ROW}  y = Add (x, m)", ROW),
    (17, f"{MEAN_OF_COLUMN}  y = Mul (m, x)", COLUMN),
    (17, f"{MEAN_OF_COLUMN}  s = Shape (x)  y = Expand (m, s)", COLUMN),
    (17, f"{NUMBERS}  y = Slice (x, low, high, a)", PLACE),
    (17, f"{NUMBERS}  y = Slice (x, low, high, a, by)", PLACE),
    (17, f"{NUMBERS}  y = Slice (x, last, first, a, back)", COLUMN),
    (17, f"{NUMBERS}  y = Slice (x, two, ten, only)", PLACE),
    (17, f"{NUMBERS}  y = Slice (x, two, ten, two)", PLACE),
    (9, "y = DepthToSpace <blocksize = 1> (x)", PLACE),
    (9, "y = LRN <size = 3> (x)", PLACE),
]


@pytest.mark.parametrize(("opset", "body", "size"), SIZES)
def test_along_which_axes_an_operator_reads_everything(opset: int, body: str, size: tuple[int, int]) -> None:
    model = parse_network(body, opset, x=f"float[N, 2, {HEIGHT}, {WIDTH}]")
    graph = read_graph(model)
    layer = graph.layers[-1]
    assert layer.receptive_field.size == size
    cells = changes(model, graph)[layer.id]
    for y, x in np.ndindex(cells.shape[1:]):
        assert covers(graph.box(layer.id, y, x), surroundings(cells[:, y, x])), f"({y}, {x})"


@pytest.mark.parametrize(
    "rule", ["align_corners", "pytorch_half_pixel", "half_pixel", "asymmetric", "tf_crop_and_resize"]
)
@pytest.mark.parametrize("mode", ["linear", "nearest"])
def test_a_resize_to_one_row_reads_what_its_rule_says(mode: str, rule: str) -> None:
    roi = "r = Constant <value_floats = [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]> ()"
    scales = f"{roi}  n = Constant <value_floats = [1.0, 1.0, 0.08, 0.5]> ()"
    body = f'{scales}  y = Resize <mode = "{mode}", coordinate_transformation_mode = "{rule}"> (x, r, n)'
    model = network(body)
    graph = read_graph(model)
    cells = changes(model, graph)[graph.scores.id]
    for y, x in np.ndindex(cells.shape[1:]):
        box, seen = graph.box(graph.scores.id, y, x), surroundings(cells[:, y, x])
        assert covers(box, seen), f"({y}, {x})"
    is_known = rule in ("half_pixel", "asymmetric")
    assert (graph.scores.receptive_field.size[0] < HEIGHT) == is_known
