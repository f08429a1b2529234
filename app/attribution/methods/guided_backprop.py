"""Guided backpropagation: the backward pass in which active ReLUs pass positive gradients only.

J. T. Springenberg, A. Dosovitskiy, T. Brox, M. Riedmiller, "Striving for Simplicity: The All Convolutional Net", ICLR
workshop 2015.
"""

from app.attribution.maps import reduce_channels
from app.attribution.method import AttributionMap, Method, MethodPaper, Options
from app.attribution.methods.saliency import COLOURS
from app.attribution.task import AttributionTask


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    return AttributionMap(reduce_channels(task.gradient("guided"), str(options["colours"])))


METHOD = Method(
    "guided_backprop",
    "Guided backpropagation",
    MethodPaper(
        "Striving for Simplicity: The All Convolutional Net",
        "J. T. Springenberg, A. Dosovitskiy, T. Brox, M. Riedmiller",
        2015,
        "https://arxiv.org/abs/1412.6806",
    ),
    "Passes only positive gradients back through active ReLUs. The map is sharp, but it changes little when the class "
    "or even the weights change.",
    explain,
    (COLOURS,),
    needs_gradients=True,
    ranks_by_magnitude=True,
)
