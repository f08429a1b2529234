"""Detections: the boxes in the outputs of a detector in pixels of the view, without those that overlap a better box."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from app.nets.graph_outputs.box_layout import BOX, BoxLayout
from app.nets.head import sigmoid, softmax

Coordinates = Literal["pixels", "fractions", "cells", "unreadable"]
OutputValues = NDArray[np.float32]
Boxes = NDArray[np.float64]  # (n, 4)

LEAST_SCORE, MOST_OVERLAP = 0.25, 0.45
MAX_CANDIDATES = 3000  # that are compared with each other
MAX_DETECTIONS = 100
MAX_CLASS = 1_000_000  # the largest index
LARGEST_FRACTION = 2.0  # of the view's side: larger numbers are pixels
FARTHEST_OFFSET = 0.25  # of the shorter side: offsets to cells are smaller, some centres in pixels are not
MOST_QUERIES = 0.5  # of all, that find no object
ORDERED_SHARE = 0.99  # of boxes whose third and fourth numbers exceed the first two, in corners
SUPPRESSED = {"finished", "detections", "queries"}  # families without overlapping boxes


@dataclass(frozen=True, slots=True)
class DetectionLimits:
    """The least score of a box, and the greatest overlap (intersection over union) of two boxes of one class."""

    score: float = LEAST_SCORE
    overlap: float = MOST_OVERLAP


@dataclass(frozen=True, slots=True)
class Detection:
    """One box in pixels of the view, the index of its class, and its score, 0 to 1; its `row` among all boxes."""

    left: float
    top: float
    right: float
    bottom: float
    index: int
    score: float
    row: int


@dataclass(frozen=True, slots=True)
class Detections:
    """The boxes, those of the highest scores first, at most MAX_DETECTIONS.

    `total` is the number of boxes in the outputs, `candidates` that of those with enough score before overlaps were
    removed. `coordinates` is how the outputs give them: in pixels, as fractions of the view's sides, relative to the
    cells of grids, or unreadable: relative to boxes that the file does not have. `skipped` is the number of classes
    before that of index 0: one if the first is the background.
    """

    boxes: tuple[Detection, ...]
    total: int
    candidates: int
    coordinates: Coordinates
    skipped: int


@dataclass(frozen=True, slots=True)
class _Table:
    """Boxes as the outputs have them, (n, 4), with the best score and the class of each, (n,)."""

    boxes: Boxes
    scores: NDArray[np.float64]
    classes: NDArray[np.intp]
    skipped: int = 0


def read_detections(
    layout: BoxLayout, outputs: Sequence[OutputValues], size: tuple[int, int], limits: DetectionLimits
) -> Detections:
    """The detections in the outputs of a run, for a view of `size` (height, width)."""
    table = _read_table(layout, outputs)
    corners, coordinates = _corners(table.boxes, layout, size)
    if corners is None:
        return Detections((), len(table.boxes), 0, coordinates, table.skipped)
    height, width = size
    corners = np.clip(corners, 0, [width, height, width, height])
    is_box = np.isfinite(corners).all(axis=1) & (corners[:, 2:] > corners[:, :2]).all(axis=1)
    candidates = np.flatnonzero(is_box & (table.scores >= limits.score))
    candidates = candidates[np.argsort(-table.scores[candidates], kind="stable")][:MAX_CANDIDATES]
    if layout.family in SUPPRESSED:
        best = candidates[:MAX_DETECTIONS]
    else:
        best = candidates[suppress_overlaps(corners[candidates], table.classes[candidates], limits.overlap)]
    boxes = tuple(_detection(corners, table, index) for index in best.tolist())
    return Detections(boxes, len(table.boxes), len(candidates), coordinates, table.skipped)


def suppress_overlaps(boxes: Boxes, classes: NDArray[np.intp], overlap: float) -> NDArray[np.intp]:
    """The indices of boxes (left, top, right, bottom) that no box before them of the same class overlaps by more."""
    remaining, best = np.arange(len(boxes)), list[int]()
    while len(remaining) and len(best) < MAX_DETECTIONS:
        first, others = remaining[0], remaining[1:]
        best.append(int(first))
        overlaps = intersection_over_union(boxes[first], boxes[others])
        remaining = others[(overlaps <= overlap) | (classes[others] != classes[first])]
    return np.array(best, np.intp)


def intersection_over_union(box: Boxes, others: Boxes) -> NDArray[np.float64]:
    """The area that a box (left, top, right, bottom) shares with each of the others, over that of both together."""
    shared = np.clip(np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2]), 0, None).prod(axis=1)
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1) + (box[2:] - box[:2]).prod() - shared
    return np.asarray(np.divide(shared, areas, out=np.zeros_like(shared), where=areas > 0))


def _detection(corners: Boxes, table: _Table, index: int) -> Detection:
    left, top, right, bottom = corners[index].tolist()
    return Detection(left, top, right, bottom, int(table.classes[index]), float(table.scores[index]), index)


def _read_table(layout: BoxLayout, outputs: Sequence[OutputValues]) -> _Table:
    boxes = _matrix(outputs[layout.boxes])
    match layout.family:
        case "columns":
            return _best(boxes.T[:, :BOX], _probabilities(boxes.T[:, BOX : BOX + layout.classes]))
        case "objectness" | "grid":
            scores = boxes[:, BOX + 1 : BOX + 1 + layout.classes] * boxes[:, BOX : BOX + 1]
            return _best(boxes[:, :BOX], scores)
        case "finished":
            return _Table(boxes[:, :BOX], boxes[:, BOX], _whole(boxes[:, BOX + 1]))
        case "detections":
            labels = _matrix(outputs[layout.labels or 0]).reshape(-1)
            return _Table(boxes, _matrix(outputs[layout.scores]).reshape(-1), _whole(labels))
        case "queries":
            return _best(boxes, _query_scores(_matrix(outputs[layout.scores])))
    scores = _probabilities(_matrix(outputs[layout.scores]))
    has_background = bool(np.allclose(scores.sum(axis=1), 1, atol=1e-2))
    return _best(boxes, scores[:, 1:], skipped=1) if has_background else _best(boxes, scores)


def _query_scores(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """DETR's softmax with a last class of no object, which most queries are of; else RT-DETR's sigmoids."""
    is_last = logits.argmax(axis=1) == logits.shape[1] - 1
    return softmax(logits)[:, :-1] if is_last.mean() >= MOST_QUERIES else sigmoid(logits)


def _matrix(values: NDArray[Any]) -> NDArray[np.float64]:
    """The numbers along the axes that have more than one."""
    return values.squeeze().astype(np.float64)


def _best(boxes: Boxes, scores: NDArray[np.float64], skipped: int = 0) -> _Table:
    return _Table(boxes, scores.max(axis=1, initial=0), scores.argmax(axis=1), skipped)


def _probabilities(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """The scores if they are probabilities, else their sigmoid."""
    return scores if scores.min() >= 0 and scores.max() <= 1 else sigmoid(scores)


def _whole(numbers: NDArray[np.float64]) -> NDArray[np.intp]:
    return np.rint(np.clip(np.nan_to_num(numbers), 0, MAX_CLASS)).astype(np.intp)


def _corners(boxes: Boxes, layout: BoxLayout, size: tuple[int, int]) -> tuple[Boxes | None, Coordinates]:
    """The boxes as (left, top, right, bottom) in pixels, and how the outputs give them; None if they can't be read."""
    if layout.family == "grid" and np.nanmax(np.abs(boxes[:, :2])) < min(size) * FARTHEST_OFFSET:
        return _from_centres(_from_cells(boxes, layout.strides, size)), "cells"
    height, width = size
    filled = boxes[boxes.any(axis=1)]  # rows of zeros only fill up the output
    is_fraction = bool(np.nanquantile(np.abs(filled if len(filled) else boxes), 0.99) <= LARGEST_FRACTION)
    scaled = boxes * [width, height, width, height] if is_fraction else boxes
    coordinates: Coordinates = "fractions" if is_fraction else "pixels"
    if layout.family in ("finished", "detections"):
        if layout.is_row_first:
            scaled = (boxes * [height, width, height, width] if is_fraction else boxes)[:, [1, 0, 3, 2]]
        return scaled, coordinates
    if layout.family == "pairs":
        if (boxes[:, 2:] >= boxes[:, :2]).all(axis=1).mean() >= ORDERED_SHARE:
            return scaled, coordinates
        if (boxes[:, 2:] < 0).any():
            return None, "unreadable"
    return _from_centres(scaled), coordinates


def _from_centres(boxes: Boxes) -> Boxes:
    """Corners of boxes (x, y, width, height) around centres."""
    half = boxes[:, 2:] / 2
    return np.concatenate((boxes[:, :2] - half, boxes[:, :2] + half), axis=1)


def _from_cells(boxes: Boxes, strides: Sequence[int], size: tuple[int, int]) -> Boxes:
    """Boxes around centres in pixels, from offsets to the cells of grids and the logarithms of sizes in cells."""
    cells, steps = [], []
    for stride in strides:
        rows, columns = np.mgrid[: -(-size[0] // stride), : -(-size[1] // stride)].reshape(2, -1)
        cells.append(np.stack((columns, rows), axis=1))
        steps.append(np.full((len(rows), 1), stride))
    step = np.concatenate(steps)
    with np.errstate(over="ignore"):  # infinite boxes are left out
        return np.concatenate(((boxes[:, :2] + np.concatenate(cells)) * step, np.exp(boxes[:, 2:]) * step), axis=1)
