"""The tables of evaluations, read back by a CSV reader."""

import csv
import io

from app.experiments.accuracy.evaluation import PictureResult, ScoredClass, evaluate
from app.experiments.accuracy.evaluation_sweep import EvaluationSweep
from app.experiments.accuracy.evaluation_table import evaluation_sweep_table, evaluation_table
from app.experiments.sweep import axis_along, with_range
from app.images.collections import Collection, CollectionPicture

LABELS = ("cat", "-dog", "bus, coach")
COLLECTION = Collection(
    (
        CollectionPicture("a" * 32, "=cmd().jpg", "cat"),
        CollectionPicture("b" * 32, "2.jpg", "cat"),
        CollectionPicture(None, "3.txt", "", "No photo."),
    )
)
EVALUATION = evaluate(
    [
        PictureResult((ScoredClass(0, 0.75), ScoredClass(1, 0.25)), (0,)),
        PictureResult((ScoredClass(2, 0.5), ScoredClass(0, 0.25)), (0,)),
        PictureResult((), (), "No photo."),
    ],
    ["cat", "cat", ""],
    [],
    is_exclusive=True,
)


def rows(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table)))


def test_a_row_has_the_picture_its_judgement_and_the_best_classes() -> None:
    first, second, third = rows(evaluation_table(COLLECTION, EVALUATION, LABELS))
    assert (first["name"], first["right"], first["expected"]) == ("'=cmd().jpg", "yes", "cat")
    assert (first["label_1"], float(first["score_1"]), first["label_2"]) == ("cat", 0.75, "'-dog")
    assert (second["right"], second["right_in_5"], second["label_1"]) == ("no", "yes", "bus, coach")
    assert (third["picture"], third["right"], third["problem"]) == ("", "", "No photo.")
    assert third["label_1"] is None
    assert [name for name in first if name.startswith("label")] == [f"label_{rank}" for rank in range(1, 6)]


def test_a_sweep_has_a_row_for_each_amount() -> None:
    axis = with_range(axis_along("rotation"), 0, 90, 2)
    first, second = rows(evaluation_sweep_table(EvaluationSweep(axis, EVALUATION, (EVALUATION, EVALUATION))))
    assert (first["rotation angle"], second["rotation angle"]) == ("0.0", "90.0")
    assert (second["top1"], second["top5"], second["agreement"], second["judged"]) == ("0.5", "1.0", "1.0", "2")
