"""Scenes of digits: a seed names one, and the digit stands out from every kind of ground."""

import numpy as np
import pytest

from training import digit_scenes
from training.digit_scenes import GROUNDS, scene

DIGIT = np.zeros((28, 28), np.uint8)
DIGIT[4:24, 12:16] = DIGIT[20:24, 12:20] = 255  # a corner


@pytest.mark.parametrize("ground", GROUNDS)
def test_a_scene_hangs_on_its_seed_alone_and_shows_a_digit(ground: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digit_scenes, "GROUNDS", (ground,))
    first, again = (scene(DIGIT, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert (first.dtype, first.ndim, first.shape[2]) == (np.uint8, 3, 3)
    assert 240 <= max(first.shape) <= 640
    assert np.ptp(first.mean(axis=2)) > 60
