"""Occlusion, against NumPy."""

from pathlib import Path

import numpy as np
import pytest

from app.attribution.methods.occlusion import sliding_windows
from app.attribution.target import Target
from app.nets.network import Network
from tests.attribution.conftest import SIDE, logits_of
from tests.attribution.small import Array, drawn, explained, network_of

CLASS = Target(2)


def test_a_pixel_has_the_mean_drop_of_the_windows_that_cover_it(dense: Network, tensor: Array) -> None:
    found = explained(dense, tensor, "occlusion", CLASS, window="3", stride="2", grey="0").values
    total, count = np.zeros((2, SIDE, SIDE))
    for top in (0, 2, 4, 6):
        for left in (0, 2, 4, 6):
            inside = np.s_[top : top + 3, left : left + 3]
            covered = tensor.copy()
            covered[:, *inside] = -128 / 64
            total[inside] += logits_of(tensor)[2] - logits_of(covered)[2]
            count[inside] += 1
    np.testing.assert_allclose(found, total / count, atol=1e-4)


def test_each_pixel_may_be_covered_alone(dense: Network, tensor: Array) -> None:
    found = explained(dense, tensor, "occlusion", CLASS, window="1", stride="1").values
    for y, x in ((0, 0), (3, 5), (SIDE - 1, SIDE - 1)):
        covered = tensor.copy()
        covered[:, y, x] = 0
        np.testing.assert_allclose(found[y, x], logits_of(tensor)[2] - logits_of(covered)[2], atol=1e-4)


def test_the_default_occluder_is_the_mean_colour(dense: Network, tensor: Array) -> None:
    default, grey = (
        explained(dense, tensor, "occlusion", CLASS, window="4", **given).values for given in ({}, {"grey": "128"})
    )
    np.testing.assert_allclose(default, grey, atol=1e-6)


def test_windows_reach_every_edge_and_none_is_outside() -> None:
    windows = sliding_windows(10, 7, 4, 3)
    covered = np.zeros((10, 7), int)
    for box in windows:
        covered[box.top : box.bottom, box.left : box.right] += 1
        assert box.bottom <= 10
        assert box.right <= 7
    assert covered.min() == 1
    assert len(windows) == 3 * 2
    for stride in (1, 2):
        assert len(sliding_windows(5, 5, 9, stride)) == 1


@pytest.mark.parametrize(("side", "window", "stride"), [(6, 1, 1), (21, 3, 2), (28, 4, 2)])
def test_by_default_a_window_is_a_seventh_of_the_view_and_moves_by_half_of_itself(
    side: int, window: int, stride: int, tmp_path: Path
) -> None:
    network = network_of(tmp_path, "p = GlobalAveragePool (x)  y = Flatten (p)", {}, side, 3)
    figures = explained(network, drawn(3, side, side), "occlusion", CLASS).figures
    assert (figures["window"], figures["stride"]) == (window, stride)


def test_windows_that_are_far_apart_are_all_inside() -> None:
    """The next one would begin beyond the edge."""
    assert [(box.top, box.left) for box in sliding_windows(10, 17, 1, 8)] == [
        (0, 0),
        (0, 8),
        (0, 16),
        (8, 0),
        (8, 8),
        (8, 16),
    ]
