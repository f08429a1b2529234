"""The result of a job: its predictions, and the strongest cells of every channel. Merged in any order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from app.experiments.accuracy.evaluation import Evaluation, PictureResult, evaluate
from app.experiments.accuracy.folder_classes import classes_of_folder
from app.jobs.strongest_cells import NO_PHOTO, PhotoCells, StrongestCells, channel_rows
from app.nets.graph import Graph
from app.nets.layer import Layer


@dataclass(frozen=True, slots=True, eq=False)
class PhotoResult:
    """What a network says of one photo: its prediction, and its strongest cells; None where it can't be read."""

    prediction: PictureResult
    cells: PhotoCells | None = None


@dataclass(frozen=True, slots=True)
class StrongCell:
    """One of the strongest cells of a channel: its value, the number of its photo, and its place in the map."""

    value: float
    photo: int
    y: int
    x: int


@dataclass(slots=True, eq=False)
class JobResult:
    """What is known of the photos so far: `predictions` by their numbers, and the `cells`, with the rows of each layer.

    The same photos make the same result in whatever order, and however they are divided.
    """

    predictions: dict[int, PictureResult]
    cells: StrongestCells
    rows: Mapping[str, slice]

    @classmethod
    def empty(cls, graph: Graph, strongest: int) -> Self:
        """Of no photo yet; `strongest` photos of each channel are held."""
        rows = channel_rows(graph)
        return cls({}, StrongestCells.empty(max(each.stop for each in rows.values()), strongest), rows)

    def left(self, photos: int) -> list[int]:
        """The numbers below `photos` of those that nothing is known of."""
        return [photo for photo in range(photos) if photo not in self.predictions]

    def add(self, photo: int, result: PhotoResult) -> None:
        """Add what the network says of one more photo."""
        self.predictions[photo] = result.prediction
        if result.cells is not None:
            self.cells.add(photo, result.cells)

    def merge(self, other: "JobResult") -> None:
        """Add what is known of other photos."""
        self.predictions.update(other.predictions)
        self.cells.merge(other.cells)

    def strongest(self, layer: Layer, channel: int) -> tuple[StrongCell, ...]:
        """The strongest cells of a channel, one of each photo at most, the strongest first.

        There are none of a layer that is no layer of channels, as those with tens of thousands of them.
        """
        rows = self.rows.get(layer.id, slice(0, 0))
        if channel >= rows.stop - rows.start:
            return ()
        row, width = rows.start + channel, layer.map_size[1]
        cells = (self.cells.values, self.cells.photos, self.cells.places)
        listed = zip(*(array[row].tolist() for array in cells), strict=True)
        return tuple(
            StrongCell(value, photo, *divmod(place, width)) for value, photo, place in listed if photo != NO_PHOTO
        )

    def evaluation(self, labels: Sequence[str], folders: Sequence[str], is_exclusive: bool) -> Evaluation:
        """Accuracy, confusion and calibration of the photos, which lie in `folders`; see `evaluate`."""
        known = {name: classes_of_folder(labels, name) for name in dict.fromkeys(folders)}
        pending = PictureResult((), ())  # of a photo that the job has not come to yet
        predictions = (self.predictions.get(number, pending) for number in range(len(folders)))
        results = [
            replace(each, expected=known[folder].classes if each.best else ())
            for folder, each in zip(folders, predictions, strict=True)
        ]
        return evaluate(results, folders, [*known.values()], is_exclusive)
