"""HiResCAM, against NumPy on a network whose gradient is known."""

import numpy as np
import pytest

from app.attribution.target import Target
from app.nets.network import Network
from tests.attribution.conftest import DENSE, SIDE, layer_gradient
from tests.attribution.small import Array, explained

CLASS = Target(2)


def test_hirescam_adds_up_to_the_logit_without_its_bias(dense: Network, tensor: Array, maps: Array) -> None:
    found = explained(dense, tensor, "hirescam", CLASS)
    np.testing.assert_allclose(found.values, (layer_gradient() * maps).sum(axis=0), atol=1e-5)
    assert found.values.sum() == pytest.approx(DENSE["v"][2] @ maps.ravel(), rel=1e-4)


def test_a_channel_is_explained_by_its_own_maps(dense: Network, tensor: Array, maps: Array) -> None:
    found = explained(dense, tensor, "hirescam", Target(1, channel_of="relu"), "conv")
    expected = np.where(maps[1] > 0, maps[1], 0) / SIDE**2  # the mean's gradient, passed where the ReLU is open
    np.testing.assert_allclose(found.values, expected, atol=1e-6)
