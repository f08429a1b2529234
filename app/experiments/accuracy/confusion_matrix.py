"""The confusion matrix: of the pictures in each folder, how many are predicted to belong in which one."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.experiments.accuracy.folder_classes import FolderClasses


@dataclass(frozen=True, slots=True)
class ConfusionMatrix:
    """`counts` has a row for each folder that is predicted in, and a column for each folder and one for the rest.

    The last column counts the predictions of classes that are those of no folder.
    """

    folders: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


def confusion_matrix(folders: Sequence[FolderClasses], predictions: Iterable[tuple[str, int]]) -> ConfusionMatrix:
    """The matrix of predictions: each the folder of a picture and the class that is predicted for it.

    Folders without a class have no row. A class of several folders counts for the picture's own, else for the first.
    """
    known = [folder for folder in folders if folder.classes]
    columns = {folder.name: place for place, folder in enumerate(known)}
    homes = {index: place for place, folder in reversed([*enumerate(known)]) for index in folder.classes}
    counts: Counter[tuple[int, int]] = Counter()
    for name, index in predictions:
        if name in columns:
            row = columns[name]
            counts[row, row if index in known[row].classes else homes.get(index, len(known))] += 1
    places = range(len(known) + 1)
    return ConfusionMatrix(
        tuple(columns), tuple(tuple(counts[row, column] for column in places) for row in places[:-1])
    )
