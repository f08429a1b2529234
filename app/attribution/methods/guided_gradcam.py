"""Guided Grad-CAM: guided backpropagation where Grad-CAM finds evidence.

R. R. Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization", ICCV 2017.
"""

import numpy as np

from app.attribution.maps import reduce_channels, upsample
from app.attribution.method import AttributionMap, Method, Options
from app.attribution.methods.gradcam import METHOD as GRADCAM
from app.attribution.methods.gradcam import gradcam
from app.attribution.methods.saliency import COLOURS
from app.attribution.task import AttributionTask


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    """Section 3.2: the positive part of Grad-CAM, upsampled, times guided backpropagation, pixel by pixel."""
    evidence = upsample(np.maximum(gradcam(*task.activation_and_gradient()), 0), *task.size)
    return AttributionMap(reduce_channels(evidence * task.gradient("guided"), str(options["colours"])))


METHOD = Method(
    "guided_gradcam",
    "Guided Grad-CAM",
    GRADCAM.paper,
    "The detail of guided backpropagation, but only where Grad-CAM finds evidence for the class.",
    explain,
    (COLOURS,),
    at_layer=True,
    needs_gradients=True,
    ranks_by_magnitude=True,
)
