"""The image input of a file: its layout, batch, channels and size, and what is refused in words."""

import numpy as np
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper

from app.errors import NetworkError
from app.nets.reading.image_input import ImageInput, read_image_input
from tests.nets.onnx_text import parse_network

RELU = "y = Relu(x)"
MOVED = "t = Transpose<perm = [0, 3, 1, 2]>(x) y = Relu(t)"


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ("float[N, 3, 8, 6]", ImageInput("x", "NCHW", 1, 3, 8, 6, TensorProto.FLOAT)),
        ("float[1, 1, 8, 6]", ImageInput("x", "NCHW", 1, 1, 8, 6, TensorProto.FLOAT)),
        ("float[N, 3, H, W]", ImageInput("x", "NCHW", 1, 3, 0, 0, TensorProto.FLOAT)),
        ("float[N, 8, 6, 3]", ImageInput("x", "NHWC", 1, 3, 8, 6, TensorProto.FLOAT)),
        ("float[N, H, W, 1]", ImageInput("x", "NHWC", 1, 1, 0, 0, TensorProto.FLOAT)),
        ("uint8[4, 3, 8, 6]", ImageInput("x", "NCHW", 4, 3, 8, 6, TensorProto.UINT8)),
        ("float16[N, C, 8, 6]", ImageInput("x", "NCHW", 1, 3, 8, 6, TensorProto.FLOAT16)),
    ],
)
def test_the_input_is_read_as_the_file_declares_it(x: str, expected: ImageInput) -> None:
    assert read_image_input(parse_network(RELU, x=x).graph) == expected


def test_axes_that_are_open_are_named_by_the_transpose_that_reads_them() -> None:
    assert read_image_input(parse_network(MOVED, x="float[N, A, B, C]").graph).layout == "NHWC"
    assert read_image_input(parse_network(RELU, x="float[N, A, B, C]").graph).layout == "NCHW"


def test_open_channels_are_those_of_the_first_convolution() -> None:
    model = parse_network("y = Conv(x, w)", x="float[N, C, 8, 8]")
    model.graph.initializer.append(numpy_helper.from_array(np.zeros((2, 4, 3, 3), np.float32), "w"))
    assert read_image_input(model.graph).channels == 4


def test_an_input_with_a_default_value_is_no_input() -> None:
    model = two_inputs()
    model.graph.initializer.append(numpy_helper.from_array(np.ones(1, np.float32), "strength"))
    assert read_image_input(model.graph).name == "x"


def two_inputs() -> ModelProto:
    model = parse_network("y = Mul(x, strength)")
    model.graph.input.append(helper.make_tensor_value_info("strength", TensorProto.FLOAT, [1]))
    return model


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (two_inputs(), "has 2 inputs: beside the image x it needs strength"),
        (parse_network(RELU, x="float[N, 3]"), "input x has 2 axes; an image has 4"),
        (parse_network(RELU, x="float[100, 3, 8, 8]"), "takes 100 images at once; at most 64"),
    ],
)
def test_another_input_is_refused_with_what_it_is(model: ModelProto, message: str) -> None:
    with pytest.raises(NetworkError, match=message):
        read_image_input(model.graph)


def test_an_open_size_is_given_and_a_fixed_one_is_kept() -> None:
    free, fixed = (read_image_input(parse_network(RELU, x=x).graph) for x in ("float[N, 3, H, W]", "float[N, 3, 8, 6]"))
    assert (free.has_open_size, fixed.has_open_size) == (True, False)
    assert free.resize((10, 12)).value_info == helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 10, 12])
    with pytest.raises(NetworkError, match="any size"):
        free.resize(None)
    with pytest.raises(NetworkError, match="6 x 8 pixels, not 12 x 10"):
        fixed.resize((10, 12))
