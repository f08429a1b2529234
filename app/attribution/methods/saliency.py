"""Saliency: the gradient of the score with respect to the input.

K. Simonyan, A. Vedaldi, A. Zisserman, "Deep Inside Convolutional Networks: Visualising Image Classification Models and
Saliency Maps", ICLR workshop 2014.
"""

from app.attribution.maps import reduce_channels
from app.attribution.method import AttributionMap, Method, MethodPaper, Options, Parameter
from app.attribution.task import AttributionTask

COLOURS = Parameter(
    "colours",
    "choice",
    "strongest",
    "How a pixel's channels become one value: the `strongest` by magnitude, with its sign, or their `sum`.",
    choices=("strongest", "sum"),
)


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    return AttributionMap(reduce_channels(task.gradient(), str(options["colours"])))


METHOD = Method(
    "saliency",
    "Saliency",
    MethodPaper(
        "Deep Inside Convolutional Networks: Visualising Image Classification Models and Saliency Maps",
        "K. Simonyan, A. Vedaldi, A. Zisserman",
        2014,
        "https://arxiv.org/abs/1312.6034",
    ),
    "The gradient of the score at each pixel: how strongly a small change of the pixel changes the score.",
    explain,
    (COLOURS,),
    needs_gradients=True,
    ranks_by_magnitude=True,
)
