"""Deconvnet: its rule for ReLU by hand."""

import numpy as np

from app.attribution.target import Target
from tests.attribution.conftest import RectifiedNetwork
from tests.attribution.small import explained


def test_deconvnet_passes_positive_gradients_through_every_relu(rectified: RectifiedNetwork) -> None:
    passed = np.broadcast_to(np.maximum(rectified.signal, 0), rectified.preactivation.shape)
    expected = np.einsum("oi,ohw->ihw", rectified.weights, passed)
    found = explained(rectified.network, rectified.tensor, "deconvnet", Target(0), colours="sum").values
    np.testing.assert_allclose(found, expected.sum(axis=0), atol=1e-5)
