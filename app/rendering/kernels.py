"""Filters as pictures: first-layer kernels in colour, all others number by number."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.rendering.scale import Scale
from app.rendering.sheet import SheetLayout, draw_sheet


def weight_plane(weights: NDArray[Any]) -> NDArray[Any]:
    """The weights of a whole layer as maps to be drawn, (C, H, W).

    A depthwise layer (C, 1, kH, kW) has one map per filter. Any other becomes one map whose rows are the filters and
    whose columns are the input channels, each kernel in its place: (1, C_out * kH, C_in * kW); weights of a dense
    layer (N_out, N_in) are such a map as they are.
    """
    if weights.ndim == 2:
        return weights[np.newaxis]
    filters, inputs, height, width = weights.shape
    if inputs == 1:
        return weights[:, 0]
    return weights.transpose(0, 2, 1, 3).reshape(1, filters * height, inputs * width)


def colour_sheet(kernels: NDArray[Any], scale: Scale, sheet: SheetLayout) -> NDArray[np.uint8]:
    """Filters on an RGB picture, (C_out, 3, kH, kW), each as one colour picture on a sheet: (H, W, 3) uint8.

    A weight of zero is mid-grey; a filter that is red in a corner adds up the red of the picture there.
    """
    scales = (scale,) * len(kernels)
    planes = [draw_sheet(kernels[:, plane], scales, sheet) for plane in range(3)]
    return np.stack(planes, axis=-1)
