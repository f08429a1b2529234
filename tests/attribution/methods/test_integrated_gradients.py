"""Integrated gradients add up to the change of the score."""

import numpy as np
import pytest

from app.attribution.methods.integrated_gradients import quadrature
from app.attribution.target import Target
from app.nets.network import Network
from tests.attribution.conftest import logits_of
from tests.attribution.small import Array, explained

CLASS = Target(2)


def test_integrated_gradients_add_up_to_the_change_of_the_score(dense: Network, tensor: Array) -> None:
    found = explained(dense, tensor, "integrated_gradients", CLASS, steps="300")
    gained = logits_of(tensor)[2] - logits_of(np.zeros_like(tensor))[2]
    assert found.figures["score_change"] == pytest.approx(gained, abs=1e-4)
    assert found.values.sum() == pytest.approx(gained, abs=0.02)
    assert found.figures["gap"] == pytest.approx(found.figures["sum"] - gained, abs=1e-4)


def test_integrated_gradients_begin_at_the_chosen_baseline(dense: Network, tensor: Array) -> None:
    found = explained(dense, tensor, "integrated_gradients", CLASS, baseline="white")
    white = np.full_like(tensor, (255 - 128) / 64)
    assert found.figures["score_change"] == pytest.approx(logits_of(tensor)[2] - logits_of(white)[2], abs=1e-4)


def test_few_points_integrate_a_polynomial_exactly() -> None:
    places, weights = quadrature(3)
    assert (weights @ places**5) == pytest.approx(1 / 6)
