"""Drawings of activations: a whole layer, one channel, a channel over the view, a receptive field, a picture."""

from collections.abc import Sequence
from math import ceil, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import InvalidRequest
from app.nets.layer import Layer
from app.rendering.bars import bars_layout, draw_bars
from app.rendering.colormap import DIVERGING, ColormapName
from app.rendering.drawing import Drawing, FloatArray, Pixels, encode_levels, scale_headers, sheet_headers
from app.rendering.overlay import OverlayStyle, Placement, overlay, receptive_field_placement
from app.rendering.png import encode_rgb
from app.rendering.scale import TOP_LEVEL, Scale, quantise, scale_of
from app.rendering.sheet import SheetLayout, area_mean, draw_sheet, layout

MAX_ORDER = 4096  # channels that a header lists: clients and balancers refuse one of more than 64 KB


def layer_layout(shape: Sequence[int], side: int | None, columns: int | None = None) -> SheetLayout:
    """Where each channel of (C, H, W) is on a sheet of at most so many columns, or each bar of a vector."""
    return bars_layout(shape[0], side) if prod(shape[1:]) == 1 else layout(shape, side=side, columns=columns)


def draw_layer(
    activation: FloatArray,
    scales: Sequence[Scale],
    order: NDArray[np.intp],
    sheet: SheetLayout,
    name: ColormapName | None,
) -> Drawing:
    """Every channel of (C, H, W) on one sheet, in this order of channels; one scale per channel.

    The values of a vector, (N,) or (N, 1, 1), are drawn as bars; they share one scale. `sheet` is the `layer_layout`.
    The order of up to MAX_ORDER channels is stated.
    """
    if activation.size == len(activation):
        levels = draw_bars(activation.reshape(-1)[order], scales[0], sheet)
    else:
        levels = draw_sheet(activation, scales, sheet, order)
    headers = scale_headers(scales) | sheet_headers(sheet)
    if len(order) <= MAX_ORDER:
        headers["X-Sheet-Order"] = ",".join(map(str, order))
    return Drawing(encode_levels(levels, scales[0], name), headers)


def draw_channel(
    activation: FloatArray, channel: int, scale: Scale, side: int | None, name: ColormapName | None
) -> Drawing:
    """One channel of (C, H, W) or one unit of (N,), its longer side about `side` pixels."""
    values = activation[channel].reshape(1, *(activation.shape[1:] or (1, 1)))
    sheet = layout(values.shape, side=side, gap=0)
    levels = draw_sheet(values, (scale,), sheet)
    return Drawing(encode_levels(levels, scale, name), scale_headers((scale,)))


def draw_overlay(view: Pixels, values: FloatArray, scale: Scale, layer: Layer, style: OverlayStyle) -> Drawing:
    """One channel's map (H, W) of a layer over the view, each cell at the centre of its receptive field.

    Raises:
        InvalidRequest: the layer's output is a vector, which has no map.
    """
    if values.ndim != 2:
        raise InvalidRequest(f"{layer.name} has no maps to draw over the picture: its output is a vector.")
    pixels = overlay(view, values, scale, style, _placement(layer))
    return Drawing(encode_rgb(pixels), scale_headers((scale,)))


def draw_field(values: FloatArray, name: ColormapName | None) -> Drawing:
    """An effective receptive field, (H, W) of the view without negative values, from 0 to its maximum."""
    scale = scale_of(values, "channel", signed=False)
    return Drawing(encode_levels(quantise(values, scale), scale, name), scale_headers((scale,)))


def draw_picture(pixels: Pixels, side: int | None) -> Drawing:
    """An RGB picture as it is, or shrunk by a whole number until its longer side is at most `side`."""
    return Drawing(encode_rgb(shrink_picture(pixels, side)), {})


def shrink_picture(pixels: Pixels, side: int | None) -> Pixels:
    """An RGB picture shrunk as `shrink` does, in whole levels; as it is without a side."""
    small = shrink(pixels.transpose(2, 0, 1), side).transpose(1, 2, 0)
    return np.ascontiguousarray(np.rint(small).astype(np.uint8))


def shrink(planes: NDArray[Any], side: int | None) -> NDArray[Any]:
    """Planes (C, H, W) shrunk by a whole number until their longer side is at most `side`; as they are without it."""
    return area_mean(planes, 1 if side is None else ceil(max(planes.shape[1:]) / side))


def draw_values(values: NDArray[Any], side: int | None, name: ColormapName | None) -> Drawing:
    """Maps (C, H, W) of any numbers on one sheet and one scale, with zero in the middle of a diverging colour map."""
    scales = (scale_of(values, "layer", signed=True if name == DIVERGING else None),) * len(values)
    return draw_layer(values, scales, np.arange(len(values)), layer_layout(values.shape, side), name)


def draw_colours(levels: NDArray[Any]) -> Drawing:
    """Red, green and blue planes (3, H, W) of levels from 0 to 255 as a picture.

    Levels beyond are drawn as 0 or 255; a header gives their share.
    """
    clipped = np.mean((levels < 0) | (levels > TOP_LEVEL))
    pixels = np.rint(np.clip(levels, 0, TOP_LEVEL)).astype(np.uint8).transpose(1, 2, 0)
    headers = scale_headers((Scale(0.0, float(TOP_LEVEL), "fixed", signed=False),))
    return Drawing(encode_rgb(np.ascontiguousarray(pixels)), headers | {"X-Scale-Clipped": f"{clipped:.6f}"})


def _placement(layer: Layer) -> Placement | None:
    field = layer.receptive_field
    if min(field.step) <= 0:
        return None
    return receptive_field_placement(field.size, field.step, field.offset)
