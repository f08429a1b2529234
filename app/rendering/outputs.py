"""Drawings of a network's outputs: boxes and masks over the view, and images that it gives."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.analysis.detections import Detection
from app.analysis.image_output import ImageRange, levels_of
from app.analysis.segmentation import NO_CLASS
from app.rendering.drawing import Drawing, FloatArray, Pixels
from app.rendering.maps import draw_colours, shrink
from app.rendering.palette import class_colour
from app.rendering.png import encode_rgb

FRAME = 200  # pixels of the view for one of a frame's width
INSTANCE_OPACITY = 0.5  # of the mask of one object
GREY = 128  # of places without a class, where there is no view below


def draw_boxes(view: Pixels, boxes: Sequence[Detection], masks: NDArray[np.bool_] | None = None) -> Drawing:
    """The view (H, W, 3) with a frame around each box, in the colour of its class; the best on top.

    `masks` are the places that the object of each box covers, if they are known.
    """
    pixels = as_colours(view).copy()
    for box, mask in zip(reversed(boxes), [] if masks is None else masks[::-1], strict=False):
        of_class = np.where(mask, box.index, NO_CLASS)
        pixels = colour_mask(enlarge_mask(of_class, pixels.shape[:2]), pixels, INSTANCE_OPACITY)
    thickness = max(1, round(max(pixels.shape[:2]) / FRAME))
    for box in reversed(boxes):
        draw_frame(pixels, box, thickness)
    return Drawing(encode_rgb(pixels), {})


def draw_frame(pixels: Pixels, box: Detection, thickness: int) -> None:
    """Draw the frame of a box, inwards from its edges, into the pixels; of the smallest box one pixel."""
    height, width = pixels.shape[:2]
    top, left = min(round(box.top), height - 1), min(round(box.left), width - 1)
    bottom, right = max(top + 1, round(box.bottom)), max(left + 1, round(box.right))
    area, colour = pixels[top:bottom, left:right], class_colour(box.index)
    for edge in (area[:thickness], area[-thickness:], area[:, :thickness], area[:, -thickness:]):
        edge[...] = colour


def draw_mask(mask: NDArray[np.intp], view: Pixels, opacity: float | None) -> Drawing:
    """The classes (h, w) in their colours: over the view (H, W, 3) with this opacity, or alone, a pixel for a place."""
    if opacity is None:
        return Drawing(encode_rgb(colour_mask(mask, np.full((*mask.shape, 3), GREY, np.uint8), 1.0)), {})
    return Drawing(encode_rgb(colour_mask(enlarge_mask(mask, view.shape[:2]), as_colours(view), opacity)), {})


def colour_mask(mask: NDArray[np.intp], below: Pixels, opacity: float) -> Pixels:
    """Each pixel blended with the colour of its class; without a class it stays as it is."""
    indices, places = np.unique(mask, return_inverse=True)
    colours = np.array([class_colour(max(index, 0)) for index in indices.tolist()], np.float32)[places]
    share = np.where(mask == NO_CLASS, 0, np.float32(opacity))[..., np.newaxis]
    blended: Pixels = np.rint((1 - share) * below + share * colours.reshape(below.shape)).astype(np.uint8)
    return blended


def enlarge_mask(mask: NDArray[np.intp], size: tuple[int, ...]) -> NDArray[np.intp]:
    """The class at every pixel of a view of `size` (height, width): that of the place which its centre is in."""
    rows, columns = (
        ((np.arange(side) + 0.5) * places / side).astype(np.intp) for side, places in zip(size, mask.shape, strict=True)
    )
    enlarged: NDArray[np.intp] = mask[rows][:, columns]
    return enlarged


def draw_output_image(values: FloatArray, limits: ImageRange, side: int | None) -> Drawing:
    """An image (C, H, W) of one or three channels, from black to white within its range."""
    levels = shrink(levels_of(values, limits), side)
    return draw_colours(np.broadcast_to(levels, (3, *levels.shape[1:])))


def as_colours(view: Pixels) -> Pixels:
    """A view of one channel as three equal ones."""
    return np.broadcast_to(view, (*view.shape[:2], 3))
