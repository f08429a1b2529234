"""What outputs say: the best class at each place of a sequence, and nothing where a number is not finite."""

from dataclasses import replace

import numpy as np
import pytest

from app.analysis.output_reading import (
    OutputOptions,
    OutputReading,
    SequencePlace,
    read_outputs,
    read_sequence,
)
from app.nets.graph import read_graph
from app.nets.graph_outputs.box_layout import BoxLayout
from app.nets.graph_outputs.output import GraphOutput
from app.nets.graph_outputs.recognition import recognise_outputs
from tests.nets.graph_outputs.networks import columns
from tests.nets.onnx_text import parse_network


def test_each_place_of_a_sequence_has_the_class_of_its_highest_score() -> None:
    table = np.array([[[0.1, 0.7, 0.2], [0.5, 0.25, 0.25]]], np.float32)
    first, second = read_sequence(table)
    assert (first.index, second) == (1, SequencePlace(0, 0.5))
    assert first.value == pytest.approx(0.7)


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_an_output_that_is_not_finite_says_nothing(number: float) -> None:
    outputs = recognise_outputs(read_graph(parse_network("y = Tanh (x)")), 0, {})
    values = np.zeros((3, 8, 8), np.float32)
    values[1, 2, 3] = number
    assert read_outputs(outputs, [values], (8, 8), OutputOptions()) == (OutputReading(outputs[0], None, None),)


def test_maps_are_read_as_what_they_are_or_as_the_reader_chooses() -> None:
    outputs = recognise_outputs(read_graph(parse_network("y = Tanh (x)")), 0, {})
    values = np.zeros((3, 8, 8), np.float32)
    values[1, :2] = 0.5
    values[2, 0, 0] = -0.25
    (image,) = read_outputs(outputs, [values], (8, 8), OutputOptions())
    assert (image.minimum, image.maximum, image.mask) == (-0.25, 0.5, None)
    assert image.image
    assert (image.image.low, image.image.high) == (-1, 1)
    (mask,) = read_outputs(outputs, [values], (8, 8), OutputOptions(read_as="mask"))
    assert mask.image is None
    assert mask.mask
    assert {each.index: each.share for each in mask.mask.classes} == {0: 0.75, 1: 0.25}
    (maps,) = read_outputs(outputs, [values], (8, 8), OutputOptions(read_as="maps"))
    assert maps == OutputReading(maps.output, -0.25, 0.5)


def test_boxes_above_the_threshold_are_read() -> None:
    table = columns((8, 8, 4, 6, 0.9, 0.1), (20, 20, 8, 8, 0.2, 0.4), classes=2)
    graph = read_graph(parse_network("y = Relu (x)"))
    layout = BoxLayout("columns", 0, 0, None, 2, "names")
    boxes = GraphOutput(0, graph.layers[-1], "boxes", "certain", "names", 2, layout)
    for score, expected in ((0.3, [(0, (6, 5, 10, 11)), (1, (16, 16, 24, 24))]), (0.5, [(0, (6, 5, 10, 11))])):
        (reading,) = read_outputs([boxes], [table], (32, 32), OutputOptions(score))
        assert reading.detections
        found = [(each.index, (each.left, each.top, each.right, each.bottom)) for each in reading.detections.boxes]
        assert found == expected


def test_a_sequence_of_classes_is_read_and_one_without_is_numbers_alone() -> None:
    graph = read_graph(parse_network("y = Relu (x)"))
    output = GraphOutput(0, graph.layers[-1], "sequence", "likely", "two_axes", 3)
    table = np.array([[0.1, 0.7, 0.2], [0.5, 0.25, 0.25]], np.float32)
    (reading,) = read_outputs([output], [table], (8, 8), OutputOptions())
    assert reading.sequence
    assert [each.index for each in reading.sequence] == [1, 0]
    (reading,) = read_outputs([replace(output, classes=0)], [table], (8, 8), OutputOptions())
    assert reading.sequence is None


def test_boxes_and_masks_have_usual_thresholds_of_their_own() -> None:
    assert (OutputOptions().of_boxes.score, OutputOptions().of_masks) == (0.25, 0.5)
    assert (OutputOptions(0.7).of_boxes.score, OutputOptions(0.7).of_masks) == (0.7, 0.7)
