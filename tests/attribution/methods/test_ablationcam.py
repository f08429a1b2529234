"""Ablation-CAM, against NumPy on a network whose logits are known."""

import numpy as np

from app.attribution.target import Target
from app.nets.network import Network
from tests.attribution.conftest import layer_gradient, logits_of
from tests.attribution.small import Array, explained

CLASS = Target(2)


def test_ablationcam_weights_by_the_share_of_the_score_that_is_lost(dense: Network, tensor: Array, maps: Array) -> None:
    logit = logits_of(tensor)[2]
    lost = np.array([layer_gradient()[channel].ravel() @ maps[channel].ravel() for channel in range(4)])
    found = explained(dense, tensor, "ablationcam", CLASS)
    np.testing.assert_allclose(found.values, np.einsum("c,chw->hw", lost / abs(logit), maps), rtol=1e-4, atol=1e-5)
