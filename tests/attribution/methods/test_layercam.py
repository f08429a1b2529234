"""LayerCAM, against NumPy on a network whose gradient is known."""

import numpy as np

from app.attribution.target import Target
from app.nets.network import Network
from tests.attribution.conftest import layer_gradient
from tests.attribution.small import Array, explained

CLASS = Target(2)


def test_layercam_weights_each_cell_by_its_positive_gradient(dense: Network, tensor: Array, maps: Array) -> None:
    found = explained(dense, tensor, "layercam", CLASS)
    np.testing.assert_allclose(found.values, (np.maximum(layer_gradient(), 0) * maps).sum(axis=0), atol=1e-5)
