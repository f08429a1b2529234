"""Ink is found in any light, and a digit's extent without specks and table edges."""

from collections.abc import Callable

import numpy as np
import pytest

from app.nets.preprocessing.digits import extent_of, ink_of
from tests.nets.preprocessing.written_digits import PAGE, SETTINGS, WRITTEN, across, drawn, photo

TURNS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "upside down": np.flipud,
    "mirrored": np.fliplr,
    "turned": np.rot90,
    "negative": lambda grey: grey,
}


def strokes(seed: int) -> np.ndarray:
    """A few dark lines on light paper; those of odd seeds touch all four sides, as in a tight crop."""
    chance = np.random.default_rng(seed)
    grey = np.full((64, 64), chance.integers(170, 230), np.uint8)
    margin = 0 if seed % 2 else 12
    for _ in range(2):
        top, left = chance.integers(margin + 4, 50 - margin, 2)
        grey[top : top + 6, margin : 64 - margin] = grey[margin : 64 - margin, left : left + 6] = 40
    return grey


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("seed", range(6))
def test_the_ink_turns_with_the_page_and_is_the_same_in_the_negative(turn: str, seed: int) -> None:
    grey = strokes(seed)
    turned = 255 - grey if turn == "negative" else TURNS[turn](grey)
    ink = ink_of(grey)
    assert ((ink > 50) == (grey == 40)).mean() > 0.98
    np.testing.assert_allclose(ink_of(turned), TURNS[turn](ink), atol=1.5)


def test_light_leaves_no_ink() -> None:
    written = drawn(2, *WRITTEN)
    ink = ink_of(SETTINGS["light from the right"](written))
    assert (ink[written == 0] == 0).mean() > 0.99
    assert ink[written == 255].min() > 50


@pytest.mark.parametrize("at", [(5, 5), (390, 20), (20, 270), (380, 265)])
def test_light_from_one_side_is_not_the_edge_of_a_tight_crop(at: tuple[int, int]) -> None:
    """Its ink is the digit's alone, wherever on the page it is; its paper was once taken for ink."""
    written = drawn(9, 80, 8, PAGE, at)
    ink = ink_of(photo(written, 135 + 60 * across(PAGE) + 30 * across(PAGE[::-1]).T))
    assert (ink[written == 0] == 0).mean() > 0.99
    left, top, right, bottom = extent_of(ink) or (0, 0, 0, 0)
    assert abs(bottom - top - 88) <= 6
    assert right - left < 80


def test_a_digit_at_the_edge_counts_if_there_is_no_other() -> None:
    page = np.zeros((60, 60), np.uint8)
    page[:50, 28:34] = 255
    assert extent_of(ink_of(page)) == (28, 0, 34, 50)


def test_paper_and_noise_are_no_ink() -> None:
    noisy = photo(np.zeros((300, 400), np.uint8), 120 + 60 * across((300, 400)))
    assert extent_of(ink_of(noisy)) is None
