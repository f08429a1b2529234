"""Occlusion and RISE, against NumPy."""

from dataclasses import replace

import numpy as np
import pytest

from app.attribution.methods.occlusion import windows_of
from app.attribution.methods.rise import masks
from app.attribution.target import Target
from app.errors import Cancelled
from app.nets.network import Network, softmax
from tests.attribution.conftest import SIDE, logits_of
from tests.attribution.small import Array, explained, task_of

CLASS = Target(2)


def test_occlusion_shows_the_mean_loss_of_the_windows_over_a_pixel(dense: Network, tensor: Array) -> None:
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


def test_without_a_grey_level_the_mean_colour_covers(dense: Network, tensor: Array) -> None:
    default, grey = (
        explained(dense, tensor, "occlusion", CLASS, window="4", **given).values for given in ({}, {"grey": "128"})
    )
    np.testing.assert_allclose(default, grey, atol=1e-6)


def test_windows_reach_every_edge_and_none_lies_outside() -> None:
    windows = windows_of(10, 7, 4, 3)
    covered = np.zeros((10, 7), int)
    for box in windows:
        covered[box.top : box.bottom, box.left : box.right] += 1
        assert box.bottom <= 10
        assert box.right <= 7
    assert covered.min() == 1
    assert len(windows) == 3 * 2
    assert len(windows_of(5, 5, 9, 2)) == 1


def test_rise_is_the_mean_of_masks_weighted_by_what_they_leave(dense: Network, tensor: Array) -> None:
    found = explained(dense, tensor, "rise", CLASS, masks="40", cells="3", keep="0.4", seed="5").values
    drawn = list(masks(SIDE, SIDE, 40, 3, 0.4, 5))
    likely = [softmax(logits_of(tensor * mask))[2] for mask in drawn]
    expected = sum(score * mask for score, mask in zip(likely, drawn, strict=True)) / (40 * 0.4)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_masks_show_the_share_that_is_asked_for_and_are_smooth() -> None:
    drawn = np.stack(list(masks(64, 48, 300, 7, 0.3, 0)))
    assert drawn.shape == (300, 64, 48)
    assert drawn.min() >= 0
    assert drawn.max() <= 1
    assert drawn.mean() == pytest.approx(0.3, abs=0.02)
    assert np.abs(np.diff(drawn, axis=1)).max() <= 1 / (64 // 7)


def test_progress_is_told_and_a_stop_is_heeded(dense: Network, tensor: Array) -> None:

    told = list[tuple[int, int]]()
    task = task_of(dense, tensor, CLASS)

    def progress(done: int, total: int) -> None:
        told.append((done, total))
        if done >= 32:
            task.stop.set(Cancelled("gone"))

    with pytest.raises(Cancelled):
        replace(task, progress=progress).scores((tensor for _ in range(100)), 100)
    assert told[0] == (0, 100)
    assert 32 <= told[-1][0] < 48


def test_scores_by_batches_are_those_of_one_after_the_other(dense: Network, tensor: Array) -> None:
    inputs = [tensor * factor for factor in np.linspace(0, 2, 21, dtype=np.float32)]
    found = task_of(dense, tensor, CLASS).scores(iter(inputs), 21)
    np.testing.assert_allclose(found, [logits_of(each)[2] for each in inputs], atol=1e-4)
    versus = task_of(dense, tensor, Target(2, against=0)).scores(iter(inputs), 21, as_probability=True)
    pairs = np.array([logits_of(each)[[2, 0]] for each in inputs])
    np.testing.assert_allclose(versus, 1 / (1 + np.exp(pairs[:, 1] - pairs[:, 0])), atol=1e-5)
