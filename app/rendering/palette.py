"""Colours that tell classes apart: those of Okabe and Ito, for the colour-blind as well, then evenly spread hues.

M. Okabe, K. Ito, "Color Universal Design", 2008. Further hues are a golden angle apart.
"""

import colorsys
from typing import Final

Colour = tuple[int, int, int]

FIRST: Final[tuple[Colour, ...]] = (
    (230, 159, 0),
    (86, 180, 233),
    (0, 158, 115),
    (240, 228, 66),
    (0, 114, 178),
    (213, 94, 0),
    (204, 121, 167),
)
GOLDEN_ANGLE: Final = 0.381966  # of a turn
LIGHTNESS, SATURATION = (0.62, 0.42), 0.7


def class_colour(index: int) -> Colour:
    """The sRGB colour of a class."""
    if index < len(FIRST):
        return FIRST[index]
    hue, lightness = index * GOLDEN_ANGLE % 1, LIGHTNESS[index % len(LIGHTNESS)]
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, SATURATION)
    return round(255 * red), round(255 * green), round(255 * blue)


def hex_colour(index: int) -> str:
    """The colour of a class as HTML writes it."""
    return f"#{bytes(class_colour(index)).hex()}"
