"""Digits drawn as a hand writes them, and photos of them in all kinds of light."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw, ImageFilter

from app.nets.card import read_card

Grey = npt.NDArray[np.uint8]

MODELS = Path(__file__).parents[3] / "models"
SPEC = read_card(MODELS / "lenet5.json").input
# Each digit as a hand draws it: strokes from point to point, x and y from 0 to 10, y down.
STROKES = {
    0: [[(5, 0), (2, 2), (1, 5), (2, 9), (5, 10), (8, 8), (8, 4), (7, 1), (5, 0)]],
    1: [[(6, 0), (5, 5), (4, 10)]],
    2: [[(1, 2), (3, 0), (6, 0), (8, 2), (7, 5), (3, 8), (1, 10), (5, 9), (9, 10)]],
    3: [[(1, 1), (4, 0), (7, 1), (7, 3), (4, 5), (7, 6), (8, 8), (6, 10), (3, 10), (1, 9)]],
    4: [[(2, 0), (1, 5), (3, 6), (8, 5)], [(8, 0), (7, 5), (6, 10)]],
    5: [[(8, 0), (3, 0), (2, 4), (5, 4), (8, 6), (7, 9), (4, 10), (1, 9)]],
    6: [[(6, 0), (3, 3), (1, 7), (3, 10), (6, 9), (7, 7), (5, 6), (2, 7)]],
    7: [[(1, 1), (5, 1), (8, 0), (6, 5), (4, 10)]],
    8: [[(6, 5), (3, 4), (2, 2), (5, 0), (8, 1), (6, 4), (3, 7), (2, 9), (5, 10), (7, 8), (6, 5)]],
    9: [[(7, 1), (4, 0), (2, 2), (3, 5), (6, 4), (7, 1), (7, 5), (6, 10)]],
}
every_digit = pytest.mark.parametrize("digit", STROKES)


def drawn(digit: int, height: int, pen: int, size: tuple[int, int], at: tuple[int, int]) -> Grey:
    """White on black, (rows, columns) of `size`, the digit's corner at (x, y); the pen is round."""
    page = Image.new("L", (size[1], size[0]))
    ink = ImageDraw.Draw(page)
    for stroke in STROKES[digit]:
        points = [(at[0] + x * height / 10, at[1] + y * height / 10) for x, y in stroke]
        ink.line(points, fill=255, width=pen, joint="curve")
        for x, y in points:
            ink.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=255)
    return np.asarray(page.filter(ImageFilter.GaussianBlur(pen / 8)))


def photo(written: Grey, light: npt.NDArray[np.float64], seed: int = 0) -> Grey:
    """Dark ink on paper in this light, with a camera's noise."""
    noise = np.random.default_rng(seed).normal(0, 4, written.shape)
    return np.asarray((light * (1 - 0.75 * (written / 255.0)) + noise).clip(0, 255), np.uint8)


def across(size: tuple[int, int]) -> npt.NDArray[np.float64]:
    """0 at the left edge to 1 at the right, (rows, columns)."""
    return np.tile(np.linspace(0, 1, size[1]), (size[0], 1))


def table(size: tuple[int, int]) -> npt.NDArray[np.float64]:
    """White paper that leaves a dark table in sight at the top and on the left."""
    light = np.full(size, 210.0)
    light[:30], light[:, :40] = 60, 50
    return light


PAGE = (360, 480)
WRITTEN = (200, 18, PAGE, (160, 90))
SETTINGS: dict[str, Callable[[Grey], Grey]] = {
    "white on black": lambda written: written,
    "black on white": lambda written: 255 - written,
    "light from the right": lambda written: photo(written, 90 + 150 * across(PAGE)),
    "light from above": lambda written: photo(written, 225 - 110 * across(PAGE[::-1]).T),
    "a shadow's edge": lambda written: photo(written, np.where(across(PAGE) < 0.5, 120.0, 220.0)),
    "dark corners": lambda written: photo(written, 230 - 480 * (across(PAGE) - 0.5) ** 2),
    "a table in sight": lambda written: photo(written, table(PAGE)),
    "chalk on a board": lambda written: np.asarray(40 + 0.7 * written, np.uint8),
}


def rgb(grey: Grey) -> Grey:
    return np.repeat(grey[..., np.newaxis], 3, axis=2)
