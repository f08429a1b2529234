"""Predictions at any temperature, against the definitions."""

import math

import numpy as np
import pytest

from app.analysis.prediction import PredictionSummary, read_prediction
from app.nets.head import sigmoid
from app.nets.outputs import Scores


def scores_of(logits: list[float]) -> Scores:
    powers = np.exp(np.array(logits, np.float32))
    return Scores(np.array(logits, np.float32), powers / powers.sum(), 0.01)


@pytest.mark.parametrize("temperature", [0.1, 0.5, 1, 2, 5])
def test_the_scores_are_the_softmax_of_the_divided_logits(temperature: float) -> None:
    logits = [2.0, -1.0, 0.5, 1.5]
    prediction = read_prediction(scores_of(logits), temperature)
    powers = [math.exp(logit / temperature) for logit in logits]
    by_hand = [power / sum(powers) for power in powers]
    assert prediction.scores == pytest.approx(by_hand, abs=1e-6)
    assert prediction.order.tolist() == [0, 3, 2, 1]
    assert prediction.entropy == pytest.approx(-sum(p * math.log2(p) for p in by_hand), abs=1e-5)
    assert prediction.margin == pytest.approx(by_hand[0] - by_hand[3], abs=1e-6)


def test_without_a_temperature_the_scores_are_the_networks_own() -> None:
    own = np.array([0.6, 0.25, 0.15], np.float32)  # as rounded by the network, or by its quantisation
    scores = Scores(np.array([2.0, 1.0, 0.5], np.float32), own, 0.01)
    assert read_prediction(scores).scores.tolist() == own.tolist()
    assert read_prediction(scores, 1.5).scores.tolist() != own.tolist()


def test_large_logits_over_a_small_temperature_stay_finite() -> None:
    prediction = read_prediction(scores_of([80.0, 79.0]), 0.1)
    assert prediction.scores == pytest.approx([1 / (1 + math.exp(-10)), 1 / (1 + math.exp(10))])


def test_equal_scores_have_the_maximal_entropy_and_a_single_class_has_none() -> None:
    equal = read_prediction(scores_of([0.0] * 8))
    assert (equal.entropy, equal.max_entropy, equal.entropy_share, equal.margin) == pytest.approx((3, 3, 1, 0))
    alone = read_prediction(scores_of([4.0]))
    assert (alone.entropy, alone.entropy_share, alone.margin) == (0, 0, 1)


def test_ranks_count_from_one() -> None:
    prediction = read_prediction(scores_of([1.0, 3.0, 2.0]))
    assert [prediction.rank(index) for index in range(3)] == [3, 1, 2]


def test_separate_labels_have_a_threshold_and_no_verdict() -> None:
    scores = np.array([0.467, 0.9, 0.001], np.float32)
    prediction = read_prediction(Scores(np.log(scores / (1 - scores)), scores, 0.01, "sigmoid", sigmoid), 2.0)
    assert prediction.scores == pytest.approx(scores)  # a temperature is of a softmax
    assert (prediction.threshold, prediction.present, prediction.verdict) == (0.5, (1,), None)
    assert prediction.order.tolist() == [1, 0, 2]
    assert (prediction.entropy, prediction.margin) == (0, 0)


@pytest.mark.parametrize(("probability", "present"), [(0.47, ()), (0.5, (0,)), (1.0, (0,))])
def test_a_single_unit_is_positive_or_negative(probability: float, present: tuple[int, ...]) -> None:
    score = np.array([probability], np.float32)
    prediction = read_prediction(Scores(score, score, 0.01, "binary", None))
    assert (prediction.scores.tolist(), prediction.present, prediction.verdict) == ([score[0]], present, None)


def test_the_numbers_of_a_vector_are_not_judged() -> None:
    numbers = np.array([-3.0, 40.0, 2.0], np.float32)
    prediction = read_prediction(Scores(numbers, numbers, 0.01, "vector", None), 0.5)
    assert (prediction.scores.tolist(), prediction.order.tolist()) == ([-3, 40, 2], [1, 2, 0])
    assert (prediction.threshold, prediction.present, prediction.verdict) == (None, (), None)


def test_probabilities_without_a_softmax_have_a_verdict_and_no_temperature() -> None:
    numbers = np.array([0.9, 0.05, 0.05], np.float32)
    prediction = read_prediction(Scores(numbers, numbers, 0.01, "probabilities", None), 5.0)
    assert prediction.scores == pytest.approx(numbers)
    assert prediction.verdict == "clear"
    assert prediction.margin == pytest.approx(0.85)


def prediction_of(*likely: float) -> PredictionSummary:
    return read_prediction(Scores(np.log(np.array(likely, np.float32)), np.array(likely, np.float32), 0.01))


@pytest.mark.parametrize(
    ("likely", "verdict"),
    [
        ((0.97, 0.01, 0.01, 0.01), "clear"),
        ((0.7, 0.29, 0.005, 0.005), "leaning"),
        ((0.49, 0.49, 0.01, 0.01), "torn"),
        ((0.5, *[0.5 / 9] * 9), "unsure"),
        ((0.3, 0.28, 0.3, 0.04, 0.08), "unsure"),
        ((0.28, 0.26, 0.24, 0.22), "no_idea"),
        (((0.2,) + (0.8 / 9,) * 9), "no_idea"),
    ],
)
def test_verdict(likely: tuple[float, ...], verdict: str) -> None:
    assert prediction_of(*likely).verdict == verdict


@pytest.mark.parametrize(
    ("margin", "entropy", "verdict"),
    [
        (0.8, 1.0, "clear"),
        (0.79, 0.6, "unsure"),
        (0.79, 0.9, "no_idea"),
        (0.79, 0.59, "leaning"),
        (0.1, 0.59, "leaning"),
        (0.09, 0.59, "torn"),
    ],
)
def test_a_bound_belongs_to_the_verdict_that_it_opens(margin: float, entropy: float, verdict: str) -> None:
    none = np.zeros(2), np.zeros(2), np.arange(2)
    assert PredictionSummary("softmax", *none, entropy=entropy, max_entropy=1.0, margin=margin).verdict == verdict
