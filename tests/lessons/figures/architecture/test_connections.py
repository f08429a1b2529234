"""A fully connected layer and a convolution, counted."""

import pytest

from app.errors import InvalidRequest
from app.lessons.figures.architecture.connections import ConnectionsState, draw_connections


def test_the_lecture_s_example_has_its_counts() -> None:
    figure = draw_connections(ConnectionsState())
    assert (figure.dense, figure.convolution) == (14_450_688, 456)


def test_with_one_input_channel_the_convolution_has_the_lecture_s_156_parameters() -> None:
    assert draw_connections(ConnectionsState(channels=1)).convolution == 156


def test_a_weight_is_used_at_every_place_of_the_output() -> None:
    figure = draw_connections(ConnectionsState(side=10, kernel=3))
    assert (figure.output_side, figure.uses, figure.reads) == (8, 64, 27)


def test_a_kernel_larger_than_the_input_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        draw_connections(ConnectionsState(side=4, kernel=5))
