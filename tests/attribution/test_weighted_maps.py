"""The methods that weigh a layer's maps, against NumPy on networks whose gradient is known."""

import numpy as np
import pytest

from app.attribution.methods.eigencam import eigencam, first_component
from app.attribution.target import Target
from app.errors import NotAvailable
from app.nets.network import Network
from tests.attribution.conftest import DENSE, POOLED, SIDE, logits_of
from tests.attribution.small import Array, drawn, explained

CLASS = Target(2)


def row(target: int = 2) -> Array:
    """The gradient of the dense network's logit at its ReLU, (4, 8, 8)."""
    return np.asarray(DENSE["v"][target].reshape(4, SIDE, SIDE))


def test_gradcam_weighs_each_map_by_its_mean_gradient(dense: Network, tensor: Array, maps: Array) -> None:
    found = explained(dense, tensor, "gradcam", CLASS)
    assert found.layer == "relu"
    np.testing.assert_allclose(found.values, np.einsum("c,chw->hw", row().mean(axis=(1, 2)), maps), atol=1e-5)
    assert (found.min, found.max) == (found.values.min(), found.values.max())


def test_gradcam_pp_weighs_positive_gradients_by_alpha(dense: Network, tensor: Array, maps: Array) -> None:
    g = row().astype(np.float64)
    total = maps.sum(axis=(1, 2), keepdims=True)
    alpha = g**2 / (2 * g**2 + total * g**3)  # equation 19 as it is printed
    weights = (alpha * np.maximum(g, 0)).sum(axis=(1, 2))
    found = explained(dense, tensor, "gradcam_pp", CLASS)
    np.testing.assert_allclose(found.values, np.einsum("c,chw->hw", weights, maps), rtol=1e-4, atol=1e-5)


def test_layercam_weighs_each_cell_by_its_positive_gradient(dense: Network, tensor: Array, maps: Array) -> None:
    found = explained(dense, tensor, "layercam", CLASS)
    np.testing.assert_allclose(found.values, (np.maximum(row(), 0) * maps).sum(axis=0), atol=1e-5)


def test_hirescam_adds_up_to_the_logit_without_its_bias(dense: Network, tensor: Array, maps: Array) -> None:
    found = explained(dense, tensor, "hirescam", CLASS)
    np.testing.assert_allclose(found.values, (row() * maps).sum(axis=0), atol=1e-5)
    assert found.values.sum() == pytest.approx(DENSE["v"][2] @ maps.ravel(), rel=1e-4)


def test_cam_reads_the_linear_layers_weights(pooled: Network, tensor: Array, maps: Array) -> None:
    found = explained(pooled, tensor, "cam", CLASS)
    np.testing.assert_allclose(found.values, np.einsum("c,chw->hw", POOLED["v"][2], maps), atol=1e-5)


def test_cam_and_gradcam_say_the_same_where_both_can(pooled: Network, tensor: Array) -> None:
    cam, gradcam = (explained(pooled, tensor, method, CLASS).values for method in ("cam", "gradcam"))
    np.testing.assert_allclose(cam / SIDE**2, gradcam, atol=1e-6)


def test_cam_refuses_another_head(dense: Network, tensor: Array) -> None:
    with pytest.raises(NotAvailable, match="Grad-CAM"):
        explained(dense, tensor, "cam", CLASS)


def test_one_class_against_another_is_the_difference_of_their_maps(dense: Network, tensor: Array) -> None:
    one, other = (explained(dense, tensor, "gradcam", Target(index)).values for index in (2, 4))
    both = explained(dense, tensor, "gradcam", Target(2, against=4)).values
    np.testing.assert_allclose(both, one - other, atol=1e-5)


def test_a_channel_is_explained_by_its_own_maps(dense: Network, tensor: Array, maps: Array) -> None:
    found = explained(dense, tensor, "hirescam", Target(1, channel_of="relu"), "conv")
    expected = np.where(maps[1] > 0, maps[1], 0) / SIDE**2  # the mean's gradient, passed where the ReLU is open
    np.testing.assert_allclose(found.values, expected, atol=1e-6)


def test_the_sign_can_be_cut_off_at_each_cell(dense: Network, tensor: Array) -> None:
    both = explained(dense, tensor, "gradcam", CLASS)
    positive = explained(dense, tensor, "gradcam", CLASS, sign="positive")
    assert both.min < 0
    np.testing.assert_allclose(positive.values, np.maximum(both.values, 0))


def test_ablationcam_weighs_by_the_share_that_is_lost(dense: Network, tensor: Array, maps: Array) -> None:
    logit = logits_of(tensor)[2]
    lost = np.array([row()[channel].ravel() @ maps[channel].ravel() for channel in range(4)])
    found = explained(dense, tensor, "ablationcam", CLASS)
    np.testing.assert_allclose(found.values, np.einsum("c,chw->hw", lost / abs(logit), maps), rtol=1e-4, atol=1e-5)


def test_scorecam_weighs_by_the_score_seen_through_each_map(dense: Network, tensor: Array, maps: Array) -> None:
    found = explained(dense, tensor, "scorecam", CLASS)
    assert found.figures["channels"] == 4
    seen = [tensor * (each - each.min()) / (each.max() - each.min()) for each in maps]
    logits = np.array([logits_of(each)[2] for each in seen])
    weights = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    np.testing.assert_allclose(found.values, np.einsum("c,chw->hw", weights, maps), rtol=1e-3, atol=1e-4)


def test_eigencam_is_the_first_principal_component(dense: Network, tensor: Array, maps: Array) -> None:
    values = maps.reshape(4, -1).T.astype(np.float64)
    values -= values.mean(axis=0)
    component = np.linalg.eigh(values.T @ values)[1][:, -1]
    found = explained(dense, tensor, "eigencam", CLASS)
    expected = np.abs((values @ component).reshape(SIDE, SIDE))
    np.testing.assert_allclose(np.abs(found.values), expected, atol=1e-5)
    assert np.corrcoef(found.values.ravel(), maps.sum(axis=0).ravel())[0, 1] > 0
    assert "class" in found.note


@pytest.mark.parametrize("channels", [4, 100])
def test_the_first_component_is_that_of_the_decomposition(channels: int) -> None:
    values = drawn(30, channels).astype(np.float64)
    expected = np.abs(values @ np.linalg.svd(values)[2][0])
    np.testing.assert_allclose(np.abs(first_component(values)), expected, atol=1e-9)


def test_eigencam_without_centring_is_as_in_the_paper(maps: Array) -> None:
    values = maps.reshape(4, -1).T
    component = np.linalg.svd(values.astype(np.float64))[2][0]
    expected = (values @ component).reshape(SIDE, SIDE)
    np.testing.assert_allclose(np.abs(eigencam(maps, centred=False)), np.abs(expected), atol=1e-5)
