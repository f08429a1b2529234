"""SmoothGrad is the mean of gradients by hand."""

import numpy as np
import pytest

from app.attribution.methods.smoothgrad import noisy_inputs
from app.attribution.target import Target
from app.nets.network import Network
from tests.attribution.conftest import input_gradient
from tests.attribution.small import Array, explained

CLASS = Target(2)


def test_smoothgrad_is_the_mean_gradient_of_noisy_copies(dense: Network, tensor: Array) -> None:
    found = explained(dense, tensor, "smoothgrad", CLASS, samples="6", seed="3", colours="sum").values
    copies = list(noisy_inputs(tensor, 6, 0.15, 3))
    np.testing.assert_allclose(found, np.mean([input_gradient(copy).sum(axis=0) for copy in copies], axis=0), atol=1e-5)
    spread = np.std([copy - tensor for copy in copies])
    assert spread == pytest.approx(0.15 * np.ptp(tensor), rel=0.1)


def test_the_same_seed_gives_the_same_map(dense: Network, tensor: Array) -> None:
    one, again, other = (
        explained(dense, tensor, "smoothgrad", CLASS, samples="2", seed=seed).values for seed in ("1", "1", "2")
    )
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


def test_without_noise_it_is_saliency_and_the_default_seed_is_zero(dense: Network, tensor: Array) -> None:
    still = explained(dense, tensor, "smoothgrad", CLASS, samples="2", noise="0").values
    np.testing.assert_allclose(still, explained(dense, tensor, "saliency", CLASS).values, atol=1e-5)
    default, zero = (
        explained(dense, tensor, "smoothgrad", CLASS, samples="2", **seed).values for seed in ({}, {"seed": "0"})
    )
    np.testing.assert_array_equal(default, zero)
    assert not np.array_equal(zero, explained(dense, tensor, "smoothgrad", CLASS, samples="2", seed="1").values)
