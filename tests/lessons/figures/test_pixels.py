"""A drawn image of black and white pixels."""

import pytest

from app.errors import InvalidRequest
from app.lessons.figures.pixels import PixelsState, draw_pixels


def test_a_click_on_a_pixel_toggles_it_alone() -> None:
    figure = draw_pixels(PixelsState(pixels="0 1; 1 1"))
    assert figure.toggled == (("1 1; 1 1", "0 0; 1 1"), ("0 1; 0 1", "0 1; 1 0"))


def test_white_pixels_are_counted() -> None:
    assert draw_pixels(PixelsState()).white == 10


def test_other_numbers_than_0_and_1_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="0 or 1"):
        draw_pixels(PixelsState(pixels="0 2"))
