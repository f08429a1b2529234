"""What a graph makes of its input, against the values that onnxruntime gives for it."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import pytest
from onnx import numpy_helper

from app.nets.own.input_normalisation import InputNormalisation, read_input_normalisation
from app.nets.reading.inputs.image_input import read_image_input
from app.nets.reading.model_file import ModelFile, inline_tensors
from tests.nets.onnx_text import parse_network

Array = npt.NDArray[Any]
FIRST_LAYER = "y = Conv (n, w)"
CONSTANTS: dict[str, Array] = {
    "mean": np.array([0.485, 0.456, 0.406], np.float32).reshape(1, 3, 1, 1),
    "std": np.array([0.229, 0.224, 0.225], np.float32).reshape(3, 1, 1),
    "last": np.array([123.68, 116.779, 103.939], np.float32),
    "image": np.random.default_rng(1).uniform(90, 130, (3, 8, 8)).astype(np.float32),
    "rise": np.array(1 / 127.5, np.float32),
    "one": np.array(1, np.float32),
    "reverse": np.array([2, 1, 0], np.int64),
    "scale": np.array([2.0, 3.0, 4.0], np.float32),
    "bias": np.array([0.5, 0.25, 0.125], np.float32),
    "middle": np.array([100.0, 110.0, 120.0], np.float32),
    "variance": np.array([60.0, 61.0, 62.0], np.float32) ** 2,
    "diagonal": np.diag([0.1, 0.2, 0.3]).astype(np.float32).reshape(3, 3, 1, 1),
    "depthwise": np.array([0.1, 0.2, 0.3], np.float32).reshape(3, 1, 1, 1),
    "mixing": np.ones((3, 3, 1, 1), np.float32),
    "channels_third": np.array([0.485, 0.456, 0.406], np.float32).reshape(3, 1),
    "negative": np.array(-1, np.float32),
    "five": np.ones((1, 1, 3, 1, 1), np.float32),
    "row": np.array([[1, 2, 3, 4, 5, 6, 7, 8]], np.float32),
    "nothing": np.ones((0, 1, 1, 1), np.float32),
    "rotate": np.array([1, 2, 0], np.int64),
    "twice": np.array([0, 0, 1], np.int64),
    "table": np.array([[0, 1, 2]], np.int64),
    "wide": np.ones((3, 3, 3, 3), np.float32),
    "more": np.ones((6, 1, 1, 1), np.float32),
    "flat": 2 * np.eye(3, dtype=np.float32).reshape(3, 3, 1),
    "tall": 2 * np.eye(3, dtype=np.float32).reshape(3, 1, 3, 1),
    "blend": np.full((3, 3, 1, 1), 2, np.float32),
    "off_diagonal": (2 * np.eye(3) + np.eye(3, k=1)).astype(np.float32).reshape(3, 3, 1, 1),
    "small": np.array([0.5, 0.25, 0.0], np.float32),
    "w": np.ones((2, 3, 3, 3), np.float32),
}
GRAPHS = {
    "mean and deviation": "d = Sub (x, mean)  n = Div (d, std)",
    "factor and shift": "m = Mul (rise, x)  n = Sub (m, one)",
    "shift by addition": "m = Mul (x, rise)  n = Add (negative, m)",
    "turned twice": "d = Sub (one, x)  n = Mul (d, negative)",
    "turned twice, by a quotient": "d = Sub (one, x)  n = Div (d, negative)",
    "batch normalisation": "n = BatchNormalization (x, scale, bias, middle, variance)",
    "a 1 x 1 convolution": "n = Conv (x, diagonal, bias)",
    "a depthwise 1 x 1 convolution": "n = Conv <group = 3> (x, depthwise)",
    "channels in the other order": "s = Gather <axis = 1> (x, reverse)  d = Sub (s, mean)  n = Div (d, std)",
    "the other order afterwards": "d = Sub (x, mean)  n = Gather <axis = 1> (d, reverse)",
    "one of little variance": "n = BatchNormalization <epsilon = 0.01> (x, scale, bias, middle, small)",
    "a convolution without a bias": "n = Conv <strides = [1, 1], pads = [0, 0, 0, 0]> (x, diagonal)",
    "normalisation of a difference": "d = Sub (x, mean)  n = BatchNormalization (d, scale, bias, middle, variance)",
    "a convolution after a mean": "d = Sub (x, mean)  m = Mul (d, rise)  n = Conv (m, diagonal, bias)",
    "a copy before": "i = Identity (x)  c = Cast <to = 1> (i)  n = Div (c, std)",
}


def model_of(body: str, x: str = "float[1, 3, 8, 8]") -> onnx.ModelProto:
    model = parse_network(body, x=x)
    used = {name for node in model.graph.node for name in node.input}
    model.graph.initializer.extend(numpy_helper.from_array(CONSTANTS[name], name) for name in used & set(CONSTANTS))
    return model


def read(model: onnx.ModelProto) -> InputNormalisation | None:
    file = ModelFile(model, Path(), inline_tensors(model))
    return read_input_normalisation(file, read_image_input(model.graph))


def value_of(model: onnx.ModelProto, name: str, x: Array) -> Array:
    """A value of the graph by onnxruntime."""
    part = onnx.ModelProto.FromString(model.SerializeToString())
    del part.graph.output[:]
    part.graph.output.append(onnx.helper.make_empty_tensor_value_info(name))
    session = ort.InferenceSession(part.SerializeToString(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"x": x})[0])


@pytest.mark.parametrize("body", GRAPHS.values(), ids=GRAPHS)
def test_it_is_what_onnxruntime_computes_of_each_channel(body: str) -> None:
    model = model_of(f"{body}  {FIRST_LAYER}")
    normalisation = read(model)
    assert normalisation is not None
    x = np.random.default_rng(2).uniform(0, 255, (1, 3, 8, 8)).astype(np.float32)
    column = (-1, 1, 1)
    by_hand = (x - normalisation.mean.reshape(column)) / normalisation.std.reshape(column)
    computed = value_of(model, "n", x)
    if "Gather" in body:  # the means are in the order of the input
        computed = computed[:, ::-1]
    np.testing.assert_allclose(by_hand, computed, rtol=1e-4, atol=1e-3)


def test_channels_may_come_last() -> None:
    body = "d = Sub (x, last)  n = Transpose <perm = [0, 3, 1, 2]> (d)"
    normalisation = read(model_of(f"{body}  {FIRST_LAYER}", "float[1, 8, 8, 3]"))
    assert normalisation is not None
    np.testing.assert_allclose(normalisation.mean, [123.68, 116.779, 103.939], rtol=1e-6)


def test_a_transpose_without_an_order_turns_all_axes() -> None:
    normalisation = read(model_of(f"t = Transpose (x)  n = Sub (t, channels_third)  {FIRST_LAYER}"))
    assert normalisation is not None
    np.testing.assert_allclose(normalisation.mean, CONSTANTS["channels_third"][:, 0], rtol=1e-6)


def test_of_a_mean_image_it_is_the_mean_of_each_channel() -> None:
    normalisation = read(model_of(f"n = Sub (x, image)  {FIRST_LAYER}"))
    assert normalisation is not None
    np.testing.assert_allclose(normalisation.mean, CONSTANTS["image"].mean(axis=(1, 2)), rtol=1e-5)


@pytest.mark.parametrize(
    "body",
    [
        "y = Conv (x, w)",
        "n = Conv (x, mixing)  y = Conv (n, w)",
        "n = Relu (x)  m = Sub (n, mean)  y = Conv (m, w)",
        "n = Mul (x, negative)  y = Conv (n, w)",
        "n = Mul (x, x)  y = Conv (n, w)",
        "n = Sub (x, mean)  a = Conv (n, w)  b = Conv (x, w)  y = Add (a, b)",
        "n = Identity (x)  y = Conv (n, w)",
    ],
)
def test_what_is_no_normalisation_of_each_channel_is_none(body: str) -> None:
    assert read(model_of(body)) is None


@pytest.mark.parametrize(
    "body",
    [
        "n = Sub (x, texts)",
        "n = Div (x, zero)",
        "n = Sub (x, endless)",
        "n = Transpose <perm = [0, 1, 2]> (x)",
        "n = Transpose <perm = 1.5> (x)",
        "n = Gather <axis = [1, 2]> (x, reverse)",
        "n = Conv <strides = 0.5> (x, diagonal)",
        "n = Gather <axis = 1> (x, middle)",
        "n = BatchNormalization <epsilon = -100000.0> (x, scale, bias, middle, variance)",
    ],
)
def test_a_beginning_that_no_exporter_writes_is_none_and_no_error(body: str) -> None:
    model = model_of(f"{body}  {FIRST_LAYER}")
    strange = {"texts": np.array(["a", "b", "c"]), "zero": np.zeros(3), "endless": np.full((1, 3, 1, 1), np.inf)}
    model.graph.initializer.extend(numpy_helper.from_array(array, name) for name, array in strange.items())
    normalisation = read(model)
    assert normalisation is None or np.isfinite(normalisation.mean).all()


def test_channels_in_any_other_order_have_the_means_of_the_input() -> None:
    body = "s = Gather <axis = -3> (x, rotate)  d = Sub (s, mean)  m = Div (d, std)  n = Gather <axis = 1> (m, rotate)"
    model = model_of(f"{body}  {FIRST_LAYER}")
    normalisation = read(model)
    assert normalisation is not None
    x = np.random.default_rng(2).uniform(0, 255, (1, 3, 8, 8)).astype(np.float32)
    by_hand = (x[0] - normalisation.mean.reshape(3, 1, 1)) / normalisation.std.reshape(3, 1, 1)
    order = CONSTANTS["rotate"][CONSTANTS["rotate"]]
    np.testing.assert_allclose(by_hand[order], value_of(model, "n", x)[0], rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize(
    "following",
    [
        "m = Relu (n)",
        "m = Add (n, five)",
        "m = Add (n, nothing)",
        "m = Add (n, unknown)",
        "m = Div (rise, n)",
        "m = Gather <axis = 1> (n, twice)",
        "m = Gather <axis = 1> (n, table)",
        "m = Gather <axis = 2> (n, reverse)",
        "m = Gather (n, reverse)",
        "m = Gather <axis = 1> (reverse, n)",
        "m = Transpose <perm = [0, 1, 1, 2]> (n)",
        "m = Conv (n, wide)",
        "m = Conv (n, flat)",
        "m = Conv (n, blend)",
        "m = Conv (n, tall)",
        "m = Conv <group = 3> (n, tall)",
        "m = Conv (n, off_diagonal)",
        "m = Conv (n, depthwise)",
        "m = Conv <group = 3> (n, more)",
        "m = Conv (n, diagonal, one)",
        "m = Conv (n, diagonal, unknown)",
        "m = Conv <pads = [0, 0, 0, 1]> (n, diagonal)",
        "m = Conv <strides = [1, 2]> (n, diagonal)",
        "m = Conv (diagonal, n)",
        "m = Conv (n)",
        "m = BatchNormalization (n, scale, bias, middle)",
        "m = BatchNormalization (n, scale, bias, middle, one)",
        "m = BatchNormalization (n, unknown, bias, middle, variance)",
        "m = BatchNormalization (n, scale, unknown, middle, variance)",
        "m = BatchNormalization (n, scale, bias, unknown, variance)",
        "m = BatchNormalization (n, scale, bias, middle, unknown)",
        "m = BatchNormalization (scale, n, bias, middle, variance)",
        "t = Transpose <perm = [0, 2, 3, 1]> (n)  m = BatchNormalization (t, scale, bias, middle, variance)",
        "t = Transpose <perm = [0, 2, 3, 1]> (n)  m = Conv (t, diagonal)",
        "t = Transpose <perm = [0, 2, 3, 1]> (n)  m = Mul (t, row)",
    ],
)
def test_what_does_not_scale_each_channel_by_itself_ends_the_normalisation(following: str) -> None:
    normalisation = read(model_of(f"n = Sub (x, mean)  {following}  y = Mul (m, scale_of_all)"))
    assert normalisation is not None
    assert normalisation.operators == ("Sub",)


@pytest.mark.parametrize("last", ["Conv (d, diagonal, bias)", "BatchNormalization (d, scale, bias, middle, variance)"])
def test_what_follows_the_first_layer_is_no_normalisation(last: str) -> None:
    normalisation = read(model_of(f"d = Sub (x, mean)  n = {last}  m = Mul (n, rise)  y = Relu (m)"))
    assert normalisation is not None
    assert normalisation.operators == ("Sub", last.split()[0])


def test_an_operator_of_another_library_is_no_step_and_one_that_reads_the_shape_does_not_count() -> None:
    model = model_of(f"d = Sub (x, mean)  s = Shape (d)  n = Mul (d, rise)  {FIRST_LAYER}")
    normalisation = read(model)
    assert normalisation is not None
    assert normalisation.operators == ("Sub", "Mul")
    next(node for node in model.graph.node if node.op_type == "Mul").domain = "com.example"
    normalisation = read(model)
    assert normalisation is not None
    assert normalisation.operators == ("Sub",)


@pytest.mark.parametrize(("x", "is_read"), [("float[1, 16, 8, 8]", True), ("float[1, 17, 8, 8]", False)])
def test_an_image_has_a_limited_number_of_channels(x: str, is_read: bool) -> None:
    assert (read(model_of("n = Sub (x, one)  y = Relu (n)", x)) is not None) == is_read


@pytest.mark.parametrize("x", ["float[3, 8, 8]", "float[1, 3, 8]", "float[1, 3, 4, 8, 8]"])
def test_only_what_has_the_axes_of_an_image_is_normalised(x: str) -> None:
    assert read(model_of("n = Sub (x, one)  y = Relu (n)", x)) is None
