"""Score-CAM: a layer's maps, each weighted by how the score does when the picture is seen through that map.

H. Wang et al., "Score-CAM: Score-Weighted Visual Explanations for Convolutional Neural Networks", CVPR workshop 2020.
"""

from collections.abc import Iterator

import numpy as np

from app.attribution.maps import Cells, upsample
from app.attribution.method import AttributionMap, Method, Options, Paper, Parameter
from app.attribution.task import AttributionTask, Scores
from app.attribution.weighted_maps import SIGN, upsample_to_input
from app.nets.network import softmax
from app.nets.runtime import Tensor


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    """Equation 7 before the ReLU; the weights are the softmax over the channels of the scores."""
    activation = task.forward(task.required_layer.id)[task.required_layer.id]
    if options["channels"]:
        activation = strongest(activation, int(options["channels"]))
    weights = softmax(scores(task, activation))
    cells = np.tensordot(weights, activation, axes=1)
    return upsample_to_input(
        task, cells, options, {"channels": len(activation), "largest_weight": float(weights.max())}
    )


def scores(task: AttributionTask, activation: Cells) -> Scores:
    """The score of the picture times each map over the view, (C,). Maps that are flat hide it all, and are run once."""
    lowest, highest = activation.min(axis=(1, 2)), activation.max(axis=(1, 2))
    varied = np.flatnonzero(highest > lowest)
    flat = len(varied) < len(activation)

    def seen() -> Iterator[Tensor]:
        for channel in varied:
            yield task.tensor * mask(upsample(activation[channel], *task.size))
        if flat:
            yield np.zeros_like(task.tensor)

    found = task.scores(seen(), len(varied) + flat)
    result = np.full(len(activation), found[-1])
    result[varied] = found[: len(varied)]
    return result


def mask(values: Tensor) -> Tensor:
    """A map that varies, scaled to run from 0 to 1 (equation 4)."""
    low = values.min()
    scaled: Tensor = (values - low) / (values.max() - low)
    return scaled


def strongest(activation: Cells, count: int) -> Cells:
    """The `count` channels of greatest mean, in their order."""
    means = activation.mean(axis=(1, 2))
    chosen: Cells = activation[np.sort(np.argsort(-means, kind="stable")[:count])]
    return chosen


METHOD = Method(
    "scorecam",
    "Score-CAM",
    Paper(
        "Score-CAM: Score-Weighted Visual Explanations for Convolutional Neural Networks",
        "H. Wang, Z. Wang, M. Du, F. Yang, Z. Zhang, S. Ding, P. Mardziel, X. Hu",
        2020,
        "https://arxiv.org/abs/1910.01279",
    ),
    "The network looks at the picture through each map of the layer; maps that let it see the class count.",
    explain,
    (
        SIGN,
        Parameter("channels", "integer", None, "Take this many channels, those of greatest mean; all.", 1, 8192),
    ),
    at_layer=True,
    slow=True,
)
