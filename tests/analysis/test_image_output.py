"""Images that networks give, in the ranges that they use."""

import numpy as np
import pytest

from app.analysis.image_output import levels_of, range_of


@pytest.mark.parametrize(
    ("numbers", "low", "high"),
    [
        ([0.0, 0.5, 1.0], 0, 1),
        ([-0.1, 0.5, 1.1], 0, 1),
        ([-1.0, 0.2, 0.9], -1, 1),
        ([0.0, 90.0, 255.0], 0, 255),
        ([-12.0, 90.0, 270.0], 0, 255),
    ],
)
def test_black_and_white_are_the_ends_of_a_usual_range(numbers: list[float], low: float, high: float) -> None:
    limits = range_of(np.array(numbers, np.float32))
    assert (limits.low, limits.high, limits.is_usual) == (low, high, True)
    assert limits.clipped == pytest.approx(sum(not low <= number <= high for number in numbers) / len(numbers))


def test_other_numbers_go_from_black_to_white() -> None:
    numbers = np.array([-700.0, 0.0, 1300.0], np.float32)
    limits = range_of(numbers)
    assert (limits.low, limits.high, limits.is_usual, limits.clipped) == (-700, 1300, False, 0)
    np.testing.assert_allclose(levels_of(numbers, limits), [0, 255 * 0.35, 255], rtol=1e-6)


def test_one_number_everywhere_is_black() -> None:
    numbers = np.full((1, 2, 2), 900.0, np.float32)
    assert levels_of(numbers, range_of(numbers)).tolist() == [[[0, 0], [0, 0]]]
