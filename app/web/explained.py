"""From an explanation to a PNG: a signed map of the view, alone or over it."""

import numpy as np
from numpy.typing import NDArray

from app.attribution.explain import Explanation
from app.rendering.colormap import colour_table
from app.rendering.overlay import overlay
from app.rendering.png import png_rgb
from app.rendering.scale import Scale, scale_of
from app.web.drawing import ColormapName, Drawing, draw_channel, resolved, scale_headers


def draw_explanation(found: Explanation, side: int | None, name: ColormapName | None) -> Drawing:
    """The map alone, its longer side about `side` pixels; zero is in the middle of the scale."""
    return draw_channel(found.values[np.newaxis], 0, scale_for(found), side, name)


def draw_explained(view: NDArray[np.uint8], found: Explanation, name: ColormapName, opacity: float) -> Drawing:
    """The map over the view (H, W, 3)."""
    scale = scale_for(found)
    pixels = overlay(view, found.values, scale, colour_table(resolved(name, scale)), opacity)
    return Drawing(png_rgb(pixels), scale_headers((scale,)))


def scale_for(found: Explanation) -> Scale:
    """Signed, whatever the map holds, so that a colour always says for or against."""
    return scale_of(found.values, "channel", signed=True)
