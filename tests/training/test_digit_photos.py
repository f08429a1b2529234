"""The settings that lenet5 is measured in: each gives a picture, and for the same seed the same one."""

import numpy as np
import pytest

from training.digit_photos import SETTINGS, cut

DIGIT = np.zeros((28, 28), np.uint8)
DIGIT[4:24, 12:16] = DIGIT[20:24, 12:20] = 255  # a corner


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_gives_a_picture_that_depends_on_its_seed_alone(name: str) -> None:
    _, setting = SETTINGS[name]
    first, again = (setting(DIGIT, np.random.default_rng(1)) for _ in range(2))
    assert (first.dtype, first.ndim, first.shape[2]) == (np.uint8, 3, 3)
    assert np.ptp(first) > 100
    np.testing.assert_array_equal(first, again)


def test_a_digit_is_cut_out_to_its_edges_and_left_a_margin() -> None:
    assert cut(DIGIT, 1).shape == (20, 8)
    assert cut(DIGIT, 1, margin=2).shape == (24, 12)
