"""Where detectors write boxes and the scores of classes: in which outputs, and at which place of these."""

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
import pytest

from app.nets.graph_outputs.box_layout import BoxFamily, BoxLayout, BoxSearch, Evidence
from app.nets.layer import SPATIAL_AXES, Layer, ReceptiveField

ROWS, CLASSES, CORNERS = 5, 3, np.zeros((5, 4))
SCORES = np.arange(1.0, 1 + ROWS * CLASSES).reshape(ROWS, CLASSES)
OBJECT = np.full((ROWS, 1), 0.5)


def layout(family: BoxFamily) -> BoxLayout:
    return BoxLayout(family, boxes=0, scores=1, labels=None, classes=CLASSES, evidence="names")


@pytest.mark.parametrize(
    ("family", "output"),
    [
        ("columns", np.hstack([CORNERS, SCORES]).T),
        ("objectness", np.hstack([CORNERS, OBJECT, SCORES])),
        ("grid", np.hstack([CORNERS, OBJECT, SCORES])),
        ("pairs", SCORES),
        ("queries", SCORES),
    ],
)
def test_the_score_of_each_class(family: BoxFamily, output: np.ndarray) -> None:
    numbers = [
        [output.reshape(-1)[layout(family).score_index(row, place, output.shape[-1])] for place in range(CLASSES)]
        for row in range(ROWS)
    ]
    np.testing.assert_array_equal(numbers, SCORES)


@pytest.mark.parametrize(
    ("family", "output"),
    [("finished", np.hstack([CORNERS, SCORES[:, :1], np.zeros((ROWS, 1))])), ("detections", SCORES[:, 0])],
)
def test_the_score_of_the_one_class_of_a_box(family: BoxFamily, output: np.ndarray) -> None:
    numbers = [output.reshape(-1)[layout(family).score_index(row, 2, output.shape[-1])] for row in range(ROWS)]
    np.testing.assert_array_equal(numbers, SCORES[:, 0])


def test_the_outputs_that_it_reads_come_once_each_with_the_boxes_first() -> None:
    assert BoxLayout("pairs", 2, 0, None, CLASSES, "names").outputs == (2, 0)
    assert BoxLayout("detections", 1, 0, 3, CLASSES, "names").outputs == (1, 0, 3)
    assert BoxLayout("columns", 0, 0, None, CLASSES, "names").outputs == (0,)


SIZE = (32, 48)  # grids of strides 8, 16 and 32 have 4 * 6 + 2 * 3 + 1 * 2 = 32 cells
PROTOTYPES = (32, 8, 12)
FIELD = ReceptiveField((1, 1), (1, 1), (0, 0))


def output(shape: tuple[int, ...], name: str = "y") -> Layer:
    axes = SPATIAL_AXES if len(shape) == len(SPATIAL_AXES) else ("unit",) * len(shape)
    nothing = MappingProxyType[str, str]({})
    return Layer("y", "y", "Add", None, (), name, shape, 0, 0, FIELD, nothing, nothing, axes, 0)


def search(*shapes: tuple[int, ...], names: Sequence[str] = (), classes: int = 0, task: str = "") -> list[BoxLayout]:
    names = names or [f"y{place}" for place in range(len(shapes))]
    outputs = [output(shape, name) for shape, name in zip(shapes, names, strict=True)]
    return list(BoxSearch(outputs, SIZE, classes, task).layouts())


def alone(family: BoxFamily, classes: int, evidence: Evidence = "cells_of_grids", *strides: int) -> list[BoxLayout]:
    """The layout of one output."""
    return [BoxLayout(family, 0, 0, None, classes, evidence, strides)]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((84, 32), alone("columns", 80)),
        ((1, 84, 32), alone("columns", 80)),
        ((84, 33), alone("columns", 80)),
        ((84, 128), alone("columns", 80)),
        ((84, 8), alone("columns", 80)),
        ((5, 32), alone("columns", 1)),
        ((4, 32), []),
        ((84, 31), []),
        ((84, 34), []),
        ((32, 85), alone("grid", 80, "cells_of_grids", 8, 16, 32)),
        ((33, 85), alone("grid", 80, "cells_of_grids", 8, 16, 32, 64)),
        ((128, 85), alone("grid", 80, "cells_of_grids", 4, 8, 16, 32)),
        ((8, 85), alone("grid", 80, "cells_of_grids", 16, 32)),
        ((96, 85), alone("objectness", 80, "cells_of_grids", 8, 16, 32)),
        ((24, 85), alone("objectness", 80, "cells_of_grids", 16, 32)),
        ((32, 6), alone("grid", 1, "cells_of_grids", 8, 16, 32)),
        ((32, 5), []),
        ((64, 85), []),
        ((9, 6), []),
        ((10, 6), alone("finished", 0, "final_boxes")),
        ((1000, 6), alone("finished", 0, "final_boxes")),
        ((1001, 6), []),
        ((300, 7), []),
        ((32,), []),
        ((2, 84, 32), []),
    ],
)
def test_an_output_of_as_many_boxes_as_grids_have_cells(shape: tuple[int, ...], expected: list[BoxLayout]) -> None:
    assert search(shape) == expected


def test_a_cell_that_is_cut_off_counts() -> None:
    outputs = [output((84, 5 * 5 + 3 * 3 + 2 * 2))]
    assert BoxSearch(outputs, (33, 40), 0, "").layouts() == tuple(alone("columns", 80))


@pytest.mark.parametrize("task", ["detect", "segment", "pose", "classify", "obb", "other"])
def test_what_the_file_says_that_it_does(task: str) -> None:
    evidence: Evidence = "metadata" if task in ("detect", "segment", "pose") else "cells_of_grids"
    none = task in ("classify", "obb")
    classes = 2 if task == "pose" else 80
    assert search((84, 32), classes=2, task=task) == ([] if none else alone("columns", classes, evidence))
    finished: Evidence = "metadata" if evidence == "metadata" else "final_boxes"
    assert search((300, 6), classes=7, task=task) == ([] if none else alone("finished", 7, finished))
    assert search((300, 6), (5, 5), task=task) == []


@pytest.mark.parametrize(
    ("rows", "classes", "task", "expected"),
    [(56, 1, "", 1), (57, 2, "", 2), (56, 0, "", 52), (55, 0, "pose", 1), (56, 3, "pose", 3), (55, 0, "", 1)],
)
def test_the_points_of_a_pose_are_no_classes(rows: int, classes: int, task: str, expected: int) -> None:
    (layout,) = search((rows, 32), classes=classes, task=task)
    assert layout.classes == expected


@pytest.mark.parametrize(
    ("shapes", "classes", "prototypes"),
    [
        ([(4 + 80 + 32, 32), PROTOTYPES], 80, 1),
        ([PROTOTYPES, (4 + 80 + 32, 32)], 80, 0),
        ([(4 + 1 + 32, 32), PROTOTYPES], 1, 1),
        ([(4 + 32, 32), PROTOTYPES], 32, None),
        ([(4 + 80 + 32, 32)], 112, None),
        ([(4 + 80 + 32, 32), (32, 1, 1)], 112, None),
        ([(4 + 80 + 32, 32), (31, 8, 12)], 112, None),
    ],
)
def test_the_weights_of_masks_are_no_classes(
    shapes: list[tuple[int, ...]], classes: int, prototypes: int | None
) -> None:
    (layout,) = search(*shapes)
    assert (layout.classes, layout.prototypes) == (classes, prototypes)


PAIR, DETECTIONS = [(20, 4), (20, 3)], [(20, 4), (20,), (20,)]


@pytest.mark.parametrize(
    ("shapes", "names", "expected"),
    [
        (PAIR, "a b", [BoxLayout("pairs", 0, 1, None, 3, "box_and_scores")]),
        (PAIR[::-1], "a b", [BoxLayout("pairs", 1, 0, None, 3, "box_and_scores")]),
        (PAIR, "Pred_Boxes b", [BoxLayout("queries", 0, 1, None, 3, "names")]),
        ([(10, 4), (10, 5)], "a b", [BoxLayout("pairs", 0, 1, None, 5, "box_and_scores")]),
        ([(9, 4), (9, 5)], "a b", []),
        ([(20, 4), (21, 3)], "a b", []),
        ([(20, 5), (20, 3)], "a b", []),
        ([(20, 4), (20, 4)], "a b", []),
        ([(20, 4), (20, 3), (20, 5)], "a b c", []),
        ([(20, 4), (20, 3, 2)], "a b", []),
        ([(2, 20, 4), (2, 20, 3)], "a b", []),
        (
            [(20, 4), (20, 3), (30, 4), (30, 7)],
            "a b c d",
            [BoxLayout("pairs", 0, 1, None, 3, "box_and_scores"), BoxLayout("pairs", 2, 3, None, 7, "box_and_scores")],
        ),
        (DETECTIONS, "boxes scores labels", [BoxLayout("detections", 0, 1, 2, 9, "names")]),
        (DETECTIONS, "b CLASSES my_score", [BoxLayout("detections", 0, 2, 1, 9, "names")]),
        (
            DETECTIONS,
            "detection_boxes scores labels",
            [BoxLayout("detections", 0, 1, 2, 9, "names", is_row_first=True)],
        ),
        (DETECTIONS, "boxes scores numbers", []),
        (DETECTIONS, "boxes numbers labels", []),
        (DETECTIONS, "boxes class_scores numbers", []),
        ([(20, 4), (20,), (20,), (20, 3)], "a scores labels m", [BoxLayout("detections", 0, 1, 2, 9, "names")]),
        ([(20, 4), (20,), (20,), (20, 3)], "a b c m", [BoxLayout("pairs", 0, 3, None, 3, "box_and_scores")]),
        ([(84, 32), *PAIR], "a b c", alone("columns", 80)),
    ],
)
def test_boxes_and_scores_in_outputs_of_their_own(
    shapes: list[tuple[int, ...]], names: str, expected: list[BoxLayout]
) -> None:
    assert search(*shapes, names=names.split(), classes=9) == expected
