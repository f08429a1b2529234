"""Clipping: at most the share asked for is off the scale, whatever the sign; a constant or sparse layer stays on it."""

import numpy as np
import pytest

from app.analysis.clipping import CLIPPED, Clip, clip_of


def test_half_a_per_mille_of_the_magnitudes_is_off() -> None:
    values = np.arange(-4000, 4000, dtype=np.float32).reshape(8, 10, 100)
    assert clip_of(values, CLIPPED) == Clip(bound=3998.0, beyond=3, cells=8000)  # -4000, -3999 and 3999


def test_equal_values_are_on_the_scale_together() -> None:
    values = np.repeat(np.array([1, 6], np.float32), 5000)
    assert clip_of(values, 0.0005) == Clip(bound=6.0, beyond=0, cells=10000)


@pytest.mark.parametrize(("share", "beyond"), [(0, 0), (0.0005, 0), (0.001, 1)])
def test_fewer_values_than_the_share_counts_are_all_on(share: float, beyond: int) -> None:
    assert clip_of(np.arange(1000, dtype=np.float32), share).beyond == beyond


@pytest.mark.parametrize(("peak", "bound"), [(0, 0.0), (-811, 811.0)])
def test_a_layer_of_nothing_but_zeros_is_not_clipped(peak: float, bound: float) -> None:
    values = np.zeros((4, 50, 50), np.float32)
    values[2, 7, 7] = peak
    assert clip_of(values, 0.0005) == Clip(bound, beyond=0, cells=10000)
