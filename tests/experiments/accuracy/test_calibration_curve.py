"""The calibration curve, against the one that the cards of networks are measured with."""

import numpy as np
import pytest

from app.experiments.accuracy.calibration_curve import calibration_curve
from training.calibration import expected_error, reliability


def test_the_curve_is_that_of_the_cards_for_the_same_predictions() -> None:
    logits = 4 * np.random.default_rng(1).normal(size=(500, 10))
    labels = np.random.default_rng(2).integers(0, 10, 500)
    scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    curve = calibration_curve(scores.max(axis=1).tolist(), (logits.argmax(axis=1) == labels).tolist())
    expected = reliability(logits, labels)
    assert [each.images for each in curve.bins] == [each.images for each in expected]
    for one, other in zip(curve.bins, expected, strict=True):
        assert (one.confidence, one.accuracy) == pytest.approx((other.confidence, other.accuracy), abs=0.006)
    assert curve.error == pytest.approx(expected_error(expected), abs=0.01)


def test_a_probability_of_one_is_in_the_last_bin() -> None:
    curve = calibration_curve([1.0, 0.95, 0.0], [True, False, True])
    assert [(each.images, each.accuracy) for each in curve.bins] == [(1, 100), (2, 50)]
    assert curve.error == pytest.approx((1 * 100 + 2 * 47.5) / 3)
