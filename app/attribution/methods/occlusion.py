"""Occlusion: what the score loses when a square is covered.

M. D. Zeiler, R. Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014, section 4.2.
"""

from collections.abc import Iterator
from math import ceil

import numpy as np

from app.attribution.method import AttributionMap, Method, Options, Parameter
from app.attribution.methods.deconvnet import METHOD as DECONVNET
from app.attribution.task import AttributionTask
from app.nets.layer import Box
from app.nets.preprocessing.tensor import tensor_of
from app.nets.runtime import Tensor

SHARE = 7  # of the view's shorter side in one window, unless another window is asked for


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    """Each pixel shows the mean loss over the windows that cover it."""
    window = int(options["window"] or max(1, min(task.size) // SHARE))
    stride = int(options["stride"] or ceil(window / 2))
    windows = windows_of(*task.size, window, stride)
    losses = task.score() - task.scores(occluded(task.tensor, windows, cover(task, options)), len(windows))
    total, count = np.zeros(task.size), np.zeros(task.size)
    for box, loss in zip(windows, losses, strict=True):
        total[box.top : box.bottom, box.left : box.right] += loss
        count[box.top : box.bottom, box.left : box.right] += 1
    shown = np.divide(total, count, out=total, where=count > 0).astype(np.float32)
    return AttributionMap(shown, {"windows": len(windows), "window": window, "stride": stride})


def windows_of(height: int, width: int, window: int, stride: int) -> list[Box]:
    """Squares side by side, or overlapping, that reach every edge of the view; the last ones are cut off there."""
    tops = [stride * number for number in range(1 + ceil(max(0, height - window) / stride))]
    lefts = [stride * number for number in range(1 + ceil(max(0, width - window) / stride))]
    return [Box(top, left, min(top + window, height), min(left + window, width)) for top in tops for left in lefts]


def occluded(tensor: Tensor, windows: list[Box], cover: Tensor) -> Iterator[Tensor]:
    """Copies of a tensor (C, H, W), each with one window covered by another tensor's values."""
    for box in windows:
        copy = tensor.copy()
        inside = np.s_[:, box.top : box.bottom, box.left : box.right]
        copy[inside] = cover[inside]
        yield copy


def cover(task: AttributionTask, options: Options) -> Tensor:
    """What covers, as the network is fed it: a grey level, or the mean colour that it takes off."""
    if options["grey"] is None:
        return np.zeros_like(task.tensor)
    view = np.full((*task.size, 3), options["grey"], np.uint8)
    level: Tensor = tensor_of(view, task.network.card.input)[0]
    return level


METHOD = Method(
    "occlusion",
    "Occlusion",
    DECONVNET.paper,
    "A square slides over the picture; where covering it costs most, the network was looking.",
    explain,
    (
        Parameter(
            "window",
            "integer",
            None,
            "Side of the square in pixels of the view; a seventh of its shorter side.",
            1,
            512,
        ),
        Parameter("stride", "integer", None, "Pixels from one square to the next; half a window.", 1, 512),
        Parameter(
            "grey", "integer", None, "Level of the square, 0 to 255; the mean colour the network takes off.", 0, 255
        ),
    ),
    slow=True,
)
