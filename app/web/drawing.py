"""From an activation or a filter to a PNG and the headers that say what its colours mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.errors import InvalidRequest
from app.nets.layer import Layer
from app.rendering.bars import bars_layout, draw_bars
from app.rendering.colormap import DEFAULT, DIVERGING, colour_table
from app.rendering.kernels import colour_sheet, weight_plane
from app.rendering.overlay import Placement, on_receptive_fields, overlay
from app.rendering.png import png_grey, png_palette, png_rgb
from app.rendering.scale import Scale, quantise, scale_of
from app.rendering.sheet import SheetLayout, area_mean, draw_sheet, layout

ColormapName = Literal["auto", "viridis", "cividis", "magma", "grey", "diverging"]
Pixels = NDArray[np.uint8]
Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A PNG and the headers that go with it."""

    png: bytes
    headers: dict[str, str]

    @property
    def sized(self) -> tuple["Drawing", int]:
        """The drawing and the bytes it holds, as a cache wants it."""
        return self, len(self.png) + sum(len(name) + len(value) for name, value in self.headers.items())


def draw_layer(
    activation: Values, scales: Sequence[Scale], places: NDArray[np.intp], side: int | None, name: ColormapName | None
) -> Drawing:
    """Every channel of (C, H, W) on one sheet, in the order of `places`; one scale per channel.

    The values of a vector, (N,) or (N, 1, 1), are bars; they share one scale.
    """
    if activation.size == len(activation):
        sheet = bars_layout(len(activation), side)
        levels = draw_bars(activation.reshape(-1)[places], scales[0], sheet)
    else:
        sheet = layout(activation.shape, side=side)
        levels = draw_sheet(activation, scales, sheet, places)
    headers = scale_headers(scales) | _sheet_headers(sheet) | {"X-Sheet-Order": ",".join(map(str, places))}
    return Drawing(_coloured(levels, scales[0], name), headers)


def draw_channel(
    activation: Values, channel: int, scale: Scale, side: int | None, name: ColormapName | None
) -> Drawing:
    """One channel of (C, H, W) or one unit of (N,), its longer side about `side` pixels."""
    values = activation[channel].reshape(1, *(activation.shape[1:] or (1, 1)))
    sheet = layout(values.shape, side=side, gap=0)
    levels = draw_sheet(values, (scale,), sheet)
    return Drawing(_coloured(levels, scale, name), scale_headers((scale,)))


def draw_overlay(
    view: Pixels, activation: Values, channel: int, scale: Scale, layer: Layer, name: ColormapName, opacity: float
) -> Drawing:
    """One channel of (C, H, W) over the view, each cell at the centre of what it can see."""
    if activation.ndim != 3:
        raise InvalidRequest(f"{layer.name} has no maps to lay over the picture: its output is a vector.")
    table = colour_table(resolved(name, scale))
    pixels = overlay(view, activation[channel], scale, table, opacity, _placement(layer))
    return Drawing(png_rgb(pixels), scale_headers((scale,)))


def draw_filters(
    weights: Values, colours: Sequence[int] | None, side: int | None, name: ColormapName | None
) -> Drawing:
    """All the filters of a layer on one scale.

    `colours` says which input channels are red, green and blue where the layer looks at the picture itself: its kernels
    are then drawn in colour, unless a colour map is asked for.
    """
    scale = scale_of(weights, "layer", signed=True)
    if colours is not None and name is None:
        kernels = weights[:, list(colours)]
        sheet = layout((len(kernels), *kernels.shape[2:]), side=side)
        png = png_rgb(colour_sheet(kernels, scale, sheet))
    else:
        maps = weight_plane(weights)
        sheet = layout(maps.shape, side=side if len(maps) > 1 else None)
        png = _coloured(draw_sheet(maps, (scale,) * len(maps), sheet), scale, name)
    return Drawing(png, scale_headers((scale,)) | _sheet_headers(sheet))


def draw_filter(kernels: Values, side: int | None, name: ColormapName | None) -> Drawing:
    """One filter, (C_in, kH, kW) or (N_in,): every plane on one sheet, on one scale."""
    scales = (scale_of(kernels, "channel", signed=True),) * len(kernels)
    sheet = layout(kernels.shape, side=side)
    levels = draw_sheet(kernels, scales, sheet)
    return Drawing(_coloured(levels, scales[0], name), scale_headers(scales) | _sheet_headers(sheet))


def draw_field(values: Values, name: ColormapName | None) -> Drawing:
    """How strongly each pixel of a view counts, (H, W) and none negative, from 0 to the greatest."""
    scale = scale_of(values, "channel", signed=False)
    return Drawing(_coloured(quantise(values, scale), scale, name), scale_headers((scale,)))


def draw_picture(pixels: Pixels, side: int | None) -> Drawing:
    """An RGB picture as it is, or shrunk by a whole number until its longer side is at most `side`."""
    factor = 1 if side is None else ceil(max(pixels.shape) / side)
    small = area_mean(pixels.transpose(2, 0, 1), factor).transpose(1, 2, 0)
    return Drawing(png_rgb(np.rint(small).astype(np.uint8)), {})


def _coloured(levels: Pixels, scale: Scale, name: ColormapName | None) -> bytes:
    return png_grey(levels) if name is None else png_palette(levels, colour_table(resolved(name, scale)))


def resolved(name: ColormapName, scale: Scale) -> str:
    """The name of a colour map; `auto` is diverging on a signed scale."""
    if name != "auto":
        return name
    return DIVERGING if scale.signed else DEFAULT


def _placement(layer: Layer) -> Placement | None:
    field = layer.receptive_field
    if min(field.step) <= 0:
        return None
    return on_receptive_fields(field.size, field.step, field.offset)


def scale_headers(scales: Sequence[Scale]) -> dict[str, str]:
    """One range where all share it; where each channel has its own, the ranges are in the layer's statistics."""
    first = scales[0]
    headers = {"X-Scale-Domain": first.domain, "X-Scale-Signed": "1" if first.signed else "0"}
    if all(scale == first for scale in scales):
        headers |= {"X-Scale-Min": repr(first.lo), "X-Scale-Max": repr(first.hi)}
    return headers


def _sheet_headers(sheet: SheetLayout) -> dict[str, str]:
    return {
        "X-Sheet-Columns": str(sheet.columns),
        "X-Sheet-Pitch": f"{sheet.pitch_x} {sheet.pitch_y}",
        "X-Sheet-Cell": f"{sheet.cell_w} {sheet.cell_h}",
    }
