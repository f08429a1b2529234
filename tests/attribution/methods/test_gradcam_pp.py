"""Grad-CAM++, against equation 19 as it is printed."""

import numpy as np

from app.attribution.target import Target
from app.nets.network import Network
from tests.attribution.conftest import layer_gradient
from tests.attribution.small import Array, explained

CLASS = Target(2)


def test_gradcam_pp_weights_positive_gradients_by_alpha(dense: Network, tensor: Array, maps: Array) -> None:
    g = layer_gradient().astype(np.float64)
    total = maps.sum(axis=(1, 2), keepdims=True)
    alpha = g**2 / (2 * g**2 + total * g**3)  # equation 19 as it is printed
    weights = (alpha * np.maximum(g, 0)).sum(axis=(1, 2))
    found = explained(dense, tensor, "gradcam_pp", CLASS)
    np.testing.assert_allclose(found.values, np.einsum("c,chw->hw", weights, maps), rtol=1e-4, atol=1e-5)
