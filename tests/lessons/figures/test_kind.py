"""The state of a figure."""

import pytest

from app.errors import InvalidRequest
from app.lessons.figures.convolution import ConvolutionState
from app.lessons.figures.kind import read_state


def test_texts_of_an_address_are_read_as_numbers() -> None:
    assert read_state(ConvolutionState, {"stride": "2"}).stride == 2


def test_a_value_out_of_its_limits_is_refused_with_its_name() -> None:
    with pytest.raises(InvalidRequest, match="stride: Input should be less than or equal to 4"):
        read_state(ConvolutionState, {"stride": 9})


def test_a_value_that_no_figure_has_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="pace"):
        read_state(ConvolutionState, {"pace": 1})
