"""A contact sheet: small pictures in rows, each with a caption, and a tick or a cross where one is due."""

import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

COLUMNS = 10
SIDE, GAP, LINE = 120, 8, 14  # pixels of a picture, between two of them, and of a line of text
TILE_WIDTH, TILE_HEIGHT = SIDE + GAP, SIDE + 2 * LINE + GAP
GROUND, INK, QUIET, EMPTY, RIGHT, WRONG = "#ffffff", "#1e1e24", "#696973", "#e1e1e6", "#14783c", "#be2828"
MARK = 8  # pixels of a side of the square that a tick or a cross fills
TICK, CROSS = ((0, MARK // 2, MARK // 3, MARK, MARK, 0),), ((0, 0, MARK, MARK), (0, MARK, MARK, 0))  # lines
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
        image.paste(EMPTY, (0, 0, SIDE, SIDE))
    else:
        small = Image.fromarray(tile.rgb)
        small.thumbnail((SIDE, SIDE))
        image.paste(small, ((SIDE - small.width) // 2, (SIDE - small.height) // 2))
    indent = 0
    if tile.is_right is not None:
        indent = LINE
        for line in TICK if tile.is_right else CROSS:
            draw.line(np.add(line, (1, SIDE + 3) * (len(line) // 2)).tolist(), RIGHT if tile.is_right else WRONG, 2)
    draw.text((indent, SIDE + 1), _plain(tile.caption), INK, font)  # what is too long is cut off at the tile's edge
    draw.text((0, SIDE + LINE), _plain(tile.remark), QUIET, font)
    return image


def _plain(text: str) -> str:
    """The text in the letters that Pillow's font has: without accents, and a question mark where that is not enough."""
    letters = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(each if each.isascii() else "?" for each in letters if not unicodedata.combining(each))
