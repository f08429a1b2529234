"""Detections in the layouts of known detectors, against boxes written by hand and onnxruntime's NonMaxSuppression."""

from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from app.analysis.detections import (
    Detection,
    DetectionLimits,
    intersection_over_union,
    read_detections,
    suppress_overlaps,
)
from app.nets.graph_outputs.box_layout import BoxLayout

SIZE = (64, 128)  # height, width
CORNERS = (10.0, 8.0, 50.0, 40.0)
CENTRE = (30.0, 24.0, 40.0, 32.0)
LIMITS = DetectionLimits()


def layout(family: str, classes: int = 2, **places: object) -> BoxLayout:
    facts = {"boxes": 0, "scores": 0, "labels": None, "evidence": "cells_of_grids"} | places
    return BoxLayout(family=family, classes=classes, **facts)  # type: ignore[arg-type]  # of a test's own table


def numbers(*rows: tuple[float, ...]) -> NDArray[np.float32]:
    return np.array(rows, np.float32)


def corners_of(boxes: tuple[Detection, ...]) -> list[tuple[float, ...]]:
    return [(each.left, each.top, each.right, each.bottom) for each in boxes]


EMPTY = (0.0, 0.0, 1.0, 1.0)
FRACTION = np.array([128, 64, 128, 64])
LAYOUTS = {
    "columns": (layout("columns"), [numbers((*CENTRE, 0.1, 0.9), (*EMPTY, 0.2, 0.1)).T]),
    "columns as fractions": (
        layout("columns"),
        [numbers((*(CENTRE / FRACTION).tolist(), 0.1, 0.9), (*(EMPTY / FRACTION).tolist(), 0.2, 0.1)).T],
    ),
    "columns with weights of a mask": (
        layout("columns"), [numbers((*CENTRE, 0.1, 0.9, 7.0), (*EMPTY, 0.2, 0.1, 9.0)).T]
    ),
    "objectness": (layout("objectness"), [numbers((*CENTRE, 0.9, 0.1, 1.0), (*EMPTY, 0.1, 0.9, 0.1))]),
    "finished": (layout("finished"), [numbers((*CORNERS, 0.9, 1.0), (*EMPTY, 0.1, 0.0))]),
    "pairs of corners": (
        layout("pairs", scores=1), [numbers(CORNERS, EMPTY), numbers((0.1, 0.9), (0.2, 0.1))]
    ),
    "pairs of centres": (
        layout("pairs", scores=1), [numbers(CENTRE, (99.0, 50.0, 0.0, 0.0)), numbers((0.1, 0.9), (0.2, 0.1))]
    ),
    "detections": (
        layout("detections", scores=1, labels=2),
        [numbers(CORNERS, EMPTY), numbers((0.9, 0.1)), numbers((1.0, 0.0))],
    ),
    "detections in TensorFlow's order": (
        layout("detections", scores=1, labels=2, is_row_first=True),
        [numbers((0.125, 0.078125, 0.625, 0.390625), EMPTY), numbers((0.9, 0.1)), numbers((1.0, 0.0))],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_box_has_its_corners_its_class_and_its_score(name: str) -> None:
    where, outputs = LAYOUTS[name]
    detections = read_detections(where, outputs, SIZE, LIMITS)
    (box,) = detections.boxes
    np.testing.assert_allclose(corners_of(detections.boxes), [CORNERS], rtol=1e-5)
    assert box.index == 1
    assert box.score == pytest.approx(0.9)
    assert (detections.total, detections.candidates) == (2, 1)


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_score_of_a_box_is_a_number_of_the_output(name: str) -> None:
    where, outputs = LAYOUTS[name]
    (box,) = read_detections(where, outputs, SIZE, LIMITS).boxes
    scores = outputs[where.scores]
    number = scores.reshape(-1)[where.score_index(box.row, box.index, scores.shape[-1])]
    assert number == pytest.approx(1.0 if name == "objectness" else 0.9)  # a factor of it is the objectness


def test_scores_that_add_up_to_one_have_a_background_first() -> None:
    outputs = [numbers(CORNERS, EMPTY), numbers((0.1, 0.0, 0.9), (0.98, 0.01, 0.01))]
    detections = read_detections(layout("pairs", 3, scores=1), outputs, SIZE, LIMITS)
    assert [each.index for each in detections.boxes] == [1]
    assert [each.score for each in detections.boxes] == pytest.approx([0.9])
    assert detections.skipped == 1


def test_the_last_logit_of_a_query_is_of_no_object() -> None:
    centre = (np.array(CENTRE) / FRACTION).tolist()
    logits = numbers((0.0, 3.0, 0.0), (0.0, 3.0, 9.0))
    detections = read_detections(layout("queries", 3, scores=1), [numbers(centre, centre), logits], SIZE, LIMITS)
    (box,) = detections.boxes
    assert box.index == 1
    assert box.score == pytest.approx(np.exp(3) / (np.exp(3) + 2))
    np.testing.assert_allclose(corners_of(detections.boxes), [CORNERS], rtol=1e-5)


def test_queries_that_all_find_an_object_have_a_sigmoid_for_each_class() -> None:
    centre = (np.array(CENTRE) / FRACTION).tolist()
    logits = numbers((0.0, 3.0, -4.0), (-9.0, -9.0, -9.5))
    detections = read_detections(layout("queries", 3, scores=1), [numbers(centre, centre), logits], SIZE, LIMITS)
    assert [each.score for each in detections.boxes] == pytest.approx([1 / (1 + np.exp(-3))])


def test_boxes_of_cells_are_offsets_and_logarithms() -> None:
    rows = np.zeros((8 * 16 + 4 * 8, 6), np.float32)  # grids of strides 8 and 16
    rows[2 * 16 + 3] = (0.5, 0.25, np.log(2), np.log(3), 1.0, 0.8)  # row 2, column 3 of stride 8
    detections = read_detections(layout("grid", 1, strides=(8, 16)), [rows], SIZE, LIMITS)
    assert detections.coordinates == "cells"
    np.testing.assert_allclose(corners_of(detections.boxes), [(28 - 8, 18 - 12, 28 + 8, 18 + 12)], rtol=1e-5)


def test_boxes_of_cells_may_be_in_pixels_already() -> None:
    rows = np.zeros((8 * 16 + 4 * 8, 6), np.float32)
    rows[:, :4] = CENTRE
    rows[2 * 16 + 3, 4:] = (1.0, 0.8)
    detections = read_detections(layout("grid", 1, strides=(8, 16)), [rows], SIZE, LIMITS)
    assert detections.coordinates == "pixels"
    np.testing.assert_allclose(corners_of(detections.boxes), [CORNERS])


@pytest.mark.parametrize(("offset", "coordinates"), [(15.5, "cells"), (16.5, "pixels")])
def test_an_offset_to_a_cell_is_less_than_a_quarter_of_the_shorter_side(offset: float, coordinates: str) -> None:
    rows = np.zeros((8 * 16 + 4 * 8, 6), np.float32)
    rows[5, :2] = (0.0, -offset)
    assert read_detections(layout("grid", 1, strides=(8, 16)), [rows], SIZE, LIMITS).coordinates == coordinates


def test_boxes_relative_to_unknown_ones_are_not_read() -> None:
    deltas = 0.3 * np.random.default_rng(3).standard_normal((20, 4)).astype(np.float32)
    detections = read_detections(layout("pairs", scores=1), [deltas, np.full((20, 2), 0.9, np.float32)], SIZE, LIMITS)
    assert (detections.coordinates, detections.boxes) == ("unreadable", ())
    assert (detections.total, detections.candidates) == (20, 0)


@pytest.mark.parametrize(("farthest", "coordinates"), [(1.5, "fractions"), (2.5, "pixels")])
def test_fractions_are_of_boxes_that_may_leave_the_view(farthest: float, coordinates: str) -> None:
    rows = numbers(*[(0.5, 0.5, farthest, farthest, 0.9, 0.0)] * 2)
    assert read_detections(layout("finished"), [rows], SIZE, LIMITS).coordinates == coordinates


@pytest.mark.parametrize("family", ["finished", "detections"])
def test_rows_of_zeros_that_fill_up_the_output_do_not_tell_the_unit_of_the_others(family: str) -> None:
    rows = np.zeros((300, 6), np.float32)
    rows[0] = (*CORNERS, 0.9, 1)
    outputs = [rows] if family == "finished" else [rows[:, :4], rows[:, 4], rows[:, 5]]
    detections = read_detections(layout(family, scores=1, labels=2), outputs, SIZE, LIMITS)
    assert (detections.coordinates, corners_of(detections.boxes)) == ("pixels", [CORNERS])


def test_a_class_that_is_no_index_is_one_all_the_same() -> None:
    rows = numbers((*CORNERS, 0.9, -7.0), (*CORNERS, 0.8, 1e30), (*CORNERS, 0.7, 3.4))
    boxes = read_detections(layout("finished"), [rows], SIZE, LIMITS).boxes
    assert [box.index for box in boxes] == [0, 1_000_000, 3]


def test_boxes_end_at_the_view_and_need_an_area() -> None:
    rows = numbers((-20.0, 8.0, 300.0, 90.0, 0.9, 0.0), (200.0, 8.0, 300.0, 40.0, 0.9, 0.0), (np.nan, 0, 9, 9, 0.9, 0))
    detections = read_detections(layout("finished"), [rows], SIZE, LIMITS)
    assert corners_of(detections.boxes) == [(0.0, 8.0, 128.0, 64.0)]


def suppressed_by_onnxruntime(boxes: NDArray[Any], scores: NDArray[Any], overlap: float) -> list[int]:
    """The indices that NonMaxSuppression selects, for boxes of one class."""
    inputs = {
        "boxes": boxes[np.newaxis].astype(np.float32), "scores": scores[np.newaxis, np.newaxis],
        "most": np.array([100], np.int64), "overlap": np.array([overlap], np.float32),
    }  # fmt: skip
    node = helper.make_node("NonMaxSuppression", list(inputs), ["selected"])
    infos = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("boxes", "scores", "overlap")]
    infos.insert(2, helper.make_tensor_value_info("most", TensorProto.INT64, None))
    selected = [helper.make_tensor_value_info("selected", TensorProto.INT64, None)]
    graph = helper.make_graph([node], "g", infos, selected)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    indices: list[int] = session.run(None, inputs)[0][:, 2].tolist()
    return indices


@pytest.mark.parametrize("overlap", [0.1, 0.45, 0.9])
def test_overlaps_are_removed_as_onnxruntime_removes_them(overlap: float) -> None:
    rng = np.random.default_rng(5)
    corners = rng.uniform(0, 100, (300, 2))
    boxes = np.concatenate((corners, corners + rng.uniform(5, 60, (300, 2))), axis=1)
    scores = rng.permutation(300).astype(np.float32) / 300
    order = np.argsort(-scores)
    ours = order[suppress_overlaps(boxes[order], np.zeros(300, np.intp), overlap)]
    assert ours.tolist() == suppressed_by_onnxruntime(boxes, scores, overlap)


def test_boxes_of_other_classes_do_not_count_as_overlaps() -> None:
    boxes = np.array([CORNERS, CORNERS, CORNERS])
    assert suppress_overlaps(boxes, np.array([0, 1, 0]), 0.5).tolist() == [0, 1]


def test_intersection_over_union_by_hand() -> None:
    box, others = np.array([0.0, 0, 4, 4]), np.array([[2.0, 2, 6, 6], [0, 0, 4, 4], [8, 8, 9, 9], [0, 0, 0, 0]])
    np.testing.assert_allclose(intersection_over_union(box, others), [4 / 28, 1, 0, 0])


def test_an_overlap_does_not_depend_on_the_unit() -> None:
    box, others = np.array([0.0, 0, 4, 4]), np.array([[2.0, 2, 6, 6], [0, 0, 4, 4], [8, 8, 9, 9]])
    np.testing.assert_allclose(
        intersection_over_union(box / 100, others / 100), intersection_over_union(box, others), rtol=1e-9
    )


@pytest.mark.parametrize("classes", [1, 2, 3, 5])
def test_what_follows_the_scores_of_the_classes_is_none(classes: int) -> None:
    row = (*CENTRE, 0.9, *[0.1] * (classes - 1), 0.8, *[7.0] * 9)
    (box,) = read_detections(
        layout("objectness", classes), [numbers(row, (*EMPTY, *[0.0] * (classes + 10)))], SIZE, LIMITS
    ).boxes
    assert box.index == classes - 1
    assert box.score == pytest.approx(0.72)


@pytest.mark.parametrize("logits", [(-3.0, -1.0), (-3.0, 2.0), (3.0, 2.0), (0.0, 1.5)])
def test_scores_below_zero_or_above_one_are_logits(logits: tuple[float, float]) -> None:
    columns = numbers((*CENTRE, *logits), (*EMPTY, *[min(logits)] * 2)).T
    (box, *_) = read_detections(layout("columns"), [columns], SIZE, DetectionLimits(score=0.01)).boxes
    assert box.score == pytest.approx(1 / (1 + np.exp(-max(logits))))


def test_corners_are_in_order_along_each_axis_by_itself() -> None:
    far_right = (100.0, 8.0, 120.0, 40.0)  # its bottom is less than its left
    outputs = [numbers(far_right, far_right), numbers((0.1, 0.9), (0.2, 0.1))]
    boxes = read_detections(layout("pairs", scores=1), outputs, SIZE, LIMITS).boxes
    assert corners_of(boxes) == [far_right]


def test_axes_of_one_place_do_not_count() -> None:
    for where, outputs in LAYOUTS.values():
        wrapped = [each[np.newaxis, ..., np.newaxis] for each in outputs]
        assert read_detections(where, wrapped, SIZE, LIMITS) == read_detections(where, outputs, SIZE, LIMITS)
