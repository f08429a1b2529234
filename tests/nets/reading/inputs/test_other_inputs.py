"""Inputs other than the image: what each is given, and that the network runs with it as plain onnxruntime does."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from app.errors import NetworkError
from app.nets.reading.inputs.image_input import read_image_input
from app.nets.reading.inputs.other_inputs import fill_inputs
from tests.nets.reading.references.plain_runs import IMAGE, assert_is_plain, build, opened, plain_run, weight

F, INT, B = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL


@pytest.mark.parametrize(
    ("name", "kind", "shape", "expected", "words"),
    [
        ("im_shape", F, ["N", 2], [[8, 6]], "the size of the image, 8 and 6"),
        ("im_info", F, [1, 3], [[8, 6, 1]], "the size of the image and a scale, 8, 6 and 1"),
        ("orig_target_sizes", INT, ["N", 2], [[6, 8]], "the size of the image, 6 and 8"),
        ("scale_factor", F, ["N", 2], [[1, 1]], "filled with ones"),
        ("pixel_mask", INT, ["N", 2, "width"], np.ones((1, 2, 6)), "filled with ones"),
        ("mask", B, [1, 3], [[True] * 3], "filled with ones"),
        ("iou_threshold", F, [1], [0.5], "set to 0.5"),
        ("score_threshold", F, [], 0.25, "set to 0.25"),
        ("max_output_boxes", INT, [1], [100], "set to 100"),
        ("position_ids", INT, [1, 4], [[0, 1, 2, 3]], "the number of each place, from 0 on"),
        ("im_shape", F, [1, 4], np.zeros((1, 4)), "filled with zeros"),
        ("orig_target_sizes", F, [1, 3], [[8, 6, 1]], "the size of the image and a scale, 8, 6 and 1"),
        ("iou_threshold", F, [2], [0, 0], "filled with zeros"),
        ("position_id", INT, [], 0, "filled with zeros"),
        ("past_key", F, [1, 2, "past_length", 4], np.zeros((1, 2, 0, 4)), "filled with zeros"),
        ("h0", TensorProto.FLOAT16, [2, "N", 3], np.zeros((2, 1, 3)), "filled with zeros"),
    ],
)
def test_an_input_is_given_what_its_name_and_shape_say(
    name: str, kind: int, shape: list[int | str], expected: object, words: str
) -> None:
    nodes = [helper.make_node("Relu", ["image"], ["y"])]
    model = build(nodes, [], {name: (kind, shape), "image": (F, ["N", 3, "height", "width"])})
    remarks = fill_inputs(model, read_image_input(model.graph).resize((8, 6)))
    assert remarks == (f"The input {name} is {words}.",)
    assert [value.name for value in model.graph.input] == ["image"]
    (tensor,) = model.graph.initializer
    assert tensor.data_type == kind
    np.testing.assert_array_equal(numpy_helper.to_array(tensor), expected)


def test_inputs_that_get_the_same_are_named_in_one_remark() -> None:
    nodes = [helper.make_node("Relu", ["x"], ["y"])]
    states = {f"h{number}": (F, [1, 4]) for number in range(7)}
    model = build(nodes, [], {"x": (F, [1, 3, 8, 8]), **states, "mask": (B, [1])})
    assert fill_inputs(model, read_image_input(model.graph)) == (
        "The inputs h0, h1, h2, h3, h4 and 2 more are filled with zeros.",
        "The input mask is filled with ones.",
    )


@pytest.mark.parametrize(
    ("kind", "shape", "message"),
    [
        (TensorProto.STRING, [1], "an input extra, which is not of numbers"),
        (F, [1 << 12, 1 << 12], "an input extra of 16,777,216 numbers: at most 4,194,304"),
    ],
)
def test_what_can_not_be_given_is_refused_with_its_name(kind: int, shape: list[int], message: str) -> None:
    nodes = [helper.make_node("Relu", ["x"], ["y"])]
    model = build(nodes, [], {"x": (F, [1, 3, 8, 8]), "extra": (kind, shape)})
    with pytest.raises(NetworkError, match=message):
        fill_inputs(model, read_image_input(model.graph))


def test_many_inputs_are_not_more_than_one() -> None:
    """Each of them is small enough."""
    extra = {f"extra{index}": (F, [1 << 11, 1 << 10]) for index in range(3)}
    model = build([helper.make_node("Relu", ["x"], ["y"])], [], {"x": (F, [1, 3, 8, 8]), **extra})
    with pytest.raises(NetworkError, match="inputs of more than 4,194,304 numbers"):
        fill_inputs(model, read_image_input(model.graph))


def test_a_detector_that_is_told_the_size_runs_as_with_plain_onnxruntime(tmp_path: Path) -> None:
    """As PaddleDetection exports: the boxes are scaled by the size of the image and the scale it was resized with."""
    nodes = [
        helper.make_node("Conv", ["image", "w"], ["c"], "conv", kernel_shape=[3, 3], pads=[1] * 4),
        helper.make_node("GlobalAveragePool", ["c"], ["g"], "pool"),
        helper.make_node("Flatten", ["g"], ["f"], "flat"),
        helper.make_node("Div", ["im_shape", "scale_factor"], ["size"]),
        helper.make_node("Mul", ["f", "size"], ["y"], "boxes"),
    ]
    inputs: Mapping[str, tuple[int, Sequence[int | str]]] = {
        "im_shape": (F, ["N", 2]),
        "image": (F, ["N", 3, 8, 8]),
        "scale_factor": (F, ["N", 2]),
    }
    model = build(nodes, [weight("w", 2, 3, 3, 3)], inputs)
    network = opened(tmp_path, model)
    assert network.graph.remarks == (
        "The input im_shape is the size of the image, 8 and 8.",
        "The input scale_factor is filled with ones.",
    )
    size, scale = np.full((1, 2), 8, np.float32), np.ones((1, 2), np.float32)
    feeds = {"image": IMAGE[np.newaxis], "im_shape": size, "scale_factor": scale}
    assert_is_plain(network, plain_run(model, feeds))


@pytest.mark.parametrize("extra", [0, 1])
def test_as_many_numbers_as_other_inputs_may_have(extra: int) -> None:
    inputs = {"x": (F, [1, 3, 8, 8]), "a": (F, [1 << 21]), "b": (F, [(1 << 21) + extra])}
    model = build([helper.make_node("Relu", ["x"], ["y"])], [], inputs)
    if extra:
        with pytest.raises(NetworkError, match="more than 4,194,304 numbers beside the image"):
            fill_inputs(model, read_image_input(model.graph))
    else:
        assert fill_inputs(model, read_image_input(model.graph)) == ("The inputs a, b are filled with zeros.",)


@pytest.mark.parametrize("extra", [0, 1])
def test_as_many_numbers_as_one_input_may_have(extra: int) -> None:
    model = build([helper.make_node("Relu", ["x"], ["y"])], [], {"x": (F, [1, 3, 8, 8]), "a": (B, [(1 << 22) + extra])})
    if extra:
        with pytest.raises(NetworkError, match="an input a of 4,194,305 numbers: at most 4,194,304"):
            fill_inputs(model, read_image_input(model.graph))
    else:
        assert fill_inputs(model, read_image_input(model.graph))


@pytest.mark.parametrize(("version", "inputs"), [(3, ["x", "a"]), (4, ["x"])])
def test_an_old_file_has_its_constants_among_the_inputs(version: int, inputs: list[str]) -> None:
    model = build([helper.make_node("Relu", ["x"], ["y"])], [], {"x": (F, [1, 3, 8, 8]), "a": (F, [2])})
    model.ir_version = version
    fill_inputs(model, read_image_input(model.graph))
    assert [value.name for value in model.graph.input] == inputs
    assert [tensor.name for tensor in model.graph.initializer] == ["a"]
