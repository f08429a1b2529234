"""The agreement of two evaluations: how many pictures have the same best class."""

from app.experiments.accuracy.evaluation import Evaluation, PictureResult, ScoredClass, evaluate
from app.experiments.accuracy.evaluation_sweep import EvaluationSweep, agreement
from app.experiments.sweep import axis_along, with_range


def predicted(*classes: int | None) -> Evaluation:
    """An evaluation of pictures with these best classes; None for one that could not be read."""
    results = [PictureResult(() if each is None else (ScoredClass(each, 1.0),), ()) for each in classes]
    return evaluate(results, [""] * len(results), [], is_exclusive=True)


def test_pictures_without_a_prediction_are_not_counted() -> None:
    assert agreement(predicted(1, 2, None, 4), predicted(1, 3, 3, 4)) == 2 / 3
    assert agreement(predicted(None), predicted(1)) == 0


def test_each_step_is_compared_with_the_unchanged_pictures() -> None:
    axis = with_range(axis_along("rotation"), 0, 90, 3)
    sweep = EvaluationSweep(axis, predicted(1, 2), (predicted(1, 2), predicted(1, 0), predicted(2, 1)))
    assert sweep.agreements == (1, 0.5, 0)
