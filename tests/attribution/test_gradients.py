"""The methods that go back to the picture, against NumPy and central differences."""

from pathlib import Path

import numpy as np
import pytest

from app.attribution.maps import NO_EVIDENCE, ZERO_MAP, evidence_note, reduce_channels
from app.attribution.methods.integrated_gradients import quadrature
from app.attribution.methods.smoothgrad import noisy
from app.attribution.target import Target
from app.nets.network import Network
from tests.attribution.conftest import DENSE, SIDE, WEIGHTS, logits_of, relu_of
from tests.attribution.small import Array, drawn, explained, network_of

CLASS = Target(2)


def gradient_of(tensor: Array, weights: Array | None = None) -> Array:
    """The gradient of the dense network's logit at a tensor, by hand, (3, 8, 8): full correlation with the filters."""
    passed = DENSE["v"][2].reshape(4, SIDE, SIDE) * (relu_of(tensor) > 0)
    padded = np.zeros((3, SIDE + 2, SIDE + 2))
    for y in range(SIDE):
        for x in range(SIDE):
            padded[:, y : y + 3, x : x + 3] += np.einsum("o,oiyx->iyx", passed[:, y, x], WEIGHTS["w"])
    return padded[:, 1:-1, 1:-1].astype(np.float32)


def test_the_gradient_by_hand_is_that_of_central_differences(tensor: Array) -> None:
    step = np.zeros_like(tensor)
    step[1, 3, 4] = 1e-2
    slope = (logits_of(tensor + step)[2] - logits_of(tensor - step)[2]) / 2e-2
    assert gradient_of(tensor)[1, 3, 4] == pytest.approx(slope, abs=1e-3)


def test_saliency_shows_the_strongest_channel_with_its_sign(dense: Network, tensor: Array) -> None:
    found = explained(dense, tensor, "saliency", CLASS).values
    gradient = gradient_of(tensor)
    np.testing.assert_allclose(np.abs(found), np.abs(gradient).max(axis=0), atol=1e-5)
    assert set(np.sign(found).ravel()) == {-1, 1}


def test_saliency_can_add_the_channels_up(dense: Network, tensor: Array) -> None:
    found = explained(dense, tensor, "saliency", CLASS, colours="sum").values
    np.testing.assert_allclose(found, gradient_of(tensor).sum(axis=0), atol=1e-5)


def test_gradient_x_input(dense: Network, tensor: Array) -> None:
    found = explained(dense, tensor, "gradient_x_input", CLASS).values
    np.testing.assert_allclose(found, (gradient_of(tensor) * tensor).sum(axis=0), atol=1e-5)


def test_integrated_gradients_add_up_to_what_the_score_gains(dense: Network, tensor: Array) -> None:
    found = explained(dense, tensor, "integrated_gradients", CLASS, steps="300")
    gained = logits_of(tensor)[2] - logits_of(np.zeros_like(tensor))[2]
    assert found.figures["score_change"] == pytest.approx(gained, abs=1e-4)
    assert found.values.sum() == pytest.approx(gained, abs=0.02)
    assert found.figures["gap"] == pytest.approx(found.figures["sum"] - gained, abs=1e-4)


def test_integrated_gradients_begin_at_the_baseline_that_is_asked_for(dense: Network, tensor: Array) -> None:
    found = explained(dense, tensor, "integrated_gradients", CLASS, baseline="white")
    white = np.full_like(tensor, (255 - 128) / 64)
    assert found.figures["score_change"] == pytest.approx(logits_of(tensor)[2] - logits_of(white)[2], abs=1e-4)


def test_few_points_integrate_a_polynomial_exactly() -> None:
    places, weights = quadrature(3)
    assert (weights @ places**5) == pytest.approx(1 / 6)


def test_smoothgrad_is_the_mean_gradient_of_noisy_copies(dense: Network, tensor: Array) -> None:
    found = explained(dense, tensor, "smoothgrad", CLASS, samples="6", seed="3", colours="sum").values
    copies = list(noisy(tensor, 6, 0.15, 3))
    np.testing.assert_allclose(found, np.mean([gradient_of(copy).sum(axis=0) for copy in copies], axis=0), atol=1e-5)
    spread = np.std([copy - tensor for copy in copies])
    assert spread == pytest.approx(0.15 * np.ptp(tensor), rel=0.1)


def test_the_same_seed_gives_the_same_map(dense: Network, tensor: Array) -> None:
    one, again, other = (
        explained(dense, tensor, "smoothgrad", CLASS, samples="2", seed=seed).values for seed in ("1", "1", "2")
    )
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("method", ["guided_backprop", "deconvnet"])
def test_the_rules_of_relu_by_hand(method: str, tmp_path: Path) -> None:
    w, v = drawn(6, 3, 1, 1, seed=8), drawn(1, 6, 1, 1, seed=9)
    nodes = "a = Conv (x, w)  r = Relu (a)  s = Conv (r, v)  p = GlobalAveragePool (s)  y = Flatten (p)"
    network = network_of(tmp_path, nodes, {"w": w, "v": v}, SIDE, 1)
    tensor = drawn(3, SIDE, SIDE, seed=10)
    below = np.einsum("oi,ihw->ohw", w[:, :, 0, 0], tensor)
    signal = np.maximum(v[0, :, 0, 0], 0)[:, None, None] / SIDE**2
    passed = signal * (below > 0) if method == "guided_backprop" else np.broadcast_to(signal, below.shape)
    expected = np.einsum("oi,ohw->ihw", w[:, :, 0, 0], passed)
    found = explained(network, tensor, method, Target(0), colours="sum").values
    np.testing.assert_allclose(found, expected.sum(axis=0), atol=1e-5)


def test_guided_gradcam_is_guided_backprop_where_gradcam_is_positive(dense: Network, tensor: Array) -> None:
    guided, cam, both = (
        explained(dense, tensor, method, CLASS, **given).values
        for method, given in (
            ("guided_backprop", {"colours": "sum"}),
            ("gradcam", {}),
            ("guided_gradcam", {"colours": "sum"}),
        )
    )
    np.testing.assert_allclose(both, guided * np.maximum(cam, 0), atol=1e-5)


def test_the_strongest_channel_keeps_its_sign() -> None:
    values = np.array([[[1.0, -1]], [[-3, 0.5]]], np.float32)
    np.testing.assert_array_equal(reduce_channels(values, "strongest"), [[-3, -1]])
    np.testing.assert_array_equal(reduce_channels(values, "sum"), [[-2, -0.5]])


def test_a_map_without_evidence_says_so() -> None:
    assert evidence_note(np.array([[-1.0, 0]], np.float32)) == NO_EVIDENCE
    assert evidence_note(np.zeros((2, 2), np.float32)) == ZERO_MAP
    assert evidence_note(np.array([[-1.0, 1]], np.float32)) == ""


def test_an_explanation_says_that_there_is_nothing_in_favour(tmp_path: Path) -> None:
    """A network that counts what is there against its class: nothing is there in a dark picture."""
    nodes = "a = Conv (x, w)  r = Relu (a)  s = Conv (r, v)  p = GlobalAveragePool (s)  y = Flatten (p)"
    weights = {"w": np.ones((2, 3, 1, 1), np.float32), "v": -np.ones((1, 2, 1, 1), np.float32)}
    network = network_of(tmp_path, nodes, weights, SIDE, 1)
    tensor = np.ones((3, SIDE, SIDE), np.float32)
    assert explained(network, tensor, "gradcam", Target(0)).note == NO_EVIDENCE
    for method in ("gradcam", "gradcam_pp", "saliency", "occlusion"):
        assert explained(network, -tensor, method, Target(0)).note == ZERO_MAP
