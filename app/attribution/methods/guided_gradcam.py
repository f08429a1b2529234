"""Guided Grad-CAM: guided backpropagation where Grad-CAM finds evidence.

R. R. Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization", ICCV 2017.
"""

import numpy as np

from app.attribution.case import Case
from app.attribution.maps import over_view, without_colours
from app.attribution.method import Found, Method, Options
from app.attribution.methods.gradcam import METHOD as GRADCAM
from app.attribution.methods.gradcam import gradcam
from app.attribution.methods.saliency import COLOURS


def explain(case: Case, options: Options) -> Found:
    """Section 3.2: the positive part of Grad-CAM over the view, times guided backpropagation, pixel by pixel."""
    evidence = over_view(np.maximum(gradcam(*case.at_layer()), 0), *case.size)
    return Found(without_colours(evidence * case.gradient("guided"), str(options["colours"])))


METHOD = Method(
    "guided_gradcam",
    "Guided Grad-CAM",
    GRADCAM.paper,
    "The fine lines of guided backpropagation, but only where Grad-CAM sees evidence for the class.",
    explain,
    (COLOURS,),
    at_layer=True,
    needs_gradients=True,
    magnitude=True,
)
