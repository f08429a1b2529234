"""The scores of a network along a sweep: its answer at each step, where that flips, and the classes that matter."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.experiments.flips import TENTH, Flip
from app.experiments.sweep import Sweep


@dataclass(frozen=True, slots=True, eq=False)
class SweepScores:
    """The score of each class at each cell of a sweep, `scores` (cells, classes), and the flips along one axis."""

    sweep: Sweep
    scores: npt.NDArray[np.float32]
    flips: tuple[Flip, ...]
    runs: int

    @property
    def answers(self) -> list[int]:
        """The class with the highest score at each cell."""
        answers: list[int] = self.scores.argmax(axis=1).tolist()
        return answers

    @property
    def is_refined(self) -> bool:
        """Whether each flip is known to a tenth of a step; of more than 24 some are known to a step alone."""
        first, second = self.sweep.axis.amounts[:2]
        return all(flip.width <= TENTH * abs(second - first) for flip in self.flips)

    def classes(self, count: int) -> tuple[int, ...]:
        """At most `count` classes: the most frequent answers first, then those with the highest scores."""
        cells = np.bincount(self.answers, minlength=self.scores.shape[1])
        highest = self.scores.max(axis=0)
        order = np.lexsort((-highest, -cells))
        return tuple(order[:count].tolist())
