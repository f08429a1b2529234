"""The figures of an evaluation of four photos, as JSON has them."""

from app.experiments.accuracy.evaluation import PictureResult, ScoredClass, evaluate
from app.experiments.accuracy.evaluation_figures import evaluation_figures
from app.experiments.accuracy.folder_classes import FolderClasses

LABELS = ["cat", "dog", "fox"]


def test_figures_name_the_classes_and_count_the_photos_without_a_prediction() -> None:
    folders = [FolderClasses("pets", (0, 1)), FolderClasses("other", ())]
    results = [
        PictureResult((ScoredClass(1, 0.9), ScoredClass(2, 0.1)), (0, 1)),
        PictureResult((ScoredClass(2, 0.8), ScoredClass(0, 0.2)), (0, 1)),
        PictureResult((ScoredClass(2, 0.7),), ()),
        PictureResult((), (0, 1), "No photo."),
    ]
    figures = evaluation_figures(evaluate(results, ["pets", "pets", "other", "pets"], folders, True), LABELS)
    assert figures.model_dump(exclude={"calibration"}) == {
        "judged": 2,
        "top1": 0.5,
        "top5": 1,
        "unread": 1,
        "folders": [
            {"name": "pets", "classes": [{"index": 0, "label": "cat"}, {"index": 1, "label": "dog"}]},
            {"name": "other", "classes": []},
        ],
        "confusion": {"folders": ["pets"], "counts": [[1, 1]]},
    }
    assert figures.calibration is not None
    assert [(each.images, each.accuracy) for each in figures.calibration.bins] == [(1, 0), (1, 100)]
    unjudged = evaluation_figures(evaluate(results[2:3], ["other"], folders[1:], True), LABELS)
    assert (unjudged.top1, unjudged.confusion, unjudged.calibration) == (None, None, None)
