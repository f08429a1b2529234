"""The masks of instances: for each box the part of it that the object covers, from prototypes and their weights.

After D. Bolya et al., "YOLACT: Real-time Instance Segmentation", ICCV 2019, as YOLOv8 writes them.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.analysis.detections import Detection
from app.nets.graph_outputs.box_layout import BOX, MASK_PARTS, BoxLayout


def instance_masks(
    layout: BoxLayout, outputs: Sequence[NDArray[np.float32]], boxes: Sequence[Detection], size: tuple[int, int]
) -> NDArray[np.bool_]:
    """Where the object of each box is, (boxes, h, w), on the places of the prototypes over a view of `size`.

    There are none, (0, 1, 1), for a layout without prototypes.
    """
    if layout.prototypes is None or not boxes:
        return np.zeros((0, 1, 1), np.bool_)
    prototypes = outputs[layout.prototypes].squeeze()
    if len(prototypes) != MASK_PARTS:
        prototypes = np.moveaxis(prototypes, -1, 0)
    first = BOX + layout.classes
    weights = outputs[layout.boxes].squeeze()[first : first + MASK_PARTS, [box.row for box in boxes]].T
    scores = np.tensordot(weights, prototypes, axes=1)
    return (scores > 0) & _inside(boxes, size, prototypes.shape[1:])  # a probability of at least one half


def _inside(boxes: Sequence[Detection], size: tuple[int, int], places: tuple[int, ...]) -> NDArray[np.bool_]:
    """Whether the centre of each place is in each box, (boxes, h, w)."""
    y, x = ((np.arange(count) + 0.5) * side / count for side, count in zip(size, places, strict=True))
    corners = np.array([(box.top, box.bottom, box.left, box.right) for box in boxes])[..., np.newaxis]
    rows = (corners[:, 0] <= y) & (y < corners[:, 1])
    columns = (corners[:, 2] <= x) & (x < corners[:, 3])
    return rows[:, :, np.newaxis] & columns[:, np.newaxis]
