"""Saliency: the gradient of the score at the picture.

K. Simonyan, A. Vedaldi, A. Zisserman, "Deep Inside Convolutional Networks: Visualising Image Classification Models and
Saliency Maps", ICLR workshop 2014.
"""

from app.attribution.case import Case
from app.attribution.maps import without_colours
from app.attribution.method import Found, Method, Options, Paper, Parameter

COLOURS = Parameter(
    "colours",
    "choice",
    "strongest",
    "How a pixel's channels become one number: the `strongest` by magnitude, with its sign, or their `sum`.",
    choices=("strongest", "sum"),
)


def explain(case: Case, options: Options) -> Found:
    return Found(without_colours(case.gradient(), str(options["colours"])))


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
    magnitude=True,
)
