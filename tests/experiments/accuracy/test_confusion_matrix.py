"""The confusion matrix by hand."""

from app.experiments.accuracy.confusion_matrix import confusion_matrix
from app.experiments.accuracy.folder_classes import FolderClasses


def test_rows_are_folders_and_columns_the_folders_that_predictions_belong_in() -> None:
    folders = [
        FolderClasses("cats", (1, 2)),
        FolderClasses("holiday", ()),
        FolderClasses("tabby", (2,)),
        FolderClasses("dogs", (7,)),
    ]
    predictions = [("cats", 1), ("cats", 2), ("cats", 7), ("cats", 9), ("tabby", 2), ("tabby", 1), ("holiday", 1)]
    matrix = confusion_matrix(folders, predictions)
    assert matrix.folders == ("cats", "tabby", "dogs")
    assert matrix.counts == ((2, 0, 1, 1), (1, 1, 0, 0), (0, 0, 0, 0))
