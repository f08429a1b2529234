"""Score-CAM: a layer's maps, each weighted by the score of the input masked with that map.

H. Wang et al., "Score-CAM: Score-Weighted Visual Explanations for Convolutional Neural Networks", CVPR workshop 2020.
"""

from collections.abc import Iterator

import numpy as np

from app.attribution.maps import Cells, upsample
from app.attribution.method import AttributionMap, Method, MethodPaper, Options, Parameter
from app.attribution.task import AttributionTask, ScoreArray
from app.attribution.weighted_maps import SIGN, upsample_to_input
from app.nets.head import softmax
from app.nets.session import Tensor


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    """Equation 7 before the ReLU; the weights are the softmax over the channels of the scores."""
    activation = task.layer_output()
    if options["channels"]:
        activation = strongest(activation, int(options["channels"]))
    weights = softmax(masked_scores(task, activation))
    cells = np.tensordot(weights, activation, axes=1)
    return upsample_to_input(
        task, cells, options, {"channels": len(activation), "largest_weight": float(weights.max())}
    )


def masked_scores(task: AttributionTask, activation: Cells) -> ScoreArray:
    """The score of the input times each map as a mask, (C,). Constant maps hide the whole input and share one run."""
    lowest, highest = activation.min(axis=(1, 2)), activation.max(axis=(1, 2))
    varying = np.flatnonzero(highest > lowest)
    has_constant = len(varying) < len(activation)

    def masked_inputs() -> Iterator[Tensor]:
        for channel in varying:
            yield task.tensor * mask(upsample(activation[channel], *task.size))
        if has_constant:
            yield np.zeros_like(task.tensor)

    scores = task.scores(masked_inputs(), len(varying) + has_constant)
    result = np.full(len(activation), scores[-1])
    result[varying] = scores[: len(varying)]
    return result


def mask(values: Tensor) -> Tensor:
    """A map that is not constant, scaled to the range from 0 to 1 (equation 4)."""
    low = values.min()
    scaled: Tensor = (values - low) / (values.max() - low)
    return scaled


def strongest(activation: Cells, count: int) -> Cells:
    """The `count` channels of greatest mean, in the order of the layer."""
    means = activation.mean(axis=(1, 2))
    chosen: Cells = activation[np.sort(np.argsort(-means, kind="stable")[:count])]
    return chosen


METHOD = Method(
    "scorecam",
    "Score-CAM",
    MethodPaper(
        "Score-CAM: Score-Weighted Visual Explanations for Convolutional Neural Networks",
        "H. Wang, Z. Wang, M. Du, F. Yang, Z. Zhang, S. Ding, P. Mardziel, X. Hu",
        2020,
        "https://arxiv.org/abs/1910.01279",
    ),
    "Masks the input with each map of the layer and weights the map by the score of the masked input.",
    explain,
    (
        SIGN,
        Parameter(
            "channels",
            "integer",
            None,
            "Maximum number of channels: those of the largest mean; by default all.",
            1,
            8192,
        ),
    ),
    at_layer=True,
    slow=True,
)
