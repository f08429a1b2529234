"""A patch: the part of a photo in the receptive field of one cell, cut out of what the network receives."""

import math
from dataclasses import dataclass

import numpy as np

from app.nets.layer import Box, Layer
from app.nets.preprocessing.fit import RGB


@dataclass(frozen=True, slots=True, eq=False)
class PhotoPatch:
    """The pixels in `window`, (H, W, 3), which may go beyond the view: what is there is padding, in one colour.

    `visible` is the part of the window within the view. Both are in pixels of the view.
    """

    rgb: RGB
    window: Box
    visible: Box

    @property
    def has_padding(self) -> bool:
        return self.window != self.visible


def field_window(layer: Layer, y: int, x: int, size: tuple[int, int]) -> Box:
    """The receptive field of a cell, with its padding, in a view of `size` (height, width).

    Along an axis where it is as long as the view, or where every cell depends on all of it, that is the whole view.
    """
    field, bounds = layer.receptive_field, list[tuple[int, int]]()
    for axis, place in enumerate((y, x)):
        begin = field.offset[axis] + place * field.step[axis]
        first, last = math.floor(begin), math.ceil(begin + field.size[axis])
        bounds.append((0, size[axis]) if not field.step[axis] or last - first >= size[axis] else (first, last))
    (top, bottom), (left, right) = bounds
    return Box(top, left, bottom, right)


def cut_patch(view: RGB, window: Box, colour: tuple[int, int, int]) -> PhotoPatch:
    """The patch in a window of the view; beyond the view it has this colour."""
    height, width = view.shape[:2]
    top, bottom = (min(max(edge, 0), height) for edge in (window.top, window.bottom))
    left, right = (min(max(edge, 0), width) for edge in (window.left, window.right))
    rgb = np.full((window.bottom - window.top, window.right - window.left, 3), colour, np.uint8)
    rgb[top - window.top : bottom - window.top, left - window.left : right - window.left] = view[top:bottom, left:right]
    return PhotoPatch(rgb, window, Box(top, left, bottom, right))
