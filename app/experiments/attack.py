"""Attacks: a change of the view that changes the prediction, as small as possible at each of its levels.

FGSM: I. Goodfellow, J. Shlens, C. Szegedy, "Explaining and Harnessing Adversarial Examples", ICLR 2015.
PGD: A. Madry, A. Makelov, L. Schmidt, D. Tsipras, A. Vladu, "Towards Deep Learning Models Resistant to Adversarial
Attacks", ICLR 2018.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from app.errors import InvalidRequest, NonFinite, NotAvailable
from app.gradients.differentiable import Differentiable, GradientQuery
from app.gradients.targets import LogOdds
from app.nets.head import softmax
from app.nets.layer import INPUT
from app.nets.network import Network
from app.nets.outputs import Scores
from app.nets.preprocessing.fit import RGB
from app.nets.preprocessing.tensor import gradient_of_view
from app.work.job import Progress
from app.work.stop import Stop

Levels = npt.NDArray[np.float32]  # of the view, (H, W, 3), with fractions
AttackMethod = Literal["fgsm", "pgd"]
Ascent = Callable[[Levels], Levels]  # the gradient of what an attack increases, at a view

TOP_LEVEL = 255
MAX_EPSILON = 32  # levels: beyond, the change is plain to see
STEPS = 10  # of PGD
STEP = 2.5 / STEPS  # of epsilon: a step may then cross the whole range, as in Madry et al.
SEED = 0  # of PGD's random start
MOST_TRIALS = 10  # of epsilon: 1, 2, 4, 8, 16, 32, and at most four between two of these


@dataclass(frozen=True, slots=True)
class AttackTask:
    """What is attacked: the view, and the gradients of its network. `target` is the class to reach; any if None.

    `classify` runs the network on a view. `progress` is called with the number of finished runs and the most there may
    be.
    """

    graphs: Differentiable
    view: RGB
    method: AttackMethod
    target: int | None
    classify: Callable[[RGB], Scores]
    stop: Stop
    progress: Progress = lambda done, total: None

    @property
    def most_runs(self) -> int:
        """How many runs there may be: a classification of each trial, and its gradients."""
        gradients = 1 if self.method == "fgsm" else STEPS * MOST_TRIALS
        return 1 + MOST_TRIALS + gradients


@dataclass(frozen=True, slots=True)
class AttackGoal:
    """The class `target`, or if it is None any class but `source`, which the network predicts at first."""

    source: int
    target: int | None

    def is_reached(self, scores: Scores) -> bool:
        best = best_class(scores)
        return best != self.source if self.target is None else best == self.target


@dataclass(frozen=True, slots=True, eq=False)
class Attack:
    """The smallest change that was reached: no level of `view` differs by more than `epsilon` from the original.

    With `epsilon` - 1 the attack does not succeed. If it fails with the largest epsilon, too, the view is that of the
    largest.
    """

    goal: AttackGoal
    view: RGB
    epsilon: int
    before: Scores
    after: Scores
    runs: int

    @property
    def is_successful(self) -> bool:
        return self.goal.is_reached(self.after)


@dataclass(frozen=True, slots=True)
class ChangeSize:
    """How large the change of a view is, over all levels of its three channels.

    `largest` is the L-infinity norm and `length` the L2 norm, in levels; `mean_square` is the root of the mean square.
    `changed` is the share of levels that differ.
    """

    largest: int
    length: float
    mean_square: float
    changed: float


def change_size(original: RGB, changed: RGB) -> ChangeSize:
    """The size of the difference between two views."""
    change = changed.astype(np.float64) - original
    length = float(np.sqrt(np.square(change).sum()))
    return ChangeSize(
        int(np.abs(change).max()), length, length / np.sqrt(change.size).item(), float((change != 0).mean())
    )


def require_classes(network: Network) -> None:
    """Raises NotAvailable if the network has no softmax over classes, whose cross-entropy an attack follows."""
    if network.graph.head.activation is not softmax:
        raise NotAvailable("An attack needs a network with a softmax over classes that exclude one another.")


def run_attack(task: AttackTask) -> Attack:
    """Look for the smallest epsilon with which the attack changes the prediction.

    Raises:
        NotDifferentiable: an operator of the network has no gradient.
        InvalidRequest: the target is the class that is predicted already.
        NonFinite: a gradient holds NaN or infinity.
    """
    return _Search(task).run()


def fgsm(view: RGB, ascent: Ascent, epsilon: int) -> RGB:
    """One step of `epsilon` levels along the sign of the gradient at the view, within 0 and 255."""
    levels = view.astype(np.float32)
    return _rounded(levels + epsilon * np.sign(ascent(levels)))


def pgd(view: RGB, ascent: Ascent, epsilon: int) -> RGB:
    """Steps along the sign of the gradient from a random start, each projected to `epsilon` levels around the view."""
    centre = view.astype(np.float32)
    lowest, highest = np.maximum(centre - epsilon, 0), np.minimum(centre + epsilon, TOP_LEVEL)
    noise = np.random.default_rng(SEED).uniform(-epsilon, epsilon, view.shape).astype(np.float32)
    levels = np.clip(centre + noise, lowest, highest)
    for _ in range(STEPS):
        levels = np.clip(levels + np.float32(STEP * epsilon) * np.sign(ascent(levels)), lowest, highest)
    return _rounded(levels)


def least_enough(is_enough: Callable[[int], bool], highest: int = MAX_EPSILON) -> int | None:
    """The least whole number that is enough, by doubling from 1 and then by bisection; None if not even `highest` is.

    Where more is not always enough, it is the upper end of a step: enough, and one less is not.
    """
    low, high = 0, 1
    while not is_enough(high):
        if high >= highest:
            return None
        low, high = high, min(2 * high, highest)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


class _Search:
    """One attack under way: its goal, its runs so far, and what each epsilon has led to."""

    def __init__(self, task: AttackTask) -> None:
        self._task = task
        self._spec = task.graphs.network.card.input
        self._runs = 0
        self._reached: dict[int, tuple[RGB, Scores]] = {}

    def run(self) -> Attack:
        task = self._task
        before = self._classify(task.view)
        self._goal = goal = AttackGoal(best_class(before), task.target)
        if goal.is_reached(before):
            raise InvalidRequest("The network predicts this class already: choose another one, or any.")
        ascent = self._ascent
        if task.method == "fgsm":
            gradient = self._ascent(task.view.astype(np.float32))  # the same for every epsilon
            ascent = lambda levels: gradient  # noqa: E731  # one of two functions of this type
        change = fgsm if task.method == "fgsm" else pgd

        def is_enough(epsilon: int) -> bool:
            view = change(task.view, ascent, epsilon)
            scores = self._classify(view)
            self._reached[epsilon] = view, scores
            return goal.is_reached(scores)

        epsilon = least_enough(is_enough) or MAX_EPSILON
        view, after = self._reached[epsilon]
        return Attack(goal, view, epsilon, before, after, self._runs)

    def _ascent(self, levels: Levels) -> Levels:
        """The gradient of the log odds of the target, or that of the source class with its sign turned.

        It has the direction of that of the cross-entropy, and does not vanish where a probability rounds to 1.
        """
        source, target = self._goal.source, self._goal.target
        query = GradientQuery(LogOdds(source if target is None else target), (INPUT,))
        tensor = self._task.graphs.network.input_tensor(levels)
        gradient = self._task.graphs.run(tensor, query, self._task.stop).gradients[INPUT][0]
        self._count()
        if not np.isfinite(gradient).all():
            raise NonFinite("The gradient holds NaN or infinity: the network's values overflow for this picture.")
        return gradient_of_view(gradient, self._spec) * (-1 if target is None else 1)

    def _classify(self, view: RGB) -> Scores:
        self._task.stop.check()
        scores = self._task.classify(view)
        self._count()
        return scores

    def _count(self) -> None:
        self._runs += 1
        self._task.progress(self._runs, self._task.most_runs)


def best_class(scores: Scores) -> int:
    """The class with the highest logit, the first of equal ones."""
    return int(scores.logits.argmax())


def _rounded(levels: Levels) -> RGB:
    """The view of the nearest whole levels."""
    return np.clip(np.rint(levels), 0, TOP_LEVEL).astype(np.uint8)
