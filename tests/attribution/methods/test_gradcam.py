"""Grad-CAM, against NumPy on a network whose gradient is known."""

import numpy as np

from app.attribution.target import Target
from app.nets.network import Network
from tests.attribution.conftest import layer_gradient
from tests.attribution.small import Array, explained

CLASS = Target(2)


def test_gradcam_weights_each_map_by_its_mean_gradient(dense: Network, tensor: Array, maps: Array) -> None:
    found = explained(dense, tensor, "gradcam", CLASS)
    assert found.layer == "relu"
    np.testing.assert_allclose(
        found.values, np.einsum("c,chw->hw", layer_gradient().mean(axis=(1, 2)), maps), atol=1e-5
    )
    assert (found.min, found.max) == (found.values.min(), found.values.max())


def test_one_class_against_another_is_the_difference_of_their_maps(dense: Network, tensor: Array) -> None:
    one, other = (explained(dense, tensor, "gradcam", Target(index)).values for index in (2, 4))
    both = explained(dense, tensor, "gradcam", Target(2, against=4)).values
    np.testing.assert_allclose(both, one - other, atol=1e-5)
