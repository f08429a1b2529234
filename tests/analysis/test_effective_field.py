"""The effective receptive field, by hand."""

import numpy as np

from app.analysis.effective_field import effective_receptive_field
from app.nets.layer import Box


def test_the_influence_of_a_pixel_is_the_sum_of_magnitudes_over_its_channels() -> None:
    gradient = np.zeros((3, 8, 8), np.float32)
    gradient[:, 2, 5] = (1, -2, 0.5)
    found = effective_receptive_field(gradient)
    assert found.values[2, 5] == 3.5
    assert found.box == Box(2, 5, 3, 6)


def test_the_box_excludes_little_at_either_end_of_each_axis() -> None:
    gradient = np.zeros((1, 100, 100), np.float32)
    gradient[0, 10:90, 40:60] = 1
    gradient[0, 0, 50] = 0.02 * 1600  # 2 % of the rest, less than is left out; of the eighty rows two are, too
    assert effective_receptive_field(gradient).box == Box(10, 40, 88, 60)
    gradient[0, 0, 50] = 0.04 * 1600
    assert effective_receptive_field(gradient).box == Box(0, 40, 88, 60)


def test_without_influence_there_is_no_box() -> None:
    assert effective_receptive_field(np.zeros((3, 4, 4), np.float32)).box is None
