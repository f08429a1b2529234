"""Score-CAM, against NumPy on a network whose logits are known."""

import numpy as np
import pytest

from app.attribution.methods.scorecam import mask, masked_scores, strongest
from app.attribution.target import Target
from app.nets.network import Network
from tests.attribution.conftest import logits_of
from tests.attribution.small import Array, explained, task_of

CLASS = Target(2)


def test_scorecam_weights_by_the_score_of_the_masked_input(dense: Network, tensor: Array, maps: Array) -> None:
    found = explained(dense, tensor, "scorecam", CLASS)
    assert found.figures["channels"] == 4
    seen = [tensor * (each - each.min()) / (each.max() - each.min()) for each in maps]
    logits = np.array([logits_of(each)[2] for each in seen])
    weights = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    np.testing.assert_allclose(found.values, np.einsum("c,chw->hw", weights, maps), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_only_the_channels_of_the_greatest_mean_may_be_weighted(
    dense: Network, tensor: Array, maps: Array, count: int
) -> None:
    greatest = sorted(np.argsort(-maps.mean(axis=(1, 2)))[:count])
    chosen = maps[greatest]
    found = explained(dense, tensor, "scorecam", CLASS, channels=str(count))
    assert found.figures["channels"] == count
    seen = [tensor * (each - each.min()) / (each.max() - each.min()) for each in chosen]
    logits = np.array([logits_of(each)[2] for each in seen])
    weights = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    np.testing.assert_allclose(found.values, np.einsum("c,chw->hw", weights, chosen), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("constant", [[], [0], [3], [1, 3], [0, 1, 2], [0, 1, 2, 3]])
def test_a_constant_map_hides_the_whole_input(dense: Network, tensor: Array, maps: Array, constant: list[int]) -> None:
    activation = maps.copy()
    activation[constant] = 0.5
    seen = [np.zeros_like(tensor) if at in constant else tensor * mask(each) for at, each in enumerate(activation)]
    scores = masked_scores(task_of(dense, tensor, CLASS, "scorecam"), activation)
    np.testing.assert_allclose(scores, [logits_of(each)[2] for each in seen], rtol=1e-4, atol=1e-5)


def test_of_equal_means_the_first_are_chosen_in_the_order_of_the_layer() -> None:
    maps = np.array([1, 3, 2, 3, 0], np.float32).reshape(5, 1, 1) * np.ones((1, 2, 2), np.float32)
    assert strongest(maps, 3)[:, 0, 0].tolist() == [3, 2, 3]
    assert strongest(maps[[0, 0, 1, 0]] + np.arange(4).reshape(4, 1, 1) * 0, 2)[:, 0, 0].tolist() == [1, 3]
