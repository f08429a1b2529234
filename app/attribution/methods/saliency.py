"""Saliency: the gradient of the score at the picture.

K. Simonyan, A. Vedaldi, A. Zisserman, "Deep Inside Convolutional Networks: Visualising Image Classification Models and
Saliency Maps", ICLR workshop 2014.
"""

from app.attribution.maps import reduce_channels
from app.attribution.method import AttributionMap, Method, Options, Paper, Parameter
from app.attribution.task import AttributionTask

COLOURS = Parameter(
    "colours",
    "choice",
    "strongest",
    "How a pixel's channels become one number: the `strongest` by magnitude, with its sign, or their `sum`.",
    choices=("strongest", "sum"),
)


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    return AttributionMap(reduce_channels(task.gradient(), str(options["colours"])))


METHOD = Method(
    "saliency",
    "Saliency",
    Paper(
        "Deep Inside Convolutional Networks: Visualising Image Classification Models and Saliency Maps",
        "K. Simonyan, A. Vedaldi, A. Zisserman",
        2014,
        "https://arxiv.org/abs/1312.6034",
    ),
    "How much the score changes if a pixel does, a little.",
    explain,
    (COLOURS,),
    needs_gradients=True,
    ranks_by_magnitude=True,
)
