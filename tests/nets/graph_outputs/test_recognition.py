"""What the outputs of networks are recognised as: small graphs that end as known kinds of networks do."""

from collections.abc import Sequence
from dataclasses import replace

import onnx
import pytest
from onnx import TensorProto, helper

from app.nets.graph import read_graph
from app.nets.graph_outputs.output import Certainty, GraphOutput, OutputKind, Sign
from app.nets.graph_outputs.recognition import recognise_outputs
from tests.nets.onnx_text import parse_network

SIDE = 32
CELLS = 4 * 4 + 2 * 2 + 1  # of grids of strides 8, 16 and 32
CONV = "c = Conv <kernel_shape = [1, 1]> (x, k) "
Read = tuple[OutputKind, Certainty, Sign, int]


def network(body: str, channels: int = 3, outputs: Sequence[str] = ("y",), inputs: int = 3) -> onnx.ModelProto:
    """A network of these nodes; `k` are the kernels of a convolution with so many channels."""
    model = parse_network(body, x=f"float[1, {inputs}, {SIDE}, {SIDE}]")
    kernels = [0.1] * channels * inputs
    model.graph.initializer.append(helper.make_tensor("k", TensorProto.FLOAT, [channels, inputs, 1, 1], kernels))
    del model.graph.output[:]
    model.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in outputs)
    return model


def recognised(model: onnx.ModelProto, labels: int = 0, **metadata: str) -> tuple[GraphOutput, ...]:
    return recognise_outputs(read_graph(model), labels, metadata)


def matrix(rows: int, columns: int, name: str = "y") -> str:
    """Nodes that give (1, 1, rows, columns) from `x`."""
    return (
        f"shape_{name} = Constant <value_ints = [1, {rows}, {columns}]> ()  n_{name} = ReduceMean (x) "
        f"{name} = Expand (n_{name}, shape_{name}) "
    )


HALF = 'd = Constant <value_floats = [1.0, 1.0, 0.5, 0.5]> ()  h = Resize <mode = "nearest"> (x, , d) '
DOUBLE = 's = Constant <value_floats = [1.0, 1.0, 2.0, 2.0]> ()  y = Resize <mode = "nearest"> (c, , s) '
ENDS: dict[str, tuple[onnx.ModelProto, Read]] = {
    "softmax over channels": (network(CONV + "y = Softmax <axis = 1> (c)", 21), ("mask", "certain", "softmax", 21)),
    "classes by ArgMax": (network(CONV + "y = ArgMax <axis = 1> (c)", 21), ("mask", "certain", "argmax", 21)),
    "logits, enlarged": (
        network(HALF + "c = Conv (h, k) " + DOUBLE, 5),
        ("mask", "possible", "linear_maps", 5),
    ),
    "probability of one class": (network(CONV + "y = Sigmoid (c)", 1), ("mask", "likely", "sigmoid", 1)),
    "probabilities, enlarged": (
        network(HALF + "l = Conv (h, k)  c = Softmax <axis = 1> (l) " + DOUBLE, 3),
        ("mask", "certain", "softmax", 3),
    ),
    "a grey image or a mask": (network(CONV + "y = Sigmoid (c)", 1, inputs=1), ("mask", "possible", "sigmoid", 1)),
    "an image by Tanh": (network(CONV + "y = Tanh (c)"), ("image", "likely", "range", 0)),
    "an enlarged image": (network(CONV + DOUBLE), ("image", "likely", "enlarged", 0)),
    "an image of the input's size": (network(CONV + "y = Identity (c)"), ("image", "possible", "size", 0)),
    "features": (network(CONV + "y = Relu (c)", 8), ("maps", "certain", "shape", 0)),
    "scores along a line": (
        network(matrix(40, 97, "m") + "y = Softmax <axis = -1> (m)"), ("sequence", "likely", "softmax", 97)
    ),
    "scores along a line, turned": (
        network(matrix(97, 40, "m") + "p = LogSoftmax <axis = 2> (m)  y = Transpose <perm = [0, 1, 3, 2]> (p)"),
        ("sequence", "likely", "softmax", 97),
    ),
    "shares of each place": (
        network(matrix(40, 97, "m") + "y = Softmax <axis = 2> (m)"), ("sequence", "possible", "two_axes", 0)
    ),
    "tokens": (network(matrix(50, 64)), ("sequence", "possible", "two_axes", 0)),
    "a classifier": (
        network(CONV + "g = GlobalAveragePool (c)  f = Flatten (g)  y = Softmax (f)", 9),
        ("classes", "certain", "head", 9),
    ),
    "YOLOv8": (network(matrix(84, CELLS)), ("boxes", "likely", "cells_of_grids", 80)),
    "YOLOv5": (network(matrix(3 * CELLS, 85)), ("boxes", "likely", "cells_of_grids", 80)),
    "YOLOX": (network(matrix(CELLS, 85)), ("boxes", "likely", "cells_of_grids", 80)),
    "YOLOv10": (network(matrix(300, 6)), ("boxes", "possible", "final_boxes", 0)),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDS)
def test_an_output_is_recognised_by_how_it_ends(name: str) -> None:
    model, expected = ENDS[name]
    (output,) = recognised(model)
    assert (output.kind, output.certainty, output.sign, output.classes) == expected


def test_labels_tell_a_mask_from_an_image() -> None:
    (output,) = recognised(network(CONV + "y = Identity (c)"), labels=3)
    assert (output.kind, output.sign, output.classes) == ("mask", "labels", 3)


def test_operators_that_make_no_sense_leave_the_shape_alone() -> None:
    model = network(CONV + "y = ArgMax <axis = 1> (c)", 21)
    graph = read_graph(model)
    nodes = [replace(each, attributes={"axis": "one"}) for each in graph.operators.operators]
    strange = replace(graph, operators=replace(graph.operators, operators=tuple(nodes)))
    (output,) = recognise_outputs(strange, 0, {})
    assert (output.kind, output.certainty) == ("maps", "possible")


def test_metadata_make_boxes_certain() -> None:
    (output,) = recognised(network(matrix(84, CELLS)), task="detect")
    assert (output.kind, output.certainty, output.sign) == ("boxes", "certain", "metadata")
    (output,) = recognised(network(matrix(56, CELLS)), task="pose")
    assert (output.kind, output.classes) == ("boxes", 1)
    (output,) = recognised(network(matrix(84, CELLS)), task="obb")
    assert output.kind == "sequence"


def test_a_score_for_each_of_many_boxes_is_no_class() -> None:
    scores = matrix(120, 1, "l") + "s = Sigmoid (l) "
    for order in (["s", "b"], ["b", "s"]):
        outputs = recognised(network(scores + matrix(120, 4, "b"), outputs=order))
        assert "classes" not in {output.kind for output in outputs}
    classes, _ = recognised(network(scores + matrix(60, 4, "b"), outputs=["s", "b"]))
    assert (classes.kind, classes.classes) == ("classes", 120)


def test_weights_of_prototypes_are_no_classes() -> None:
    prototypes = CONV + "p = MaxPool <kernel_shape = [4, 4], strides = [4, 4]> (c) "
    boxes, masks = recognised(network(prototypes + matrix(4 + 80 + 32, CELLS), 32, ["y", "p"]))
    assert (boxes.kind, boxes.classes) == ("boxes", 80)
    assert boxes.boxes is not None
    assert boxes.boxes.prototypes == 1
    assert masks.kind in ("maps", "mask")


@pytest.mark.parametrize(
    ("names", "family", "certainty"),
    [
        (("boxes", "scores"), "pairs", "likely"),
        (("pred_boxes", "logits"), "queries", "certain"),
    ],
)
def test_boxes_and_scores_belong_together(names: tuple[str, str], family: str, certainty: str) -> None:
    box, score = names
    model = network(matrix(100, 4, box) + matrix(100, 91, score), outputs=[score, box])
    part, boxes = recognised(model)
    assert (part.kind, boxes.kind, boxes.certainty, boxes.classes) == ("box_part", "boxes", certainty, 91)
    assert boxes.boxes is not None
    assert (boxes.boxes.family, boxes.boxes.boxes, boxes.boxes.scores) == (family, 1, 0)
    assert not boxes.boxes.is_row_first


def test_detections_are_found_by_the_names_of_their_outputs() -> None:
    names = ["detection_boxes", "detection_classes", "detection_scores", "num_detections"]
    nodes = matrix(100, 4, names[0]) + matrix(1, 100, names[1]) + matrix(1, 100, names[2]) + matrix(1, 1, names[3])
    outputs = recognised(network(nodes, outputs=names))
    assert [output.kind for output in outputs] == ["boxes", "box_part", "box_part", "vector"]
    layout = outputs[0].boxes
    assert layout is not None
    assert (layout.boxes, layout.scores, layout.labels, layout.is_row_first) == (0, 2, 1, True)


def test_of_several_outputs_the_classes_are_those_that_end_in_their_activation() -> None:
    body = CONV + "f = Relu (c)  g = GlobalAveragePool (f)  z = Flatten (g)  y = Softmax (z)"
    graph = read_graph(network(body, 9, ["f", "y"]))
    assert (graph.head.kind, graph.head.output.output) == ("softmax", "y")
    assert [output.kind for output in recognise_outputs(graph, 0, {})] == ["maps", "classes"]


@pytest.mark.parametrize(
    ("size", "is_map"),
    [
        ((80, 120), True),
        ((80, 109), True),
        ((80, 107), False),
        ((80, 132), True),
        ((80, 134), False),
        ((41, 60), True),
        ((44, 61), True),
    ],
)
def test_a_map_has_about_the_proportions_of_the_input(size: tuple[int, int], is_map: bool) -> None:
    """Three channels that are higher than the input are an image if they are a map."""
    height, width = size
    body = f"s = Constant <value_ints = [1, 3, {height}, {width}]> ()  m = ReduceMean <axes = [2, 3]> (x)"
    (output,) = recognised(parse_network(f"{body}  y = Expand (m, s)", x="float[1, 3, 40, 60]"))
    expected = ("image", "likely", "enlarged", 0) if is_map else ("maps", "certain", "shape", 0)
    assert (output.kind, output.certainty, output.sign, output.classes) == expected


@pytest.mark.parametrize(("width", "kind"), [(2, "mask"), (3, "mask"), (4, "mask"), (5, "sequence")])
def test_the_sides_of_a_small_map_are_rounded(width: int, kind: OutputKind) -> None:
    body = f"s = Constant <value_ints = [1, 7, 2, {width}]> ()  m = ReduceMean <axes = [1, 2, 3]> (x)"
    model = parse_network(f"{body}  e = Expand (m, s)  y = ArgMax <axis = 1> (e)", x="float[1, 3, 40, 60]")
    model.graph.output[0].CopyFrom(helper.make_empty_tensor_value_info("y"))
    (output,) = recognised(model)
    assert (output.kind, output.classes) == (kind, 7 if kind == "mask" else 0)


@pytest.mark.parametrize(
    ("channels", "stride", "last", "expected"),
    [
        (2, 4, "Identity", ("mask", "possible", "linear_maps", 2)),
        (2, 6, "Identity", ("maps", "certain", "shape", 0)),
        (256, 4, "Identity", ("mask", "possible", "linear_maps", 256)),
        (257, 4, "Identity", ("maps", "certain", "shape", 0)),
        (1, 4, "Identity", ("maps", "certain", "shape", 0)),
        (1, 1, "Identity", ("image", "possible", "size", 0)),
        (3, 1, "Identity", ("image", "possible", "size", 0)),
        (2, 1, "Tanh", ("maps", "certain", "shape", 0)),
        (3, 4, "Tanh", ("image", "likely", "range", 0)),
        (1, 4, "Clip", ("image", "likely", "range", 0)),
        (3, 1, "Sigmoid", ("image", "possible", "sigmoid", 0)),
        (3, 4, "Sigmoid", ("mask", "possible", "sigmoid", 3)),
        (1, 4, "Sigmoid", ("mask", "likely", "sigmoid", 1)),
        (5, 1, "HardSigmoid", ("mask", "likely", "sigmoid", 5)),
        (1, 1, "Softmax <axis = 1>", ("image", "possible", "size", 0)),
        (2, 4, "Softmax <axis = 1>", ("mask", "certain", "softmax", 2)),
        (2, 4, "LogSoftmax <axis = 1>", ("mask", "certain", "softmax", 2)),
        (1, 4, "Relu", ("maps", "certain", "shape", 0)),
    ],
)
def test_what_maps_are_by_their_channels_size_and_last_operator(
    channels: int, stride: int, last: str, expected: Read
) -> None:
    """32 pixels a side: with strides of 4 a place for each eight pixels, after a pool of two."""
    pool = "h = MaxPool <kernel_shape = [2, 2], strides = [2, 2]> (x)" if stride > 1 else "h = Identity (x)"
    body = f"{pool}  c = Conv <kernel_shape = [1, 1], strides = [{stride}, {stride}]> (h, k)  y = {last} (c)"
    (output,) = recognised(network(body, channels))
    assert (output.kind, output.certainty, output.sign, output.classes) == expected


@pytest.mark.parametrize(("labels", "expected"), [(97, ("labels", 97)), (96, ("two_axes", 0)), (40, ("two_axes", 0))])
def test_as_many_numbers_at_each_place_as_there_are_labels(labels: int, expected: tuple[str, int]) -> None:
    (output,) = recognised(network(matrix(40, 97)), labels)
    assert (output.kind, output.sign, output.classes) == ("sequence", *expected)
