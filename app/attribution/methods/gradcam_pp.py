"""Grad-CAM++: Grad-CAM with weights from positive gradients, normalised so that every object of the class counts.

A. Chattopadhay, A. Sarkar, P. Howlader, V. N. Balasubramanian, "Grad-CAM++: Generalized Gradient-based Visual
Explanations for Deep Convolutional Networks", WACV 2018.
"""

import numpy as np

from app.attribution.maps import Cells
from app.attribution.method import MethodPaper
from app.attribution.weighted_maps import layer_method


def gradcam_pp(activation: Cells, gradient: Cells) -> Cells:
    """Equations 5 and 19 before the ReLU, with the exponential of the score as the differentiated function.

    Its second and third derivatives are then powers of the score's gradient g, and equation 19 becomes
    alpha = g^2 / (2 g^2 + sum(A) g^3) = 1 / (2 + sum(A) g). Only positive gradients enter, so alpha matters only there.
    Activation and gradient are (C, h, w), the cells (h, w).
    """
    total = activation.sum(axis=(1, 2), keepdims=True, dtype=np.float64)
    positive = np.maximum(gradient, 0).astype(np.float64)
    denominator = 2 + total * positive
    alpha = np.divide(1, denominator, out=np.zeros_like(denominator), where=denominator != 0)
    weights = (alpha * positive).sum(axis=(1, 2)).astype(np.float32)
    cells: Cells = np.tensordot(weights, activation, axes=1)
    return cells


METHOD = layer_method(
    "gradcam_pp",
    "Grad-CAM++",
    MethodPaper(
        "Grad-CAM++: Generalized Gradient-based Visual Explanations for Deep Convolutional Networks",
        "A. Chattopadhay, A. Sarkar, P. Howlader, V. N. Balasubramanian",
        2018,
        "https://arxiv.org/abs/1710.11063",
    ),
    "Weights each map by its positive gradients alone, so that a second object of the class is not lost.",
    gradcam_pp,
)
