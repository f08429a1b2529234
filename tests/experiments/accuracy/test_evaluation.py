"""An evaluation of six predictions, by hand."""

import numpy as np
import pytest

from app.experiments.accuracy.evaluation import Evaluation, PictureResult, best_classes, evaluate
from app.experiments.accuracy.folder_classes import FolderClasses

CLASSES = 8
FOLDERS = ["a", "a", "b", "b", "none", "a"]
KNOWN = [FolderClasses("a", (0,)), FolderClasses("b", (1,)), FolderClasses("none", ())]


def ranked(*classes: int) -> tuple[float, ...]:
    """Scores in which these classes come first, in this order."""
    scores = np.full(CLASSES, 0.01)
    scores[list(classes)] = 0.5 / np.arange(1, len(classes) + 1)
    return tuple(scores)


def result(expected: tuple[int, ...], *classes: int) -> PictureResult:
    return PictureResult(best_classes(np.array(ranked(*classes))), expected)


def evaluated(is_exclusive: bool = True) -> Evaluation:
    results = [
        result((0,), 0, 3),
        result((0,), 3, 4, 5, 6, 7, 0),
        result((1,), 0, 1),
        PictureResult(best_classes(np.array([0.99, *[0.0] * 7])), (1,)),
        result((), 2),
        PictureResult((), (), "No photo."),
    ]
    return evaluate(results, FOLDERS, KNOWN, is_exclusive)


def test_shares_count_only_pictures_whose_class_is_known() -> None:
    evaluation = evaluated()
    assert evaluation.judged == 4
    assert (evaluation.top1, evaluation.top5) == (0.25, 0.75)
    assert [each.is_right for each in evaluation.results] == [True, False, False, False, None, None]
    assert evaluation.confusion is not None
    assert evaluation.confusion.counts == ((1, 0, 1), (2, 0, 0))
    assert evaluation.calibration is not None
    assert [(each.images, each.accuracy) for each in evaluation.calibration.bins] == [
        (3, pytest.approx(100 / 3)),
        (1, 0),
    ]


def test_mistakes_begin_with_the_most_confident() -> None:
    assert evaluated().mistakes == (3, 1, 2)


def test_labels_by_themselves_have_no_calibration_and_unknown_folders_no_accuracy() -> None:
    assert evaluated(is_exclusive=False).calibration is None
    unknown = evaluate([result((), 1)], ["x"], [FolderClasses("x", ())], is_exclusive=True)
    assert (unknown.top1, unknown.top5, unknown.confusion, unknown.calibration) == (None, None, None, None)


def test_the_best_classes_are_five_with_ties_in_the_order_of_the_classes() -> None:
    assert [each.index for each in best_classes(np.array([0.1, 0.3, 0.3, 0.05, 0.05, 0.2]))] == [1, 2, 5, 0, 3]
