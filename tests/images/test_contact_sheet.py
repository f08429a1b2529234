"""The contact sheet: pictures at their places in their colours, and a mark where one is due."""

import io

import numpy as np
from PIL import Image

from app.images.contact_sheet import COLUMNS, GAP, SIDE, TILE_HEIGHT, TILE_WIDTH, ContactTile, contact_sheet


def painted(colour: tuple[int, int, int]) -> np.ndarray:
    return np.full((300, 200, 3), colour, np.uint8)


def test_tiles_are_in_rows_and_keep_their_proportions_and_colours() -> None:
    tiles = [ContactTile(painted((n * 20, 0, 250)), "cat", "90% cats", n % 2 == 0) for n in range(COLUMNS + 1)]
    sheet = np.asarray(Image.open(io.BytesIO(contact_sheet(iter(tiles), len(tiles)))))
    assert sheet.shape == (2 * TILE_HEIGHT + GAP, COLUMNS * TILE_WIDTH + GAP, 3)
    for place in range(COLUMNS + 1):
        left, top = GAP + place % COLUMNS * TILE_WIDTH, GAP + place // COLUMNS * TILE_HEIGHT
        tile = sheet[top : top + SIDE, left : left + SIDE]
        assert tile[SIDE // 2, SIDE // 2].tolist() == [place * 20, 0, 250]
        assert (tile != 255).any(axis=2).sum(axis=1).tolist() == [SIDE * 2 // 3] * SIDE  # 200 of 300 pixels wide
        caption = sheet[top + SIDE : top + SIDE + 14, left : left + 12].astype(int)
        red_minus_green = (caption[..., 0] - caption[..., 1]).ravel()
        assert (red_minus_green.min() < -50) == (place % 2 == 0)
        assert (red_minus_green.max() > 50) == (place % 2 == 1)


def test_a_picture_that_is_missing_leaves_its_place_grey_and_has_no_mark() -> None:
    sheet = np.asarray(Image.open(io.BytesIO(contact_sheet([ContactTile(None, "", "", None)], 1))))
    assert (sheet[GAP : GAP + SIDE, GAP : GAP + SIDE] < 255).all()
    assert (sheet[GAP + SIDE :] == 255).all()
