"""A contact sheet: small pictures in rows, each with a caption, and a tick or a cross where one is due."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

COLUMNS = 10
SIDE, GAP, LINE = 120, 8, 14  # pixels of a picture, between two of them, and of a line of text
TILE_WIDTH, TILE_HEIGHT = SIDE + GAP, SIDE + 2 * LINE + GAP
GROUND, INK, QUIET, HATCHED = (255, 255, 255), (30, 30, 36), (105, 105, 115), (225, 225, 230)
RIGHT, WRONG = (20, 120, 60), (190, 40, 40)
TICK, CROSS = ((0, 5, 3, 8), (3, 8, 9, 1)), ((1, 1, 8, 8), (1, 8, 8, 1))
MARK_WIDTH = 13
FONT_SIZE = 11


@dataclass(frozen=True, slots=True)
class ContactTile:
    """One picture, None where there is none to show; a line below it with its mark, and a second line."""

    rgb: npt.NDArray[np.uint8] | None
    caption: str
    remark: str
    is_right: bool | None


def contact_sheet(tiles: Iterable[ContactTile], count: int) -> bytes:
    """A PNG of `count` tiles, row by row. Holds one picture at a time beside the sheet."""
    rows = -(-count // COLUMNS)
    width, height = min(count, COLUMNS) * TILE_WIDTH + GAP, rows * TILE_HEIGHT + GAP
    sheet = Image.new("RGB", (width, height), GROUND)
    font = ImageFont.load_default(FONT_SIZE)
    for place, tile in enumerate(islice(tiles, count)):
        left, top = GAP + place % COLUMNS * TILE_WIDTH, GAP + place // COLUMNS * TILE_HEIGHT
        sheet.paste(_tile(tile, font), (left, top))
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def _tile(tile: ContactTile, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> Image.Image:
    image = Image.new("RGB", (SIDE, SIDE + 2 * LINE), GROUND)
    draw = ImageDraw.Draw(image)
    if tile.rgb is None:
        draw.rectangle((0, 0, SIDE - 1, SIDE - 1), HATCHED)
    else:
        small = Image.fromarray(tile.rgb)
        small.thumbnail((SIDE, SIDE), reducing_gap=2.0)
        image.paste(small, ((SIDE - small.width) // 2, (SIDE - small.height) // 2))
    indent = 0
    if tile.is_right is not None:
        indent = MARK_WIDTH
        for x, y, to_x, to_y in TICK if tile.is_right else CROSS:
            draw.line((x, SIDE + 3 + y, to_x, SIDE + 3 + to_y), RIGHT if tile.is_right else WRONG, 2)
    draw.text((indent, SIDE + 1), tile.caption, INK, font)  # what is too long is cut off at the tile's edge
    draw.text((0, SIDE + LINE), tile.remark, QUIET, font)
    return image
