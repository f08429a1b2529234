"""An evaluation: a network's predictions for the pictures of a collection, and how many of them are right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.experiments.accuracy.calibration_curve import CalibrationCurve, calibration_curve
from app.experiments.accuracy.confusion_matrix import ConfusionMatrix, confusion_matrix
from app.experiments.accuracy.folder_classes import FolderClasses

BEST = 5  # classes that are named of each prediction


@dataclass(frozen=True, slots=True)
class ScoredClass:
    """A class of a prediction, and its score."""

    index: int
    score: float


@dataclass(frozen=True, slots=True)
class PictureResult:
    """The best classes for one picture, which are none where there is a problem.

    `expected` are the classes that its folder stands for; none where its name is that of no class.
    """

    best: tuple[ScoredClass, ...]
    expected: tuple[int, ...]
    problem: str | None = None

    @property
    def is_right(self) -> bool | None:
        """Whether the best class is expected; None where nothing is."""
        return self.best[0].index in self.expected if self.best and self.expected else None

    @property
    def is_in_best(self) -> bool | None:
        """Whether an expected class is among the best five; None where none is expected."""
        expected = bool(self.best and self.expected)
        return any(each.index in self.expected for each in self.best) if expected else None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The results in the order of the pictures, and what they say of the network together.

    `confusion` and `calibration` are None where no right class is known, `calibration` also where the scores of a
    network are no probabilities of classes that exclude one another.
    """

    results: tuple[PictureResult, ...]
    folders: tuple[FolderClasses, ...]
    confusion: ConfusionMatrix | None
    calibration: CalibrationCurve | None

    @property
    def judged(self) -> int:
        """How many predictions are right or wrong."""
        return sum(result.is_right is not None for result in self.results)

    @property
    def top1(self) -> float | None:
        """The share of them that is right."""
        return _share(result.is_right for result in self.results)

    @property
    def top5(self) -> float | None:
        """The share of them that has an expected class among the best five."""
        return _share(result.is_in_best for result in self.results)

    @property
    def mistakes(self) -> tuple[int, ...]:
        """The places of the pictures whose prediction is wrong, the most confident first."""
        wrong = [place for place, result in enumerate(self.results) if result.is_right is False]
        return tuple(sorted(wrong, key=lambda place: -self.results[place].best[0].score))


def best_classes(scores: npt.NDArray[np.floating]) -> tuple[ScoredClass, ...]:
    """The best classes of (N,) scores, ties by index."""
    order = np.argsort(-scores, kind="stable")[:BEST]
    return tuple(ScoredClass(int(index), float(scores[index])) for index in order)


def evaluate(
    results: Sequence[PictureResult], folders: Sequence[str], known: Sequence[FolderClasses], is_exclusive: bool
) -> Evaluation:
    """What results say together: each is of a picture in one of `folders`; `known` are the folders without repetition.

    `is_exclusive` says whether the scores are probabilities of classes that exclude one another.
    """
    judged = [(folder, each) for folder, each in zip(folders, results, strict=True) if each.is_right is not None]
    confidences = [each.best[0].score for _, each in judged]
    return Evaluation(
        results=tuple(results),
        folders=tuple(known),
        confusion=confusion_matrix(known, ((name, each.best[0].index) for name, each in judged)) if judged else None,
        calibration=calibration_curve(confidences, [bool(each.is_right) for _, each in judged])
        if judged and is_exclusive
        else None,
    )


def _share(judgements: Iterable[bool | None]) -> float | None:
    """The share of those that are True among those that are not None."""
    known = [each for each in judgements if each is not None]
    return sum(known) / len(known) if known else None
