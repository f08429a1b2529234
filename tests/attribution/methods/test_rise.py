"""RISE, against NumPy."""

import numpy as np
import pytest

from app.attribution.methods.rise import RandomMasks
from app.attribution.target import Target
from app.nets.head import softmax
from app.nets.network import Network
from tests.attribution.conftest import SIDE, logits_of
from tests.attribution.small import Array, explained

CLASS = Target(2)


def test_rise_is_the_mean_of_masks_weighted_by_the_probability(dense: Network, tensor: Array) -> None:
    found = explained(dense, tensor, "rise", CLASS, masks="40", cells="3", keep="0.4", seed="5").values
    drawn = list(RandomMasks(40, 3, 0.4, 5).draw(SIDE, SIDE))
    likely = [softmax(logits_of(tensor * mask))[2] for mask in drawn]
    expected = sum(score * mask for score, mask in zip(likely, drawn, strict=True)) / (40 * 0.4)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_masks_leave_the_requested_share_visible_and_are_smooth() -> None:
    drawn = np.stack(list(RandomMasks(300, 7, 0.3, 0).draw(64, 48)))
    assert drawn.shape == (300, 64, 48)
    assert drawn.min() >= 0
    assert drawn.max() <= 1
    assert drawn.mean() == pytest.approx(0.3, abs=0.02)
    assert np.abs(np.diff(drawn, axis=1)).max() <= 1 / (64 // 7)


@pytest.mark.parametrize("size", [(45, 50), (7, 9), (30, 1)])
def test_every_mask_is_as_large_as_the_view(size: tuple[int, int]) -> None:
    assert {mask.shape for mask in RandomMasks(30, 4, 0.5, 1).draw(*size)} == {size}
