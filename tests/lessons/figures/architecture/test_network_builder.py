"""A network built layer by layer, against the lecture's table and ONNX's shape inference."""

import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper

from app.errors import InvalidRequest
from app.lessons.figures.architecture.network_builder import NetworkBuilderState, draw_network
from app.lessons.figures.architecture.network_layer import LayerProblem


def test_the_lecture_s_network_has_its_shapes_and_parameters() -> None:
    rows = draw_network(NetworkBuilderState()).rows
    assert [row.parameters for row in rows] == [608, 0, 3216, 0, 48120, 10164, 850]
    assert [row.values for row in rows] == [6272, 1568, 1600, 400, 120, 84, 10]


def onnx_side(side: int, kernel: int, stride: int, padding: int) -> int:
    """The side of a convolution's output by ONNX's own shape inference."""
    node = helper.make_node("Conv", ["x", "w"], ["y"], strides=[stride] * 2, pads=[padding] * 4)
    inputs = {"x": [1, 1, side, side], "w": [1, 1, kernel, kernel]}
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()]
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    model = onnx.shape_inference.infer_shapes(helper.make_model(helper.make_graph([node], "g", values, [output])))
    return int(model.graph.output[0].type.tensor_type.shape.dim[2].dim_value)


@given(st.integers(5, 40), st.integers(1, 5), st.integers(1, 4), st.integers(0, 2))
def test_the_side_of_a_convolution_is_that_of_onnx(side: int, kernel: int, stride: int, padding: int) -> None:
    state = NetworkBuilderState(side=side, channels=1, layers=f"conv 1 {kernel} stride {stride} pad {padding}")
    assert draw_network(state).rows[0].shape[0] == onnx_side(side, kernel, stride, padding)


def test_two_kernels_of_3_have_the_receptive_field_of_one_of_5() -> None:
    assert [row.field for row in draw_network(NetworkBuilderState(layers="conv 4 3; conv 4 3")).rows] == [3, 5]


def test_a_depthwise_convolution_has_one_kernel_for_each_channel() -> None:
    (row,) = draw_network(NetworkBuilderState(side=10, channels=4, layers="depthwise 3")).rows
    assert (row.parameters, row.macs, row.shape) == ((3 * 3 + 1) * 4, 3 * 3 * 8 * 8 * 4, (8, 8, 4))


def test_global_pooling_leaves_one_number_for_each_channel() -> None:
    pooled, dense = draw_network(NetworkBuilderState(side=7, channels=512, layers="global; dense 10")).rows
    assert (pooled.shape, pooled.field, dense.parameters) == ((512,), None, 5130)


@pytest.mark.parametrize(
    ("layers", "problem"),
    [
        ("conv ? 5", LayerProblem("number", (1, 10_000), "filters")),
        ("conv 8 5 pad x", LayerProblem("number", (0, 99), "padding")),
        ("pool 64", LayerProblem("window", (64, 32), "kernel")),
        ("dense 10; conv 8 3", LayerProblem("maps")),
    ],
)
def test_a_layer_that_does_not_fit_says_so_in_its_row(layers: str, problem: LayerProblem) -> None:
    rows = draw_network(NetworkBuilderState(layers=f"{layers}; dense 10")).rows
    assert rows[-2].problem == problem
    assert (rows[-1].problem, rows[-1].shape) == (None, ())


def test_the_rows_of_a_form_are_the_layers() -> None:
    form = {"kind.1": "conv", "filters.1": "4", "kernel.1": "3", "stride.1": "2", "kind.2": "dense", "units.2": "10"}
    assert NetworkBuilderState.of_form(form) == {"layers": "conv 4 3 stride 2; dense 10"}


def test_the_layers_of_a_link_replace_the_rows_of_the_form() -> None:
    assert NetworkBuilderState.of_form({"kind.1": "global", "layers": "dense 3"}) == {"layers": "dense 3"}


@pytest.mark.parametrize("row", ["", "01", "\N{ARABIC-INDIC DIGIT THREE}", "1" * 5000])
def test_a_field_that_is_of_no_row_is_left_alone(row: str) -> None:
    assert NetworkBuilderState.of_form({f"kind.{row}": "global", "kind.12": "global"}) == {"layers": "global"}


def test_a_layer_that_needs_maps_is_added_before_the_first_that_has_none() -> None:
    added = draw_network(NetworkBuilderState(layers="conv 4 3; dense 10")).added
    assert added["pool"] == "conv 4 3; pool 2; dense 10"
    assert added["dense"] == "conv 4 3; dense 10; dense 10"


def test_a_row_can_be_moved_and_removed() -> None:
    first, last = draw_network(NetworkBuilderState(layers="pool 2; conv 4 3")).rows
    assert (first.up, first.down, first.without) == (None, "conv 4 3; pool 2", "conv 4 3")
    assert (last.up, last.down, last.without) == ("conv 4 3; pool 2", None, "pool 2")


def test_too_many_layers_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="at most 24"):
        draw_network(NetworkBuilderState(layers="; ".join(["pool 1"] * 25)))
