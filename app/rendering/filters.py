"""Drawings of filters: in colour for a layer that reads the RGB input, one map per plane for all others."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.rendering.colormap import ColormapName
from app.rendering.drawing import Drawing, FloatArray, encode_levels, scale_headers, sheet_headers
from app.rendering.png import encode_rgb
from app.rendering.scale import Scale, scale_of
from app.rendering.sheet import SheetLayout, draw_sheet, layout


def weight_plane(weights: NDArray[Any]) -> NDArray[Any]:
    """The weights of a whole layer as maps to draw, (C, H, W).

    A depthwise layer (C, 1, kH, kW) has one map per filter. Any other layer becomes one map with a row of kernels per
    filter and a column of kernels per input channel: (1, C_out * kH, C_in * kW). The weights of a fully connected
    layer (N_out, N_in) already are such a map. A kernel of one axis is a row, one of three axes a column of planes.
    """
    if weights.ndim == 2:
        return weights[np.newaxis]
    planes = np.stack([kernel_planes(kernel) for kernel in weights])
    filters, inputs, height, width = planes.shape
    if inputs == 1:
        return planes[:, 0]
    return planes.transpose(0, 2, 1, 3).reshape(1, filters * height, inputs * width)


def kernel_planes(kernel: NDArray[Any]) -> NDArray[Any]:
    """One filter, (C_in, kH, kW), (C_in, kW), (C_in, kD, kH, kW) or (N_in,), as planes to draw, (C, H, W)."""
    size = (1, 1, *kernel.shape[1:])[-2:]
    return kernel.reshape(-1, *size)


def colour_sheet(kernels: NDArray[Any], scale: Scale, sheet: SheetLayout) -> NDArray[np.uint8]:
    """Filters of the RGB input, (C_out, 3, kH, kW), each drawn in colour on a sheet: (H, W, 3) uint8.

    A weight of zero is mid-grey. Where a filter is red, its weights for the red channel are positive.
    """
    scales = (scale,) * len(kernels)
    planes = [draw_sheet(kernels[:, plane], scales, sheet) for plane in range(3)]
    return np.stack(planes, axis=-1)


def draw_filters(
    weights: FloatArray, colours: Sequence[int] | None, side: int | None, name: ColormapName | None
) -> Drawing:
    """All the filters of a layer on one scale.

    `colours` gives the input channels that are red, green and blue, for a layer that reads the network's input. Its
    kernels are then drawn in colour, unless a colour map is named.
    """
    scale = scale_of(weights, "layer", signed=True)
    if colours is not None and name is None:
        kernels = weights[:, list(colours)]
        sheet = layout((len(kernels), *kernels.shape[2:]), side=side)
        png = encode_rgb(colour_sheet(kernels, scale, sheet))
    else:
        maps = weight_plane(weights)
        sheet = layout(maps.shape, side=side if len(maps) > 1 else None)
        png = encode_levels(draw_sheet(maps, (scale,) * len(maps), sheet), scale, name)
    return Drawing(png, scale_headers((scale,)) | sheet_headers(sheet))


def draw_filter(kernels: FloatArray, side: int | None, name: ColormapName | None) -> Drawing:
    """One filter, (C_in, kH, kW) or (N_in,): every plane on one sheet, on one scale."""
    planes = kernel_planes(kernels)
    scales = (scale_of(planes, "channel", signed=True),) * len(planes)
    sheet = layout(planes.shape, side=side)
    levels = draw_sheet(planes, scales, sheet)
    return Drawing(encode_levels(levels, scales[0], name), scale_headers(scales) | sheet_headers(sheet))
