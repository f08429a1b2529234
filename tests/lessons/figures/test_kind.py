"""The state of a figure."""

import pytest

from app.errors import InvalidRequest
from app.lessons.figures.convolution import ConvolutionState
from app.lessons.figures.kind import read_state


def test_texts_of_an_address_are_read_as_numbers() -> None:
    assert read_state(ConvolutionState, {"stride": "2"}).stride == 2


def test_a_value_out_of_its_limits_is_refused_with_its_name() -> None:
    with pytest.raises(InvalidRequest, match="stride may be at most 4"):
        read_state(ConvolutionState, {"stride": 9})


@pytest.mark.parametrize("text", ["two", "1.5"])
def test_a_text_that_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest, match="stride must be a whole number"):
        read_state(ConvolutionState, {"stride": text})


def test_a_value_that_no_figure_has_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="pace"):
        read_state(ConvolutionState, {"pace": 1})
