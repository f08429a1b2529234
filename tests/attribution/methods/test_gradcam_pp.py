"""Grad-CAM++, against equation 19 as it is printed."""

import numpy as np
import pytest

from app.attribution.methods.gradcam_pp import gradcam_pp
from app.attribution.target import Target
from app.nets.network import Network
from tests.attribution.conftest import layer_gradient
from tests.attribution.small import Array, drawn, explained

CLASS = Target(2)


def test_gradcam_pp_weights_positive_gradients_by_alpha(dense: Network, tensor: Array, maps: Array) -> None:
    g = layer_gradient().astype(np.float64)
    total = maps.sum(axis=(1, 2), keepdims=True)
    alpha = g**2 / (2 * g**2 + total * g**3)  # equation 19 as it is printed
    weights = (alpha * np.maximum(g, 0)).sum(axis=(1, 2))
    found = explained(dense, tensor, "gradcam_pp", CLASS)
    np.testing.assert_allclose(found.values, np.einsum("c,chw->hw", weights, maps), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("sign", [1, -1])
def test_activations_may_be_negative_and_an_alpha_without_a_value_is_zero(sign: int) -> None:
    activation, gradient = sign * np.abs(drawn(3, 4, 5, seed=1)), drawn(3, 4, 5, seed=2)
    activation[2], gradient[2] = -0.125, 1  # of 4 x 4 cells: the denominator is 2 - 16 / 8
    positive, total = np.maximum(gradient, 0), activation.sum(axis=(1, 2), keepdims=True)
    alpha = 1 / (2 + total[:2] * positive[:2])
    weights = (alpha * positive[:2]).sum(axis=(1, 2))
    expected = np.einsum("c,chw->hw", weights, activation[:2])
    np.testing.assert_allclose(gradcam_pp(activation[:2], gradient[:2]), expected, rtol=1e-3, atol=1e-5)
    exact = gradcam_pp(activation[2:, :4, :4], gradient[2:, :4, :4])
    np.testing.assert_array_equal(exact, 0)
