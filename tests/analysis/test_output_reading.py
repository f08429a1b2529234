"""What outputs say: the best class at each place of a sequence, and nothing where a number is not finite."""

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
from app.nets.graph_outputs.recognition import recognise_outputs
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


def test_boxes_and_masks_have_usual_thresholds_of_their_own() -> None:
    assert (OutputOptions().of_boxes.score, OutputOptions().of_masks) == (0.25, 0.5)
    assert (OutputOptions(0.7).of_boxes.score, OutputOptions(0.7).of_masks) == (0.7, 0.7)
