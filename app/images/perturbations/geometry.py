"""Other angles and places: changes of where every pixel comes from.

Rotation, scale, shear and perspective interpolate bilinearly, and what comes in from outside the picture is black.
"""

import math

import numpy as np
import numpy.typing as npt
from PIL import Image

RGB = npt.NDArray[np.uint8]
BILINEAR = Image.Resampling.BILINEAR
TINY = 1e-12  # where the corner of the picture is on the horizon of the card


def rotate(rgb: RGB, degrees: float) -> RGB:
    """The picture turned about its centre, counter-clockwise."""
    return np.asarray(Image.fromarray(rgb).rotate(degrees, BILINEAR))


def scale(rgb: RGB, factor: float) -> RGB:
    """The picture enlarged about its centre, or made smaller."""
    height, width = rgb.shape[:2]
    image = Image.fromarray(rgb)
    if factor >= 1:
        margins = np.array([width, height]) * (1 - 1 / factor) / 2
        box = (*margins, width - margins[0], height - margins[1])
        return np.asarray(image.resize((width, height), BILINEAR, box))
    columns, rows = max(1, round(width * factor)), max(1, round(height * factor))
    left, top = (width - columns) // 2, (height - rows) // 2
    scaled = np.zeros_like(rgb)
    scaled[top : top + rows, left : left + columns] = np.asarray(image.resize((columns, rows), BILINEAR))
    return scaled


def shift(rgb: RGB, right: int, down: int) -> RGB:
    """The picture moved by whole columns and rows, to the left and up if negative; its edges are repeated."""
    height, width = rgb.shape[:2]
    rows = np.clip(np.arange(height) - down, 0, height - 1)
    columns = np.clip(np.arange(width) - right, 0, width - 1)
    return rgb[rows[:, np.newaxis], columns]


def shift_by_percent(rgb: RGB, right: float, down: float) -> RGB:
    """The picture moved by shares of its width and its height, to the nearest pixel."""
    height, width = rgb.shape[:2]
    return shift(rgb, round(width * right / 100), round(height * down / 100))


def flip(rgb: RGB, left_right: float, upside_down: float) -> RGB:
    """The picture mirrored, in each of the two directions where the switch is not 0."""
    return np.ascontiguousarray(rgb[:: -1 if upside_down else 1, :: -1 if left_right else 1])


def shear(rgb: RGB, degrees: float) -> RGB:
    """Every row moved sideways in proportion to its distance from the middle: upright lines lean right by an angle."""
    height, width = rgb.shape[:2]
    slope = math.tan(math.radians(degrees))
    source = (1, slope, -slope * height / 2, 0, 1, 0)
    return np.asarray(Image.fromarray(rgb).transform((width, height), Image.Transform.AFFINE, source, BILINEAR))


def tilt(rgb: RGB, turn: float, lean: float) -> RGB:
    """The picture as a card in perspective: turned, so that its right edge is shorter by a percentage, then leant, so
    that its upper edge is.

    Negative percentages make the left and the lower edge shorter.
    """
    height, width = rgb.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    middle = corners[2] / 2
    across, down = ((corners - middle) / middle).T  # each is -1 or 1
    whole = np.ones(len(corners))
    turned = np.stack([whole, 1 - np.maximum(0, across * turn) / 100], axis=1)
    leant = np.stack([1 - np.maximum(0, -down * lean) / 100, whole], axis=1)
    turning, leaning = (_projection(middle + (corners - middle) * shorter, corners) for shorter in (turned, leant))
    source = (turning @ leaning).ravel()  # from the picture that results to the one that there is
    source /= source[-1] or TINY
    size, kind = (width, height), Image.Transform.PERSPECTIVE
    return np.asarray(Image.fromarray(rgb).transform(size, kind, tuple(source[:-1].tolist()), BILINEAR))


def _projection(points: npt.NDArray[np.float64], images: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The projection that takes four points to four images, as the matrix ((a, b, c), (d, e, f), (g, h, 1)).

    It takes (x, y) to (ax + by + c, dx + ey + f) / (gx + hy + 1).
    """
    equations, results = [], []
    for (x, y), (to_x, to_y) in zip(points, images, strict=True):
        equations += [(x, y, 1, 0, 0, 0, -to_x * x, -to_x * y), (0, 0, 0, x, y, 1, -to_y * x, -to_y * y)]
        results += [to_x, to_y]
    return np.append(np.linalg.solve(np.array(equations), np.array(results)), 1).reshape(3, 3)
