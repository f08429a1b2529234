"""Drawings of explanations: a signed map of the view, alone or over the view."""

import numpy as np

from app.rendering.colormap import ColormapName
from app.rendering.drawing import Drawing, FloatArray, Pixels, scale_headers
from app.rendering.maps import draw_channel
from app.rendering.overlay import OverlayStyle, overlay
from app.rendering.png import encode_rgb
from app.rendering.scale import Scale

QUANTILE = 0.995  # of the magnitudes: the end of the scale of a map with outliers
OUTLIER = 2.0  # times that quantile: from there on a value is an outlier


def draw_signed_map(values: FloatArray, side: int | None, name: ColormapName | None) -> Drawing:
    """The map (H, W) alone, its longer side about `side` pixels; zero is in the middle of the scale."""
    return draw_channel(values[np.newaxis], 0, signed_scale(values), side, name)


def draw_signed_overlay(view: Pixels, values: FloatArray, name: ColormapName, opacity: float) -> Drawing:
    """The map (H, W) over the view (H, W, 3), which shows through where the map is near zero."""
    scale = signed_scale(values)
    pixels = overlay(view, values, scale, OverlayStyle(name, opacity, is_fading=True))
    return Drawing(encode_rgb(pixels), scale_headers((scale,)))


def signed_scale(values: FloatArray) -> Scale:
    """A scale that is signed whatever the sign of the values, so that a colour always means supports or opposes.

    With outliers, as in maps of single pixels, the scale ends at the 99.5 % quantile of the magnitudes; what lies
    beyond has the colour of its end. The scale is stated beside the picture, and so is the map's own range.
    """
    magnitudes = np.abs(values)
    highest, quantile = float(magnitudes.max()), float(np.quantile(magnitudes, QUANTILE))
    bound = quantile if highest > OUTLIER * quantile > 0 else highest
    return Scale(-bound, bound, "channel", signed=True)
