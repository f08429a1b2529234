"""Eigen-CAM, against NumPy's decompositions."""

import numpy as np
import pytest

from app.attribution.methods.eigencam import eigencam, first_component
from app.attribution.target import Target
from app.nets.network import Network
from tests.attribution.conftest import SIDE
from tests.attribution.small import Array, drawn, explained

CLASS = Target(2)


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
def test_the_first_component_is_that_of_numpys_decomposition(channels: int) -> None:
    values = drawn(30, channels).astype(np.float64)
    expected = np.abs(values @ np.linalg.svd(values)[2][0])
    np.testing.assert_allclose(np.abs(first_component(values)), expected, atol=1e-9)


@pytest.mark.parametrize("channels", [4, 100])
def test_the_map_of_activations_ten_thousand_times_smaller_is_as_much_smaller(channels: int) -> None:
    activation = drawn(channels, 5, 6)
    np.testing.assert_allclose(
        eigencam(activation * np.float32(1e-4)), 1e-4 * eigencam(activation), rtol=1e-3, atol=1e-8
    )


def test_eigencam_without_centring_is_as_in_the_paper(maps: Array) -> None:
    values = maps.reshape(4, -1).T
    component = np.linalg.svd(values.astype(np.float64))[2][0]
    expected = (values @ component).reshape(SIDE, SIDE)
    np.testing.assert_allclose(np.abs(eigencam(maps, centred=False)), np.abs(expected), atol=1e-5)


@pytest.mark.parametrize("seed", range(8))
def test_strong_activations_are_positive(seed: int) -> None:
    activation = drawn(5, 4, 6, seed=seed)
    total = activation.sum(axis=0)
    for centred in (True, False):
        for cells, sums in (
            (eigencam(activation, centred=centred), total),
            (eigencam(-activation, centred=centred), -total),
        ):
            assert (cells * (sums - sums.mean())).sum() >= 0
