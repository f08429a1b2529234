"""The masks of instances, by hand."""

import numpy as np

from app.analysis.detections import DetectionLimits, read_detections
from app.analysis.instance_masks import instance_masks
from app.nets.graph_outputs.box_layout import MASK_PARTS, BoxLayout

SIZE = (8, 16)  # of the view; the prototypes have 4 x 8 places
LAYOUT = BoxLayout("columns", 0, 0, None, 1, "metadata", prototypes=1)


def outputs() -> list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    """Two boxes: the first weighs prototype 0, which is the left half; the other its opposite."""
    table = np.zeros((4 + 1 + MASK_PARTS, 3), np.float32)
    table[:5, 1] = (6, 4, 8, 4, 0.9)  # rows 2 to 6, columns 2 to 10 of the view
    table[:5, 2] = (12, 2, 8, 4, 0.8)  # rows 0 to 4, columns 8 to 16
    table[5, 1:] = (2.0, -1.0)
    prototypes = np.zeros((MASK_PARTS, 4, 8), np.float32)
    prototypes[0] = np.where(np.arange(8) < 4, 1.0, -1.0)
    prototypes[1] = 100  # no weight of a box
    return [table, prototypes]


def test_an_object_is_where_its_weighted_prototypes_are_positive_within_its_box() -> None:
    values = outputs()
    boxes = read_detections(LAYOUT, values, SIZE, DetectionLimits()).boxes
    assert [box.row for box in boxes] == [1, 2]
    first, second = instance_masks(LAYOUT, values, boxes, SIZE)
    expected = np.zeros((4, 8), np.bool_)
    expected[1:3, 1:4] = True  # places of two pixels a side; the box ends at place 5, the left half at 4
    np.testing.assert_array_equal(first, expected)
    expected = np.zeros((4, 8), np.bool_)
    expected[:2, 4:] = True
    np.testing.assert_array_equal(second, expected)


def test_channels_may_be_last() -> None:
    table, prototypes = outputs()
    boxes = read_detections(LAYOUT, [table, prototypes], SIZE, DetectionLimits()).boxes
    np.testing.assert_array_equal(
        instance_masks(LAYOUT, [table, prototypes], boxes, SIZE),
        instance_masks(LAYOUT, [table, np.moveaxis(prototypes, 0, -1)], boxes, SIZE),
    )


def test_without_prototypes_there_are_none() -> None:
    assert len(instance_masks(BoxLayout("columns", 0, 0, None, 1, "metadata"), outputs(), (), SIZE)) == 0
