"""What methods that weight a layer's maps share."""

import numpy as np

from app.attribution.target import Target
from app.nets.network import Network
from tests.attribution.small import Array, explained

CLASS = Target(2)


def test_negative_cells_can_be_set_to_zero(dense: Network, tensor: Array) -> None:
    both = explained(dense, tensor, "gradcam", CLASS)
    positive = explained(dense, tensor, "gradcam", CLASS, sign="positive")
    assert both.min < 0
    np.testing.assert_allclose(positive.values, np.maximum(both.values, 0))
