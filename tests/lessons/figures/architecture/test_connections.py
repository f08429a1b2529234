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


def test_every_weight_is_used_as_often_as_outputs_read_it() -> None:
    for state in (ConnectionsState(), ConnectionsState(side=7, channels=2, kernel=2, filters=3)):
        figure = draw_connections(state)
        assert figure.inputs == state.side**2 * state.channels
        for layer, biases in zip(figure.layers, (figure.outputs, figure.outputs, state.filters), strict=True):
            assert layer.weights * layer.uses == layer.reads * figure.outputs
            assert layer.parameters == layer.weights + layer.biases
            assert layer.biases == biases


def test_the_lines_of_the_drawing_lead_from_what_an_output_reads_and_count_their_weights_from_1() -> None:
    dense, local, convolution = (layer.lines for layer in draw_connections(ConnectionsState()).layers)
    assert {(line.source, line.output) for line in dense} == {
        (source, output) for source in range(9) for output in range(7)
    }
    windows = [(output + tap, output) for output in range(7) for tap in range(3)]
    assert [(line.source, line.output) for line in local] == windows
    assert [(line.source, line.output) for line in convolution] == windows
    assert [line.weight for line in dense] == list(range(1, 64))
    assert [line.weight for line in local] == list(range(1, 22))
    assert [line.weight for line in convolution] == [1, 2, 3] * 7
