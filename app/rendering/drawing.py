"""A PNG with the headers that say what its colours mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.rendering.colormap import DEFAULT, DIVERGING, colour_table
from app.rendering.png import png_grey, png_palette
from app.rendering.scale import Scale
from app.rendering.sheet import SheetLayout

ColormapName = Literal["auto", "viridis", "cividis", "magma", "grey", "diverging"]
Pixels = NDArray[np.uint8]
FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A PNG and the headers that go with it."""

    png: bytes
    headers: dict[str, str]

    @property
    def nbytes(self) -> int:
        """How many bytes it holds."""
        return len(self.png) + sum(len(name) + len(value) for name, value in self.headers.items())


def encode_levels(levels: Pixels, scale: Scale, name: ColormapName | None) -> bytes:
    return png_grey(levels) if name is None else png_palette(levels, colour_table(resolve_colormap(name, scale)))


def resolve_colormap(name: ColormapName, scale: Scale) -> str:
    """The name of a colour map; `auto` is diverging on a signed scale."""
    if name != "auto":
        return name
    return DIVERGING if scale.signed else DEFAULT


def scale_headers(scales: Sequence[Scale]) -> dict[str, str]:
    """One range where all share it; where each channel has its own, the ranges are in the layer's statistics."""
    first = scales[0]
    headers = {"X-Scale-Domain": first.domain, "X-Scale-Signed": "1" if first.signed else "0"}
    if all(scale == first for scale in scales):
        headers |= {"X-Scale-Min": repr(first.lo), "X-Scale-Max": repr(first.hi)}
    return headers


def sheet_headers(sheet: SheetLayout) -> dict[str, str]:
    return {
        "X-Sheet-Columns": str(sheet.columns),
        "X-Sheet-Pitch": f"{sheet.pitch_x} {sheet.pitch_y}",
        "X-Sheet-Cell": f"{sheet.cell_w} {sheet.cell_h}",
    }
