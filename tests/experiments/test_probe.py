"""Probes, compared with SciPy's solver, with distances by hand, and on data whose classes are known."""

import numpy as np
import numpy.typing as npt
import pytest
from scipy import linalg

from app.experiments.probe import (
    PENALTIES,
    LayerProbe,
    accuracy,
    fit_probe,
    jaccard_matrix,
    pooled,
    probe_layers,
    shared_channels,
)
from app.nets.network import Network

RNG = np.random.default_rng(5)
MEANS = np.array([[0.0, 0.0, 5.0], [4.0, 0.0, 5.0], [0.0, 40.0, 5.0]])  # of three classes; the last channel is constant
LABELS = np.arange(300) % 3
ROWS = MEANS[LABELS] + RNG.standard_normal((300, 3)) * [0.5, 5.0, 0.0]


@pytest.fixture(scope="module")
def probe() -> LayerProbe:
    return fit_probe(ROWS, LABELS, 3)


def test_both_classifiers_tell_classes_apart_that_are_far_apart(probe: LayerProbe) -> None:
    assert probe.linear_scores(MEANS).argmax(axis=1).tolist() == [0, 1, 2]
    assert probe.distances(MEANS).argmin(axis=1).tolist() == [0, 1, 2]


@pytest.mark.parametrize("data", [ROWS, RNG.standard_normal((300, 3)), RNG.standard_normal((30, 50))])
def test_the_linear_classifier_is_ridge_regression(data: npt.NDArray[np.float64]) -> None:
    """Least squares on rows with one more row for each weight, which pulls it to zero, for one of the penalties."""
    probe = fit_probe(data, LABELS[: len(data)], 3)
    rows, wanted = probe.standardise(data), np.eye(3)[LABELS[: len(data)]]
    channels = data.shape[1]
    solutions = []
    for penalty in PENALTIES:
        pull = np.sqrt(penalty * len(rows)) * np.eye(channels)
        stacked = np.vstack([wanted - wanted.mean(axis=0), np.zeros((channels, 3))])
        solutions.append(linalg.lstsq(np.vstack([rows, pull]), stacked)[0].T)
    assert any(np.allclose(each, probe.weights) for each in solutions)


def test_distances_are_in_units_of_each_channels_spread(probe: LayerProbe) -> None:
    row = np.array([1.0, 2.0, 5.0])
    deviation = ROWS[:, :2].std(axis=0)
    by_hand = [np.hypot(*((row[:2] - ROWS[each == LABELS, :2].mean(axis=0)) / deviation)) for each in range(3)]
    assert probe.distances(row) == pytest.approx(by_hand)


def test_a_layer_is_pooled_by_the_mean_of_each_map(lenet: Network) -> None:
    layer = lenet.layer("conv_c3")
    output = RNG.standard_normal(layer.shape).astype(np.float32)
    assert pooled(layer, output) == pytest.approx([plane.mean() for plane in output], abs=1e-6)


def test_probes_follow_the_activation_of_each_step_in_depth(lenet: Network) -> None:
    assert [layer.id for layer in probe_layers(lenet.graph)] == ["tanh_c1", "tanh_c3", "tanh_c5", "tanh_f6", "output"]


def test_accuracy_is_the_share_of_rows_whose_highest_score_is_that_of_their_label() -> None:
    assert accuracy(np.array([[2.0, 1], [0, 1], [0, 1]]), np.array([0, 1, 0])) == pytest.approx(2 / 3)


def test_two_classes_share_the_channels_among_the_strongest_of_both() -> None:
    means = np.array([[9.0, 8, 7, 0, 0], [0, 8, 9, 7, 0]])
    shared = shared_channels(means, 0, 1, 3)
    assert (shared.one, shared.other, shared.both) == ((0, 1, 2), (2, 1, 3), (1, 2))
    assert shared.jaccard == 2 / 4
    assert jaccard_matrix(means, 3).tolist() == [[1.0, 0.5], [0.5, 1.0]]
