"""A network built layer by layer, against the lecture's table and ONNX's shape inference."""

import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper

from app.errors import InvalidRequest
from app.lessons.figures.architecture.network_builder import NetworkBuilderState, draw_network


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


@pytest.mark.parametrize(
    ("layers", "problem"),
    [
        ("conv 8", "Write conv FILTERS KERNEL"),
        ("conv 8 5 pad x", "no number"),
        ("pool 64", "larger than the map"),
        ("dense 10; conv 8 3", "only dense can follow"),
        ("lstm 8", "no layer"),
    ],
)
def test_a_layer_that_does_not_fit_says_so_in_its_row(layers: str, problem: str) -> None:
    rows = draw_network(NetworkBuilderState(layers=f"{layers}; dense 10")).rows
    assert problem in rows[-2].problem
    assert (rows[-1].problem, rows[-1].shape) == ("", ())


def test_a_row_can_be_moved_and_removed() -> None:
    first, last = draw_network(NetworkBuilderState(layers="pool 2; conv 4 3")).rows
    assert (first.up, first.down, first.without) == (None, "conv 4 3; pool 2", "conv 4 3")
    assert (last.up, last.down, last.without) == ("conv 4 3; pool 2", None, "pool 2")


def test_too_many_layers_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="at most 24"):
        draw_network(NetworkBuilderState(layers="; ".join(["pool 1"] * 25)))
