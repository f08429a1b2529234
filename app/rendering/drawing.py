"""A drawing: a PNG with the headers that state its scale and its geometry."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.rendering.colormap import ColormapName, colour_table, resolve_colormap
from app.rendering.png import encode_grey, encode_palette
from app.rendering.scale import Scale
from app.rendering.sheet import SheetLayout

Pixels = NDArray[np.uint8]
FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A PNG and the headers that go with it."""

    png: bytes
    headers: dict[str, str]

    @property
    def data_url(self) -> str:
        """The PNG as an address that holds it, for an answer that no other request follows."""
        return f"data:image/png;base64,{base64.b64encode(self.png).decode()}"


def encode_levels(levels: Pixels, scale: Scale, name: ColormapName | None) -> bytes:
    """The PNG of grey levels (H, W), coloured by a colour map if one is named."""
    if name is None:
        return encode_grey(levels)
    return encode_palette(levels, colour_table(resolve_colormap(name, signed=scale.signed)))


def scale_headers(scales: Sequence[Scale]) -> dict[str, str]:
    """The headers that state the scale. Where channels differ, their ranges are in the layer's statistics instead."""
    first = scales[0]
    headers = {"X-Scale-Domain": first.domain, "X-Scale-Signed": "1" if first.signed else "0"}
    if all(scale == first for scale in scales):
        headers |= {"X-Scale-Min": repr(first.lo), "X-Scale-Max": repr(first.hi)}
    return headers


def sheet_headers(sheet: SheetLayout) -> dict[str, str]:
    """The headers that state where a sheet's cells are."""
    return {
        "X-Sheet-Columns": str(sheet.columns),
        "X-Sheet-Pitch": f"{sheet.pitch_x} {sheet.pitch_y}",
        "X-Sheet-Cell": f"{sheet.cell_w} {sheet.cell_h}",
    }
