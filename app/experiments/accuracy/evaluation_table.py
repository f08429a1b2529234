"""An evaluation as comma-separated values: a row for each picture; a sweep: a row for each step."""

import csv
import io
from collections.abc import Iterator, Sequence

from app.experiments.accuracy.evaluation import BEST, Evaluation, PictureResult
from app.experiments.accuracy.evaluation_sweep import EvaluationSweep
from app.experiments.sweep_table import plain
from app.images.collections import Collection, CollectionPicture

HEAD = ("picture", "folder", "name", "right", "right_in_5", "expected", "problem")


def evaluation_table(collection: Collection, evaluation: Evaluation, labels: Sequence[str]) -> str:
    """A row for each picture: its file, whether the prediction is right, and the best classes with their scores."""
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow([*HEAD, *(f"{name}_{rank}" for rank in range(1, BEST + 1) for name in ("label", "score"))])
    for picture, result in zip(collection.pictures, evaluation.results, strict=True):
        table.writerow([*_facts(picture, result, labels), *_classes(result, labels)])
    return file.getvalue()


def evaluation_sweep_table(sweep: EvaluationSweep) -> str:
    """A row for each amount of the change: accuracy, and agreement with the unchanged pictures."""
    file = io.StringIO()
    table = csv.writer(file)
    amount = f"{sweep.axis.change.name} {sweep.axis.parameter.name}"
    table.writerow([amount, "top1", "top5", "agreement", "judged"])
    for value, step, agreement in zip(sweep.axis.amounts, sweep.steps, sweep.agreements, strict=True):
        table.writerow([value, _figure(step.top1), _figure(step.top5), agreement, step.judged])
    return file.getvalue()


def _facts(picture: CollectionPicture, result: PictureResult, labels: Sequence[str]) -> list[str]:
    expected = "; ".join(labels[index] for index in result.expected)
    judgements = [_judgement(result.is_right), _judgement(result.is_in_best)]
    names = [plain(picture.folder), plain(picture.name)]
    return [picture.id or "", *names, *judgements, plain(expected), result.problem or ""]


def _classes(result: PictureResult, labels: Sequence[str]) -> Iterator[str | float]:
    for each in result.best:
        yield plain(labels[each.index])
        yield each.score


def _judgement(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def _figure(value: float | None) -> str | float:
    return "" if value is None else value
