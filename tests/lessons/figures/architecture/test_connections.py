"""The same input and output connected in three ways, counted."""

import pytest

from app.errors import InvalidRequest
from app.lessons.figures.architecture.connections import ConnectionsState, draw_connections


def test_the_lecture_s_example_has_its_counts() -> None:
    dense, local, convolution = draw_connections(ConnectionsState()).layers
    assert (dense.weights, local.weights, convolution.weights) == (14_450_688, 352_800, 450)
    assert convolution.parameters == 456


def test_with_one_input_channel_the_convolution_has_the_lecture_s_156_parameters() -> None:
    assert draw_connections(ConnectionsState(channels=1)).layers[2].parameters == 156


def test_a_weight_of_a_convolution_is_used_at_every_place_of_the_output() -> None:
    dense, local, convolution = draw_connections(ConnectionsState(side=10, kernel=3)).layers
    assert [layer.uses for layer in (dense, local, convolution)] == [1, 1, 64]
    assert [layer.reads for layer in (dense, local, convolution)] == [300, 27, 27]


def test_the_lines_of_the_drawing_are_counted_as_the_layers_are() -> None:
    """Its nine inputs and seven outputs are those of a kernel of 3 along one dimension."""
    counts = [(len(layer.lines), layer.line_weights) for layer in draw_connections(ConnectionsState()).layers]
    assert counts == [(63, 63), (21, 21), (21, 3)]


def test_a_kernel_larger_than_the_input_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        draw_connections(ConnectionsState(side=4, kernel=5))


def test_the_output_of_the_drawing_is_counted_from_0() -> None:
    marked = [draw_connections(ConnectionsState(output=output)).marked for output in (1, 7)]
    assert marked == [0, 6]
    assert {line.output for line in draw_connections(ConnectionsState()).layers[0].lines} == set(range(7))
