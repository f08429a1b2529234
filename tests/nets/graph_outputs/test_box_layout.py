"""Where detectors write the score of a class: the number there is the one that the layout speaks of."""

import numpy as np
import pytest

from app.nets.graph_outputs.box_layout import BoxFamily, BoxLayout

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
