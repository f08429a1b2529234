"""The colour maps, each by a few control points, from which server and page compute the same 256 colours.

- viridis, magma: Smith & van der Walt, "A Better Default Colormap for Matplotlib", SciPy 2015 (CC0).
- cividis: Nuñez, Anderton & Renslow, "Optimizing colormaps with consideration for color vision deficiency to enable
  accurate interpretation of scientific data", PLoS ONE 13(7), 2018.
- diverging: RdBu of Harrower & Brewer, "ColorBrewer.org", The Cartographic Journal 40(1), 2003; blue for negative, red
  for positive, neutral in the middle; for values whose sign matters.

Colours between control points are interpolated linearly in sRGB. The result is within 1/255 per component of the
published 256 colours; diverging and grey are exact.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from app.errors import InvalidRequest

ColormapName = Literal["auto", "viridis", "cividis", "magma", "grey", "diverging"]
LEVELS: Final = 256
DEFAULT: Final = "viridis"
DIVERGING: Final = "diverging"

# The fewest points that stay within 1/255 of the published map. static/js/draw/colormaps.js holds the same ones.
CONTROL_POINTS: Final[Mapping[str, Mapping[float, str]]] = MappingProxyType(
    {
        "viridis": {
            0: "#440154", 17: "#481a6c", 35: "#46307e", 59: "#3d4d8a", 93: "#2d708e", 129: "#20928c", 147: "#1fa287",
            162: "#2ab07f", 179: "#44bf70", 197: "#69cd5b", 215: "#95d840", 233: "#c5e021", 242: "#dde318",
            248: "#ece51b", 255: "#fde725",
        },
        "cividis": {
            0: "#00224e", 17: "#002e6c", 23: "#013271", 29: "#143670", 41: "#293f6e", 65: "#444f6c", 96: "#61656f",
            127: "#7c7b78", 158: "#999277", 191: "#bbad6d", 219: "#d9c55c", 237: "#edd54a", 252: "#fee434",
            255: "#fee838",
        },
        "magma": {
            0: "#000004", 7: "#03030f", 20: "#0e0b2b", 35: "#21114e", 48: "#36106b", 58: "#471078", 75: "#621980",
            97: "#842681", 120: "#aa337d", 143: "#cf4070", 158: "#e44f64", 173: "#f3655c", 187: "#fa7f5e",
            206: "#fea36f", 229: "#fecd90", 255: "#fcfdbf",
        },
        "grey": {0: "#000000", 255: "#ffffff"},
        "diverging": {
            0: "#053061", 25.5: "#2166ac", 51: "#4393c3", 76.5: "#92c5de", 102: "#d1e5f0", 127.5: "#f7f7f7",
            153: "#fddbc7", 178.5: "#f4a582", 204: "#d6604d", 229.5: "#b2182b", 255: "#67001f",
        },
    }
)  # fmt: skip


def resolve_colormap(name: ColormapName, *, signed: bool) -> str:
    """The colour map that a name stands for; `auto` is diverging on a signed scale."""
    if name != "auto":
        return name
    return DIVERGING if signed else DEFAULT


def colour_table(name: str) -> NDArray[np.uint8]:
    """The 256 colours of a map, (256, 3) uint8 sRGB.

    Raises:
        InvalidRequest: the name is unknown; the error lists those there are.
    """
    points = CONTROL_POINTS.get(name)
    if points is None:
        raise InvalidRequest(
            f"There is no colour map of this name. Known ones: {', '.join(CONTROL_POINTS)}.", known=list(CONTROL_POINTS)
        )
    positions = np.array(list(points))
    colours = np.array([list(bytes.fromhex(colour[1:])) for colour in points.values()])
    levels = np.arange(LEVELS)
    components = [np.interp(levels, positions, colours[:, component]) for component in range(3)]
    return np.floor(np.stack(components, axis=1) + 0.5).astype(np.uint8)


def as_json() -> dict[str, list[list[float | str]]]:
    """Every map's control points as `{name: [[level, "#rrggbb"], ...]}`, levels ascending from 0 to 255."""
    return {name: [[level, colour] for level, colour in points.items()] for name, points in CONTROL_POINTS.items()}
