"""Strokes, wider or narrower: the lines of a drawing, light on dark or dark on light."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

RGB = npt.NDArray[np.uint8]
Extreme = Callable[[RGB, RGB], RGB]
MIDDLE_LEVEL = 128
DIAGONAL = 0.29  # of an octagon's radius: half of each of its diagonal sides


def thicken(rgb: RGB, percent: float) -> RGB:
    """Strokes wider on each side by a share of the picture's shorter side, or narrower if it is negative.

    A dilation, or an erosion, by an octagon (Serra 1982). Strokes are what covers less than half of the picture: the
    lighter part if most of it is dark.
    """
    radius = round(min(rgb.shape[:2]) * abs(percent) / 100)
    is_light = bool(np.median(rgb) < MIDDLE_LEVEL)
    extreme: Extreme = np.maximum if is_light == (percent > 0) else np.minimum
    diagonal = max(0, min(round(DIAGONAL * radius), (radius - 1) // 2))
    straight = radius - 2 * diagonal
    for direction, length in (((0, 1), straight), ((1, 0), straight), ((1, 1), diagonal), ((1, -1), diagonal)):
        rgb = _extreme_along(rgb, direction, length, extreme)
    return rgb


def _extreme_along(rgb: RGB, direction: tuple[int, int], length: int, extreme: Extreme) -> RGB:
    """The extreme of each pixel and its neighbours up to `length` steps away in a direction and in its opposite."""
    reached = 0
    while reached < length:
        steps = min(2 * reached + 1, length - reached)  # so that no pixel in between is left out
        down, right = (steps * each for each in direction)
        rgb = extreme(extreme(rgb, _neighbour(rgb, down, right)), _neighbour(rgb, -down, -right))
        reached += steps
    return rgb


def _neighbour(rgb: RGB, down: int, right: int) -> RGB:
    """The pixel at this distance from each pixel; itself where that is outside the picture."""
    neighbour = rgb.copy()
    height, width = rgb.shape[:2]
    if abs(down) < height and abs(right) < width:
        to, source = (
            (_overlap(height, down), _overlap(width, right)),
            (_overlap(height, -down), _overlap(width, -right)),
        )
        neighbour[to] = rgb[source]
    return neighbour


def _overlap(length: int, distance: int) -> slice:
    """The places of a row that have a neighbour at this distance."""
    return slice(max(0, -distance), length - max(0, distance))
