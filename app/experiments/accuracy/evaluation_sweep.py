"""A sweep over many pictures: the evaluation of all of them at each amount of one change."""

from dataclasses import dataclass

from app.experiments.accuracy.evaluation import Evaluation
from app.experiments.sweep import SweepAxis


@dataclass(frozen=True, slots=True)
class EvaluationSweep:
    """An evaluation at each step of an axis, and that of the unchanged pictures."""

    axis: SweepAxis
    unchanged: Evaluation
    steps: tuple[Evaluation, ...]

    @property
    def agreements(self) -> tuple[float, ...]:
        """At each step, the share of the pictures whose best class is that of the unchanged picture."""
        return tuple(agreement(self.unchanged, step) for step in self.steps)


def agreement(one: Evaluation, other: Evaluation) -> float:
    """The share of the pictures, of those that both have predictions of, whose best class is the same."""
    pairs = [
        (first.best[0].index, second.best[0].index)
        for first, second in zip(one.results, other.results, strict=True)
        if first.best and second.best
    ]
    return sum(first == second for first, second in pairs) / len(pairs) if pairs else 0.0
