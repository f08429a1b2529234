"""How detectors write boxes: which numbers of which outputs are a box, its scores and its class."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

from app.nets.layer import Layer

BoxFamily = Literal["columns", "objectness", "grid", "finished", "pairs", "queries", "detections"]
Evidence = Literal["metadata", "cells_of_grids", "box_and_scores", "names", "final_boxes"]

BOX, OBJECTNESS = 4, 1  # numbers of a box, and of the score that there is an object
FINISHED = 6  # two corners, a score and a class
MOST_FINISHED = 1000  # boxes after the suppression of overlaps
TASKS = {"detect", "segment", "pose"}  # as Ultralytics names them
OTHER_TASKS = {"classify", "obb"}  # of the latter, boxes are turned by an angle
STRIDES = ((8, 16, 32), (8, 16, 32, 64), (4, 8, 16, 32), (16, 32))
ANCHORS = 3  # boxes for each cell of a grid, in networks that have several
MASK_PARTS = 32  # weights of the prototypes of masks, after the scores of a box
POSE_POINTS = 17 * 3  # two coordinates and a score of each joint of a person
MIN_PAIRS = 10  # boxes of an output that comes with one of scores


@dataclass(frozen=True, slots=True)
class BoxLayout:
    """Where the boxes, the scores and the classes are among the outputs, by their indices.

    - `columns` (YOLOv8 and later): (4 + classes, n); centre, width and height, then a score for each class.
    - `objectness` (YOLOv5, YOLOv7): (n, 5 + classes); the score that there is an object is a factor of the others.
    - `grid` (YOLOX): the same numbers; a box may be relative to its cell of grids with these `strides`.
    - `finished` (YOLOv10): (n, 6); two corners, a score and a class.
    - `pairs` (SSD): boxes (n, 4) and scores (n, classes), the first of the background where they add up to 1.
    - `queries` (DETR, RT-DETR): the same, centre and size, and logits of which the last may be of no object.
    - `detections`: boxes (n, 4), classes (n,) and scores (n,), overlaps already suppressed.
    """

    family: BoxFamily
    boxes: int
    scores: int
    labels: int | None
    classes: int
    evidence: Evidence
    strides: tuple[int, ...] = ()
    prototypes: int | None = None  # the output of those of masks, whose weights come after the scores of a box
    is_row_first: bool = False  # TensorFlow's order: top, left, bottom, right

    def score_index(self, row: int, place: int, columns: int) -> int:
        """Where the score of a box is in its output, flattened.

        `row` is that of the box, `place` that of its class among all, and `columns` the length of the output's last
        axis.
        """
        match self.family:
            case "columns":
                return (BOX + place) * columns + row
            case "objectness" | "grid":
                return row * columns + BOX + OBJECTNESS + place
            case "finished":
                return row * columns + BOX
            case "detections":
                return row
        return row * columns + place

    @property
    def outputs(self) -> tuple[int, ...]:
        """The outputs that it reads, that of the boxes first."""
        return tuple(dict.fromkeys(each for each in (self.boxes, self.scores, self.labels) if each is not None))


@dataclass(frozen=True, slots=True)
class BoxSearch:
    """Finds the boxes among `outputs`, for inputs of `size` (height, width).

    `class_count` is the number of labels, 0 if there are none; `task` is what the file says that it does, or "".
    """

    outputs: Sequence[Layer]
    size: tuple[int, int]
    class_count: int
    task: str

    def layouts(self) -> tuple[BoxLayout, ...]:
        """The layout of each output of boxes."""
        if self.task in OTHER_TASKS:
            return ()
        alone = [self._of_one(index, _lengths(output)) for index, output in enumerate(self.outputs)]
        layouts = [layout for layout in alone if layout is not None]
        return tuple(layouts) if layouts else tuple(self._of_several())

    def _of_one(self, index: int, lengths: tuple[int, ...]) -> BoxLayout | None:
        """Boxes with their scores in one output of two axes."""
        if len(lengths) != 2:
            return None
        rows, columns = lengths
        for strides in STRIDES:
            cells = sum(ceil(self.size[0] / stride) * ceil(self.size[1] / stride) for stride in strides)
            if columns == cells and rows > BOX:
                evidence: Evidence = "metadata" if self.task in TASKS else "cells_of_grids"
                classes = self._classes(rows - BOX)
                prototypes = self._prototypes() if rows - BOX - classes == MASK_PARTS else None
                return BoxLayout("columns", index, index, None, classes, evidence, prototypes=prototypes)
            if rows in (cells, cells * ANCHORS) and columns > BOX + OBJECTNESS:
                family: BoxFamily = "grid" if rows == cells else "objectness"
                classes = self._classes(columns - BOX - OBJECTNESS)
                return BoxLayout(family, index, index, None, classes, "cells_of_grids", strides)
        if columns == FINISHED and MIN_PAIRS <= rows <= MOST_FINISHED and len(self.outputs) == 1:
            evidence = "metadata" if self.task in TASKS else "final_boxes"
            return BoxLayout("finished", index, index, None, self.class_count, evidence)
        return None

    def _classes(self, numbers: int) -> int:
        """How many of the numbers after a box are scores of classes; others weigh masks or are points of a pose."""
        if self.task == "pose" or numbers - self.class_count == POSE_POINTS:
            return self.class_count or 1
        return numbers - MASK_PARTS if self._prototypes() is not None and numbers > MASK_PARTS else numbers

    def _prototypes(self) -> int | None:
        """The output of prototypes of masks."""
        maps = [at for at, output in enumerate(self.outputs) if min(output.map_size) > 1]
        return next((at for at in maps if self.outputs[at].channels == MASK_PARTS), None)

    def _of_several(self) -> Iterator[BoxLayout]:
        """Boxes and scores, or boxes, classes and scores, that are outputs of their own: the first of each."""
        shapes = [_lengths(output) for output in self.outputs]
        names = [output.output.lower() for output in self.outputs]
        for index, shape in enumerate(shapes):
            if len(shape) != 2 or shape[1] != BOX or shape[0] < MIN_PAIRS:
                continue
            beside = [other for other, lengths in enumerate(shapes) if other != index and lengths[:1] == shape[:1]]
            matrices = [other for other in beside if len(shapes[other]) == 2 and shapes[other][1] != BOX]
            vectors = [other for other in beside if len(shapes[other]) == 1]
            scores = [other for other in vectors if "score" in names[other]]
            labels = [other for other in vectors if "label" in names[other] or "class" in names[other]]
            if len(scores) == len(labels) == 1 and scores != labels:
                is_row_first = "detection_boxes" in names[index]
                yield BoxLayout(
                    "detections", index, scores[0], labels[0], self.class_count, "names", is_row_first=is_row_first
                )
            elif len(matrices) == 1:
                is_query = "pred_boxes" in names[index]
                classes = shapes[matrices[0]][1]
                yield BoxLayout(
                    "queries" if is_query else "pairs",
                    index,
                    matrices[0],
                    None,
                    classes,
                    "names" if is_query else "box_and_scores",
                )


def _lengths(output: Layer) -> tuple[int, ...]:
    """The lengths of the axes along which an output has more than one number."""
    return tuple(length for length in output.shape if length > 1)
