"""From an explanation to a PNG: a signed map of the view, alone or over it."""

import numpy as np
from numpy.typing import NDArray

from app.attribution.explain import Explanation
from app.rendering.colormap import colour_table
from app.rendering.drawing import ColormapName, Drawing, resolve_colormap, scale_headers
from app.rendering.maps import draw_channel
from app.rendering.overlay import overlay
from app.rendering.png import png_rgb
from app.rendering.scale import Scale

NEARLY_ALL = 0.995  # of a map's pixels lie within a scale that outliers would stretch
FAR_OUT = 2.0  # times that far, and they would


def draw_signed_map(found: Explanation, side: int | None, name: ColormapName | None) -> Drawing:
    """The map alone, its longer side about `side` pixels; zero is in the middle of the scale."""
    return draw_channel(found.values[np.newaxis], 0, signed_scale(found), side, name)


def draw_signed_overlay(view: NDArray[np.uint8], found: Explanation, name: ColormapName, opacity: float) -> Drawing:
    """The map over the view (H, W, 3), which shows where the map says little."""
    scale = signed_scale(found)
    pixels = overlay(view, found.values, scale, colour_table(resolve_colormap(name, scale)), opacity, fading=True)
    return Drawing(png_rgb(pixels), scale_headers((scale,)))


def signed_scale(found: Explanation) -> Scale:
    """Signed, whatever the map holds, so that a colour always says for or against.

    Where a few pixels stand far out, as in maps of single pixels, the scale ends where nearly all of the map does: what
    lies beyond has the colour of the end. The scale is told beside the picture, and so is the map's own range.
    """
    sizes = np.abs(found.values)
    most = float(np.quantile(sizes, NEARLY_ALL))
    bound = most if sizes.max() > FAR_OUT * most > 0 else float(sizes.max())
    return Scale(-bound, bound, "channel", signed=True)
