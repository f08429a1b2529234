"""Deconvnet: the way back through the network, where every ReLU passes only a positive signal.

M. D. Zeiler, R. Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014.
"""

from app.attribution.case import Case
from app.attribution.maps import without_colours
from app.attribution.method import Found, Method, Options, Paper
from app.attribution.methods.saliency import COLOURS


def explain(case: Case, options: Options) -> Found:
    return Found(without_colours(case.gradient("deconvnet"), str(options["colours"])))


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
    magnitude=True,
)
