"""Calibration: how far the best class's probability is from how often it is right."""

import json
from pathlib import Path

import numpy as np
import pytest

from app.nets.card import ReliabilityBin
from training.calibration import calibration, expected_error, reliability, temperature


def logits_of(probability: float, count: int) -> np.ndarray:
    """Two classes, the first with this probability."""
    return np.tile([np.log(probability), np.log(1 - probability)], (count, 1))


def test_a_bin_has_the_mean_probability_and_how_often_it_is_right() -> None:
    logits = np.concatenate([logits_of(0.9, 4), logits_of(0.6, 2)])
    labels = np.array([0, 0, 0, 1, 0, 1])
    assert reliability(logits, labels) == (
        ReliabilityBin(images=2, confidence=60.0, accuracy=50.0),
        ReliabilityBin(images=4, confidence=90.0, accuracy=75.0),
    )


def test_the_error_is_the_mean_distance_over_the_images() -> None:
    bins = (
        ReliabilityBin(images=2, confidence=60.0, accuracy=50.0),
        ReliabilityBin(images=4, confidence=90.0, accuracy=75.0),
    )
    assert expected_error(bins) == pytest.approx((2 * 10 + 4 * 15) / 6, abs=0.005)


def test_certainty_falls_into_the_last_bin() -> None:
    assert reliability(np.array([[1000.0, 0.0]]), np.array([0])) == (
        ReliabilityBin(images=1, confidence=100.0, accuracy=100.0),
    )


@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0])
def test_the_temperature_takes_back_what_the_logits_were_multiplied_by(factor: float) -> None:
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, (4000, 5))
    probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    labels = np.array([random.choice(5, p=each) for each in probabilities])
    assert temperature(factor * logits, labels) == pytest.approx(factor, rel=0.06)


def test_the_error_at_the_temperature_is_measured_on_other_images_than_it_is_fitted_on() -> None:
    """Every second image is right, every other wrong: what suits one half does not suit the other."""
    labels = np.arange(200) % 2
    found = calibration(logits_of(0.9, 200), labels)
    assert found.error == pytest.approx(40, abs=0.01)
    assert found.error_at_temperature > 40
    assert found.images == 200


def test_the_calibration_on_a_card_agrees_with_its_accuracy_and_its_bins() -> None:
    for path in sorted((Path(__file__).parents[2] / "models").glob("*.json")):
        card = json.loads(path.read_text())
        if found := card.get("calibration"):
            bins = tuple(ReliabilityBin(**each) for each in found["bins"])
            right = sum(each.images * each.accuracy for each in bins) / found["images"]
            assert sum(each.images for each in bins) == found["images"] == card["accuracy"][0]["images"]
            assert right == pytest.approx(card["accuracy"][0]["top1"], abs=0.011)
            assert expected_error(bins) == found["error"]
