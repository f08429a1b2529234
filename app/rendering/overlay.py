"""A map drawn over the view that it belongs to."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import InvalidRequest
from app.rendering.colormap import ColormapName, colour_table, resolve_colormap
from app.rendering.scale import Scale, quantise

FADING = ((0, 0.5, 1), (0, 0.75, 1))  # distances from the middle of a scale to its ends, and the opacity there


@dataclass(frozen=True, slots=True)
class OverlayStyle:
    """How a map is blended with the view: each pixel is (1 - opacity) * view + opacity * colour.

    With `is_fading` that is the opacity at the ends of the scale; it falls to 0 in the middle, which is zero on a
    signed scale.

    Raises:
        InvalidRequest: the opacity is not between 0 and 1.
    """

    colormap: ColormapName
    opacity: float
    is_fading: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.opacity <= 1:
            raise InvalidRequest("The opacity of an overlay lies between 0 and 1.", opacity=self.opacity)


@dataclass(frozen=True, slots=True)
class Placement:
    """The centres of a map's cells in the view: cell (i, j) is at (first_y + i * step_y, first_x + j * step_x).

    In pixels of the view. The centre of a pixel has integer coordinates, so the view spans -0.5 to size - 0.5.
    """

    first_y: float
    first_x: float
    step_y: float
    step_x: float


def stretch_placement(map_h: int, map_w: int, view_h: int, view_w: int) -> Placement:
    """The placement that divides the view evenly among the cells; exact where padding preserves the size."""
    step_y, step_x = view_h / map_h, view_w / map_w
    return Placement(step_y / 2 - 0.5, step_x / 2 - 0.5, step_y, step_x)


def receptive_field_placement(
    size: tuple[float, float], step: tuple[float, float], offset: tuple[float, float]
) -> Placement:
    """The placement of each cell at the centre of its receptive field; (height, width) pairs in pixels of the view.

    `offset` is the top left pixel of the first cell's field, negative where the field begins in the padding. This is
    exact for any padding, also where no field reaches the border (Araujo, Norris & Sim, "Computing Receptive Fields of
    Convolutional Neural Networks", Distill 2019).
    """
    return Placement(offset[0] + (size[0] - 1) / 2, offset[1] + (size[1] - 1) / 2, step[0], step[1])


def enlarge(values: NDArray[Any], view_h: int, view_w: int, placement: Placement | None = None) -> NDArray[np.float32]:
    """A map (H, W) at every pixel of the view, (view_h, view_w) float32: bilinear between the cells' centres.

    Beyond the outermost centres the outermost values are repeated. Without a placement the map is stretched over the
    view.
    """
    map_h, map_w = values.shape
    place = placement or stretch_placement(map_h, map_w, view_h, view_w)
    down = _weights(view_h, map_h, place.first_y, place.step_y)
    across = _weights(view_w, map_w, place.first_x, place.step_x)
    enlarged: NDArray[np.float32] = down @ values.astype(np.float32) @ across.T
    return enlarged


def overlay(
    view: NDArray[np.uint8], values: NDArray[Any], scale: Scale, style: OverlayStyle, placement: Placement | None = None
) -> NDArray[np.uint8]:
    """The view (H, W, 3) uint8 blended with a map (h, w) in the style's colours; (H, W, 3) uint8.

    Raises:
        NonFinite: the map holds NaN or infinity.
    """
    view_h, view_w, _ = view.shape
    levels = quantise(enlarge(values, view_h, view_w, placement), scale)
    share = np.full((view_h, view_w, 1), style.opacity, np.float32)
    if style.is_fading:
        share *= np.interp(np.abs(levels / 127.5 - 1), *FADING)[..., np.newaxis].astype(np.float32)
    table = colour_table(resolve_colormap(style.colormap, signed=scale.signed))
    blend = view * (1 - share) + table[levels] * share
    blended: NDArray[np.uint8] = np.rint(blend).astype(np.uint8)
    return blended


def _weights(pixels: int, cells: int, first: float, step: float) -> NDArray[np.float32]:
    """The interpolation weight of each cell at each pixel of one axis, (pixels, cells); every row sums to 1."""
    position = np.clip((np.arange(pixels) - first) / step, 0, cells - 1)
    weights: NDArray[np.float64] = np.maximum(0, 1 - np.abs(position[:, None] - np.arange(cells)))
    return weights.astype(np.float32)
