"""Score-CAM, against NumPy on a network whose logits are known."""

import numpy as np

from app.attribution.target import Target
from app.nets.network import Network
from tests.attribution.conftest import logits_of
from tests.attribution.small import Array, explained

CLASS = Target(2)


def test_scorecam_weights_by_the_score_of_the_masked_input(dense: Network, tensor: Array, maps: Array) -> None:
    found = explained(dense, tensor, "scorecam", CLASS)
    assert found.figures["channels"] == 4
    seen = [tensor * (each - each.min()) / (each.max() - each.min()) for each in maps]
    logits = np.array([logits_of(each)[2] for each in seen])
    weights = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    np.testing.assert_allclose(found.values, np.einsum("c,chw->hw", weights, maps), rtol=1e-3, atol=1e-4)
