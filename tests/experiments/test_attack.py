"""Attacks against networks that NumPy computes by hand, and the search for the smallest epsilon."""

from functools import partial
from math import floor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from app.errors import Cancelled, InvalidRequest, NotAvailable
from app.experiments.attack import (
    MAX_EPSILON,
    MOST_TRIALS,
    STEPS,
    Attack,
    AttackMethod,
    AttackTask,
    ChangeSize,
    change_size,
    fgsm,
    least_enough,
    pgd,
    require_classes,
    run_attack,
)
from app.gradients.differentiable import Differentiable
from app.nets.network import Network
from app.work.stop import Stop
from tests.attribution.small import network_of

SIDE, MEAN, DEVIATION = 4, 128, 64
Floats = npt.NDArray[np.float64]
METHODS: tuple[AttackMethod, ...] = ("fgsm", "pgd")


@pytest.fixture
def view() -> npt.NDArray[np.uint8]:
    return np.random.default_rng(5).integers(60, 200, (SIDE, SIDE, 3), np.uint8)


@pytest.fixture
def weights() -> Floats:
    """One row for each of three classes: the numbers of the input tensor, channels first."""
    return np.random.default_rng(6).normal(0, 0.2, (3, 3 * SIDE * SIDE))


def linear(folder: Path, weights: Floats) -> Network:
    nodes = "flat = Flatten (x)  y = Gemm <transB = 1> (flat, w)"
    return network_of(folder, nodes, {"w": weights.astype(np.float32)}, SIDE, len(weights))


def logits(weights: Floats, view: npt.NDArray[np.uint8]) -> Floats:
    return weights @ ((view.transpose(2, 0, 1).reshape(-1).astype(np.float64) - MEAN) / DEVIATION)


def attack(network: Network, view: npt.NDArray[np.uint8], method: AttackMethod, target: int | None = None) -> Attack:
    classify = partial(network.classify, stop=Stop())
    return run_attack(AttackTask(Differentiable(network), view, method, target, classify, Stop()))


@pytest.mark.parametrize("factor", [1, 200])  # by 200 the probability rounds to 1, and its own gradient to 0
@pytest.mark.parametrize("method", METHODS)
def test_two_linear_classes_flip_at_the_epsilon_by_hand(
    method: AttackMethod, factor: int, view: npt.NDArray[np.uint8], weights: Floats, tmp_path: Path
) -> None:
    weights = weights * factor
    numbers = logits(weights[:2], view)
    best, other = numbers.argsort()[::-1]
    way = weights[best] - weights[other]
    per_level = np.abs(way).sum() / DEVIATION  # what the difference of the logits loses with each level
    result = attack(linear(tmp_path, weights[:2]), view, method)
    assert result.is_successful
    assert result.epsilon == floor((numbers[best] - numbers[other]) / per_level) + 1
    change = result.view.astype(int) - view
    np.testing.assert_array_equal(change.transpose(2, 0, 1).reshape(-1), -result.epsilon * np.sign(way))
    np.testing.assert_allclose(result.after.logits, logits(weights[:2], result.view), rtol=1e-4)


def test_a_chosen_class_is_reached_along_the_gradient_of_its_cross_entropy(
    view: npt.NDArray[np.uint8], weights: Floats, tmp_path: Path
) -> None:
    numbers = logits(weights, view)
    target = int(numbers.argmin())
    chances = np.exp(numbers - numbers.max())
    gradient = weights[target] - chances / chances.sum() @ weights
    result = attack(linear(tmp_path, weights), view, "fgsm", target)
    assert result.after.logits.argmax() == target
    change = result.view.astype(int) - view
    np.testing.assert_array_equal(change.transpose(2, 0, 1).reshape(-1), result.epsilon * np.sign(gradient))


def test_levels_stay_within_epsilon_and_within_black_and_white() -> None:
    view = np.array([[[0, 3, 255]]], np.uint8)
    for change in (fgsm, pgd):
        np.testing.assert_array_equal(change(view, lambda levels: -np.ones_like(levels), 5), [[[0, 0, 250]]])
        np.testing.assert_array_equal(change(view, np.ones_like, 5), [[[5, 8, 255]]])


def test_pgd_follows_the_gradient_as_it_turns() -> None:
    """Towards a level within reach, steps end around it; the one step of FGSM goes past it."""
    view, level = np.full((8, 8, 3), 100, np.uint8), 103
    steps = pgd(view, lambda levels: level - levels, 8)
    assert np.abs(steps.astype(int) - level).max() <= 2
    assert (fgsm(view, lambda levels: level - levels, 8) == 108).all()


def test_the_least_number_is_bisected() -> None:
    for least in range(1, MAX_EPSILON + 1):
        asked: list[int] = []

        def is_enough(number: int, least: int = least, asked: list[int] = asked) -> bool:
            asked.append(number)
            return number >= least

        assert least_enough(is_enough) == least
        assert len(asked) <= MOST_TRIALS
    assert least_enough(lambda number: False) is None


@pytest.mark.parametrize(("method", "gradients"), [("fgsm", 1), ("pgd", 6 * STEPS)])
def test_an_attack_that_fails_says_so(
    method: AttackMethod, gradients: int, view: npt.NDArray[np.uint8], tmp_path: Path
) -> None:
    weights = np.zeros((2, view.size))
    weights[0] = 1e-6  # the gradient is there, and far too small for any epsilon
    nodes = "flat = Flatten (x)  z = Gemm <transB = 1> (flat, w)  y = Add (z, b)"
    constants = {"w": weights.astype(np.float32), "b": np.array([[5.0, 0]], np.float32)}
    result = attack(network_of(tmp_path, nodes, constants, SIDE, 2), view, method)
    assert (result.is_successful, result.epsilon) == (False, MAX_EPSILON)
    assert result.runs == 1 + gradients + 6  # the picture, its gradients, and epsilon 1, 2, 4, 8, 16 and 32
    assert result.after.logits.argmax() == 0


def test_what_cannot_be_attacked_is_refused(view: npt.NDArray[np.uint8], weights: Floats, tmp_path: Path) -> None:
    network = linear(tmp_path, weights)
    with pytest.raises(InvalidRequest, match="already"):
        attack(network, view, "pgd", int(logits(weights, view).argmax()))
    separate = network_of(tmp_path, "f = Flatten (x)  z = Gemm <transB = 1> (f, w)  y = Sigmoid (z)", {
        "w": weights.astype(np.float32)
    }, SIDE, 3)  # fmt: skip
    with pytest.raises(NotAvailable, match="exclude one another"):
        require_classes(separate)


def test_an_attack_stops_between_two_runs(view: npt.NDArray[np.uint8], weights: Floats, tmp_path: Path) -> None:
    network, stop = linear(tmp_path, weights), Stop()

    def progress(done: int, total: int) -> None:
        stop.set(Cancelled("gone"))

    task = AttackTask(
        Differentiable(network), view, "pgd", None, lambda view: network.classify(view, Stop()), stop, progress
    )
    with pytest.raises(Cancelled):
        run_attack(task)


def test_the_size_of_a_change_is_that_of_numpy(view: npt.NDArray[np.uint8]) -> None:
    changed = view.copy()
    changed[0, 0] = view[0, 0] - 3
    changed[1, 2, 1] = view[1, 2, 1] + 4
    change = changed.astype(int) - view
    size = change_size(view, changed)
    assert (size.largest, size.changed) == (4, 4 / change.size)
    assert size.length == pytest.approx(np.linalg.norm(change.ravel()))
    assert size.mean_square == pytest.approx(np.sqrt(np.mean(change**2)))
    assert change_size(view, view) == ChangeSize(0, 0, 0, 0)


@pytest.mark.parametrize("method", METHODS)
def test_the_largest_number_of_runs_is_that_of_an_attack_that_needs_every_trial(
    method: AttackMethod, view: npt.NDArray[np.uint8], weights: Floats, tmp_path: Path
) -> None:
    way = weights[0] - weights[1]
    per_level = np.abs(way).sum() / DEVIATION
    numbers = logits(weights[:2], view)
    bias = np.array([[numbers[1] - numbers[0] + 24.5 * per_level, 0]], np.float32)  # so that an epsilon of 25 is needed
    nodes = "flat = Flatten (x)  z = Gemm <transB = 1> (flat, w)  y = Add (z, b)"
    network = network_of(tmp_path, nodes, {"w": weights[:2].astype(np.float32), "b": bias}, SIDE, 2)
    progress: list[tuple[int, int]] = []
    classify = partial(network.classify, stop=Stop())
    task = AttackTask(
        Differentiable(network), view, method, None, classify, Stop(), lambda *numbers: progress.append(numbers)
    )
    result = run_attack(task)
    assert (result.epsilon, result.runs) == (25, task.most_runs)
    assert progress == [(done, task.most_runs) for done in range(1, task.most_runs + 1)]
