"""Deconvnet: the backward pass in which every ReLU passes the positive signal only.

M. D. Zeiler, R. Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014.
"""

from app.attribution.maps import reduce_channels
from app.attribution.method import AttributionMap, Method, MethodPaper, Options
from app.attribution.methods.saliency import COLOURS
from app.attribution.task import AttributionTask


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    return AttributionMap(reduce_channels(task.gradient("deconvnet"), str(options["colours"])))


METHOD = Method(
    "deconvnet",
    "Deconvnet",
    MethodPaper(
        "Visualizing and Understanding Convolutional Networks",
        "M. D. Zeiler, R. Fergus",
        2014,
        "https://arxiv.org/abs/1311.2901",
    ),
    "Runs the filters backwards, through the positions that max pooling picked. Whether a ReLU was active does not "
    "matter.",
    explain,
    (COLOURS,),
    needs_gradients=True,
    ranks_by_magnitude=True,
)
