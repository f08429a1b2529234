"""Guided backpropagation: the gradient with every ReLU passing only what is positive in both directions.

J. T. Springenberg, A. Dosovitskiy, T. Brox, M. Riedmiller, "Striving for Simplicity: The All Convolutional Net", ICLR
workshop 2015.
"""

from app.attribution.maps import reduce_channels
from app.attribution.method import AttributionMap, Method, Options, Paper
from app.attribution.methods.saliency import COLOURS
from app.attribution.task import AttributionTask


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    return AttributionMap(reduce_channels(task.gradient("guided"), str(options["colours"])))


METHOD = Method(
    "guided_backprop",
    "Guided backpropagation",
    Paper(
        "Striving for Simplicity: The All Convolutional Net",
        "J. T. Springenberg, A. Dosovitskiy, T. Brox, M. Riedmiller",
        2015,
        "https://arxiv.org/abs/1412.6806",
    ),
    "A sharp picture of what excites the network. Handle with care: it changes little when the class or even the "
    "weights do.",
    explain,
    (COLOURS,),
    needs_gradients=True,
    ranks_by_magnitude=True,
)
