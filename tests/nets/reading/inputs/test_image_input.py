"""The image input of a file: its layout, batch, channels and size, and what is refused in words."""

import numpy as np
import pytest
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper, parser

from app.errors import NetworkError
from app.nets.reading.inputs.image_input import ImageInput, choose_image_input, read_image_input
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
    assert read_image_input(parse_network(MOVED, x="float[1, A, B, C]").graph).layout == "NHWC"
    assert read_image_input(parse_network(RELU, x="float[N, A, B, C]").graph).layout == "NCHW"
    assert read_image_input(parse_network(MOVED, x="float[1, 3, H, W]").graph).layout == "NCHW"


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
    ("x", "message"),
    [
        ("float[100, 3, 8, 8]", "takes 100 images at once; at most 64"),
        ("string[1, 3, 8, 8]", "input x does not take numbers"),
        ("float[1, 1, 3, 8, 8, 8]", "input x has 6 axes; an image has 4"),
        ("float[1, 20000000]", "input x takes 20,000,000 numbers; at most 16,777,216"),
    ],
)
def test_another_input_is_refused_with_what_it_is(x: str, message: str) -> None:
    with pytest.raises(NetworkError, match=message):
        read_image_input(parse_network(RELU, x=x).graph)


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ("float[1, 2] im_shape, float[1, 3, 8, 8] image, float[1, 2] scale_factor", "image"),
        ("int64[1, 9] mask, int64[1, 9] input_ids", "input_ids"),
        ("float[1, 64, 8, 8] features, float[1, 3, 8, 8] second", "second"),
        ("float[2, 1, 64] state, float[1, 8000] input", "input"),
        ("string[1] x, float[1, 9] y", "y"),
        ("float[1, 9] tokens, float[1, 9] x", "x"),
        ("float[1, 9] tokens, float[1, 9] Data", "Data"),
        ("float[1, 9] mask, float[1, 9] tokens", "tokens"),
        ("float[1, 9] data_mask, float[1, 9] tokens", "tokens"),
    ],
)
def test_the_image_is_the_input_that_is_most_like_one(inputs: str, expected: str) -> None:
    model = parser.parse_model(
        f'<ir_version: 8, opset_import: ["": 17]> g ({inputs}) => (float[N] z) {{ z = Relu({expected}) }}'
    )
    assert choose_image_input(model.graph).name == expected


@pytest.mark.parametrize(
    ("x", "layout", "size"),
    [
        ("float[3, 8, 6]", "CHW", (8, 6)),
        ("uint8[8, 6, 3]", "HWC", (8, 6)),
        ("float[1, 80, 60, 4]", "NHWC", (80, 60)),
        ("float[1, 80, 300]", "NHW", (80, 300)),
        ("float[1, 1, 16000]", "NCL", (126, 127)),
        ("float[1, 500, 1]", "NLC", (22, 23)),
        ("float[1, 3, 16, 8, 6]", "NCDHW", (8, 6)),
        ("float[1, 16, 3, 8, 6]", "NDCHW", (8, 6)),
        ("float[1, 16, 8, 6, 3]", "NDHWC", (8, 6)),
        ("int64[N, L]", "NL", (16, 16)),
        ("float[28, 28]", "HW", (28, 28)),
        ("float[784]", "L", (28, 28)),
    ],
)
def test_an_input_that_takes_no_image_has_a_layout_and_an_image_that_fills_it(
    x: str, layout: str, size: tuple[int, int]
) -> None:
    image = read_image_input(parse_network(RELU, x=x).graph)
    assert (image.layout, (image.height, image.width)) == (layout, size)
    declared = [dim.dim_value for dim in parse_network(RELU, x=x).graph.input[0].type.tensor_type.shape.dim]
    assert all(length in (0, given) for length, given in zip(declared, image.shape, strict=True))
    assert image.remarks or layout in ("CHW", "HWC")


def test_words_are_numbers_below_the_size_of_their_table() -> None:
    model = parse_network("y = Gather(table, x)", x="int64[1, 9]")
    model.graph.initializer.append(numpy_helper.from_array(np.zeros((40, 2), np.float32), "table"))
    image = read_image_input(model.graph)
    assert image.levels == 40
    assert image.remarks == (
        "The input x takes whole numbers, such as words: they are the rows of a 3 x 3 image, one after the other, as"
        " levels of grey.",
        "The input x takes whole numbers below 40: the levels of grey are divided evenly.",
    )


@pytest.mark.parametrize(
    ("x", "remark"),
    [
        ("float[28, 28]", "takes a matrix of numbers: it is an image in grey."),
        ("float[1, 3, 5, 8, 8]", "takes a volume or a film: it is 5 times the same image."),
        ("float[1, 6, 8, 8]", "takes 6 channels: first those of the image, the others are zero."),
        (
            "float[9]",
            "takes a sequence of numbers and no image: they are the rows of a 3 x 3 image, one after the other.",
        ),
    ],
)
def test_a_remark_says_what_such_an_input_is_given(x: str, remark: str) -> None:
    assert read_image_input(parse_network(RELU, x=x).graph).remarks == (f"The input x {remark}",)


def test_a_network_without_an_input_is_refused() -> None:
    model = parse_network("y = Constant <value = float {1.0}> ()")
    del model.graph.input[:]
    with pytest.raises(NetworkError, match="has no input"):
        read_image_input(model.graph)


def test_an_open_size_is_given_and_a_fixed_one_is_kept() -> None:
    free, fixed = (read_image_input(parse_network(RELU, x=x).graph) for x in ("float[N, 3, H, W]", "float[N, 3, 8, 6]"))
    assert (free.has_open_size, fixed.has_open_size) == (True, False)
    assert free.resize((10, 12)).value_info == helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 10, 12])
    with pytest.raises(NetworkError, match="any size"):
        free.resize(None)
    with pytest.raises(NetworkError, match="6 x 8 pixels, not 12 x 10"):
        fixed.resize((10, 12))


@pytest.mark.parametrize("x", ["float[1, 2000000000, 8, 8]", "float[1, 3, 2000000000, 8, 8]", "float[64, 99999, 8, 8]"])
def test_an_input_of_very_many_numbers_is_refused(x: str) -> None:
    """Channels that an image has not are filled with zeros, and a film is the image again and again."""
    with pytest.raises(NetworkError, match=r"numbers; at most 67,108,864"):
        read_image_input(parse_network(RELU, x=x).graph).resize((8, 8))


@pytest.mark.parametrize("op", ["Conv", "Cast", "Gather"])
def test_operators_without_inputs_or_outputs_say_nothing_of_the_input(op: str) -> None:
    model = parse_network(RELU, x="float[1, C, 8, 8]")
    model.graph.node.extend([NodeProto(op_type=op, input=["x"]), NodeProto(op_type=op, input=[])])
    assert read_image_input(model.graph).channels == 3


@pytest.mark.parametrize("extra", [0, 1])
@pytest.mark.parametrize(
    ("x", "most", "message"),
    [
        ("float[{}, 3, 8, 8]", 64, "takes 65 images at once; at most 64 are possible"),
        ("float[1, {}]", 1 << 24, "takes 16,777,217 numbers; at most 16,777,216 are possible"),
        ("float[1, {}, 8, 8]", 1 << 20, "takes 67,108,928 numbers; at most 67,108,864 are possible"),
    ],
)
def test_as_much_as_an_input_may_take(x: str, most: int, message: str, extra: int) -> None:
    model = parse_network(RELU, x=x.format(most + extra))
    if extra:
        with pytest.raises(NetworkError, match=message):
            read_image_input(model.graph).resize(None)
    else:
        assert most in read_image_input(model.graph).resize(None).shape


@pytest.mark.parametrize(
    ("x", "size", "shape"),
    [
        ("float[1, L]", (4, 9), [1, 36]),
        ("float[1, 20]", (4, 5), [1, 20]),
        ("float[1, 20]", (9, 9), [1, 20]),
        ("float[1, 20]", (4, 4), None),
        ("float[N, 3, 8, W]", (8, 5), [1, 3, 8, 5]),
        ("float[N, 3, 8, W]", (9, 5), None),
        ("float[N, 3, H, 8]", (5, 8), [1, 3, 5, 8]),
        ("float[N, 3, H, W]", (0, 8), None),
        ("float[N, 3, H, W]", (8, 0), None),
        ("float[N, 3, D, 8, 6]", (8, 6), [1, 3, 8, 8, 6]),
    ],
)
def test_the_input_for_an_image_of_a_size(x: str, size: tuple[int, int], shape: list[int] | None) -> None:
    image = read_image_input(parse_network(RELU, x=x).graph)
    assert image.has_open_length == ("L" in x)
    if shape is None:
        with pytest.raises(NetworkError, match="takes images of"):
            image.resize(size)
    else:
        resized = image.resize(size)
        assert (resized.shape, resized.height, resized.width) == (shape, *size)


@pytest.mark.parametrize(
    ("body", "channels"),
    [
        ("y = Conv (x, w)", 2),
        ("y = Conv <group = 3> (x, w)", 6),
        ("y = Conv (x, unknown)", 3),
        ("a = Conv (z, w)  y = Relu (x)", 3),
        ("a = Conv (z, v)  y = Conv (x, w)", 2),
        ("y = ConvTranspose (x, w)", 3),
    ],
)
def test_open_channels_are_those_of_the_weight_in_all_groups(body: str, channels: int) -> None:
    model = parse_network(body, x="float[N, C, 8, 8]")
    for name, inputs in (("w", 2), ("v", 5)):
        model.graph.initializer.append(numpy_helper.from_array(np.zeros((6, inputs, 3, 3), np.float32), name))
    assert read_image_input(model.graph).channels == channels


@pytest.mark.parametrize(
    ("body", "x", "levels"),
    [
        ("y = Gather (t, x)", "int64[1, 9]", 40),
        ("c = Cast <to = 6> (x)  y = Gather (t, c)", "int64[1, 9]", 40),
        ("a = Gather (u, x)  y = Gather (t, x)", "int64[1, 9]", 40),
        ("a = Gather (t, x)  y = Gather (v, x)", "int64[1, 9]", 7),
        ("y = Gather (u, x)", "int64[1, 9]", 256),
        ("y = Gather (none, x)", "int64[1, 9]", 1),
        ("y = Gather (x, t)", "int64[1, 9]", 256),
        ("y = Gather (unknown, x)", "int64[1, 9]", 256),
        ("c = Relu (x)  y = Gather (t, c)", "int64[1, 9]", 256),
        ("y = Gather (t, x)", "float[1, 9]", 256),
        ("y = Mul (t, x)", "int64[1, 9]", 256),
    ],
)
def test_whole_numbers_are_below_the_rows_of_the_smallest_table(body: str, x: str, levels: int) -> None:
    model = parse_network(body, x=x)
    for name, rows in (("t", 40), ("u", 300), ("v", 7), ("none", 0)):
        model.graph.initializer.append(numpy_helper.from_array(np.zeros((rows, 2), np.float32), name))
    assert read_image_input(model.graph).levels == levels
