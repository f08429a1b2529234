"""Saliency against the gradient by hand."""

import numpy as np
import pytest

from app.attribution.target import Target
from app.nets.network import Network
from tests.attribution.conftest import input_gradient, logits_of
from tests.attribution.small import Array, explained

CLASS = Target(2)


def test_the_gradient_by_hand_is_that_of_central_differences(tensor: Array) -> None:
    step = np.zeros_like(tensor)
    step[1, 3, 4] = 1e-2
    slope = (logits_of(tensor + step)[2] - logits_of(tensor - step)[2]) / 2e-2
    assert input_gradient(tensor)[1, 3, 4] == pytest.approx(slope, abs=1e-3)


def test_saliency_shows_the_strongest_channel_with_its_sign(dense: Network, tensor: Array) -> None:
    found = explained(dense, tensor, "saliency", CLASS).values
    gradient = input_gradient(tensor)
    np.testing.assert_allclose(np.abs(found), np.abs(gradient).max(axis=0), atol=1e-5)
    assert set(np.sign(found).ravel()) == {-1, 1}


def test_saliency_can_add_the_channels_up(dense: Network, tensor: Array) -> None:
    found = explained(dense, tensor, "saliency", CLASS, colours="sum").values
    np.testing.assert_allclose(found, input_gradient(tensor).sum(axis=0), atol=1e-5)
