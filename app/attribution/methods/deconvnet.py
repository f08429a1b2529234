"""Deconvnet: the way back through the network, where every ReLU passes only a positive signal.

M. D. Zeiler, R. Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014.
"""

from app.attribution.maps import reduce_channels
from app.attribution.method import AttributionMap, Method, Options, Paper
from app.attribution.methods.saliency import COLOURS
from app.attribution.task import AttributionTask


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    return AttributionMap(reduce_channels(task.gradient("deconvnet"), str(options["colours"])))


METHOD = Method(
    "deconvnet",
    "Deconvnet",
    Paper(
        "Visualizing and Understanding Convolutional Networks",
        "M. D. Zeiler, R. Fergus",
        2014,
        "https://arxiv.org/abs/1311.2901",
    ),
    "Filters run backwards, through the places that each pool had picked. Which ReLU was active does not count.",
    explain,
    (COLOURS,),
    needs_gradients=True,
    ranks_by_magnitude=True,
)
