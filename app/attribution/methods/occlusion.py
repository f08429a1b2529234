"""Occlusion: the drop of the score when a square of the input is covered.

M. D. Zeiler, R. Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014, section 4.2.
"""

from collections.abc import Iterator
from math import ceil

import numpy as np

from app.attribution.method import AttributionMap, Method, Options, Parameter
from app.attribution.methods.deconvnet import METHOD as DECONVNET
from app.attribution.task import AttributionTask
from app.nets.layer import Box
from app.nets.session import Tensor

WINDOWS_PER_SIDE = 7  # along the view's shorter side, for the default window


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    """The value of a pixel is the mean drop over the windows that cover it."""
    window = int(options["window"] or max(1, min(task.size) // WINDOWS_PER_SIDE))
    stride = int(options["stride"] or ceil(window / 2))
    windows = sliding_windows(*task.size, window, stride)
    drops = task.score() - task.scores(occluded_inputs(task.tensor, windows, occluder(task, options)), len(windows))
    total, count = np.zeros(task.size), np.zeros(task.size)
    for box, drop in zip(windows, drops, strict=True):
        total[box.top : box.bottom, box.left : box.right] += drop
        count[box.top : box.bottom, box.left : box.right] += 1
    values = np.divide(total, count, out=total, where=count > 0).astype(np.float32)
    return AttributionMap(values, {"windows": len(windows), "window": window, "stride": stride})


def sliding_windows(height: int, width: int, window: int, stride: int) -> list[Box]:
    """Squares that begin every `stride` pixels up to the edges of the view, and are cut off there."""
    tops, lefts = (range(0, min(side, max(0, side - window) + stride), stride) for side in (height, width))
    return [Box(top, left, min(top + window, height), min(left + window, width)) for top in tops for left in lefts]


def occluded_inputs(tensor: Tensor, windows: list[Box], occluder: Tensor) -> Iterator[Tensor]:
    """Copies of a tensor (C, H, W), each with one window replaced by the occluder's values."""
    for box in windows:
        copy = tensor.copy()
        inside = np.s_[:, box.top : box.bottom, box.left : box.right]
        copy[inside] = occluder[inside]
        yield copy


def occluder(task: AttributionTask, options: Options) -> Tensor:
    """The input tensor of the covering colour: a grey level, or the mean colour, which is zero in the tensor."""
    if options["grey"] is None:
        return np.zeros_like(task.tensor)
    view = np.full((*task.size, 3), options["grey"], np.uint8)
    level: Tensor = task.network.input_tensor(view)[0]
    return level


METHOD = Method(
    "occlusion",
    "Occlusion",
    DECONVNET.paper,
    "Slides a square over the picture and measures how much the score drops where it covers the picture.",
    explain,
    (
        Parameter(
            "window",
            "integer",
            None,
            "Side of the square in pixels of the view; by default a seventh of its shorter side.",
            1,
            512,
        ),
        Parameter("stride", "integer", None, "Pixels from one square to the next; by default half a window.", 1, 512),
        Parameter(
            "grey",
            "integer",
            None,
            "Grey level of the square; by default the mean colour that the preprocessing subtracts.",
            0,
            255,
        ),
    ),
    slow=True,
)
