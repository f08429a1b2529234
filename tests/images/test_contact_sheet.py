"""The contact sheet: pictures at their places in their colours, and a mark where one is due."""

import io

import numpy as np
import pytest
from PIL import Image, ImageColor

from app.images.contact_sheet import (
    COLUMNS,
    EMPTY,
    GAP,
    GROUND,
    INK,
    LINE,
    QUIET,
    RIGHT,
    SIDE,
    TILE_HEIGHT,
    TILE_WIDTH,
    WRONG,
    ContactTile,
    contact_sheet,
)

TALLEST = "Ab|_gjpqy(/)[@]"  # from above the capitals to below the line


def painted(colour: tuple[int, int, int], height: int = 300, width: int = 200) -> np.ndarray:
    return np.full((height, width, 3), colour, np.uint8)


def sheet_of(*tiles: ContactTile) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(contact_sheet(iter(tiles), len(tiles)))))


def ink_of(caption: str = "", remark: str = "", is_right: bool | None = None) -> np.ndarray:
    """Which pixels below the picture of a single tile are drawn on, up to the edge of the sheet."""
    sheet = sheet_of(ContactTile(None, caption, remark, is_right))
    drawn: np.ndarray = (sheet[GAP + SIDE :, GAP:] != 255).any(axis=2)
    return drawn


def extent(drawn: np.ndarray) -> tuple[int, int, int, int]:
    """The first and last row and column that are drawn on."""
    rows, columns = np.nonzero(drawn)
    return rows.min(), rows.max(), columns.min(), columns.max()


def test_tiles_are_in_rows_and_keep_their_proportions_and_colours() -> None:
    tiles = [ContactTile(painted((n * 20, 0, 250)), "cat", "90% cats", n % 2 == 0) for n in range(COLUMNS + 1)]
    sheet = sheet_of(*tiles)
    assert sheet.shape == (2 * TILE_HEIGHT + GAP, COLUMNS * TILE_WIDTH + GAP, 3)
    for place in range(COLUMNS + 1):
        left, top = GAP + place % COLUMNS * TILE_WIDTH, GAP + place // COLUMNS * TILE_HEIGHT
        tile = sheet[top : top + SIDE, left : left + SIDE]
        assert tile[SIDE // 2, SIDE // 2].tolist() == [place * 20, 0, 250]
        assert extent((tile != 255).any(axis=2)) == (0, SIDE - 1, SIDE // 6, SIDE - SIDE // 6 - 1)  # 200 of 300 pixels
        caption = sheet[top + SIDE : top + SIDE + 14, left : left + 12].astype(int)
        red_minus_green = (caption[..., 0] - caption[..., 1]).ravel()
        assert (red_minus_green.min() < -50) == (place % 2 == 0)
        assert (red_minus_green.max() > 50) == (place % 2 == 1)


@pytest.mark.parametrize(("count", "rows", "columns"), [(1, 1, 1), (COLUMNS, 1, COLUMNS), (COLUMNS + 1, 2, COLUMNS)])
def test_the_sheet_is_as_large_as_its_tiles(count: int, rows: int, columns: int) -> None:
    height, width, _ = sheet_of(*[ContactTile(painted((0, 0, 0)), "", "", None)] * count).shape
    assert (height - GAP, width - GAP) == (rows * TILE_HEIGHT, columns * TILE_WIDTH)


def test_a_wide_picture_lies_in_the_middle_of_its_square() -> None:
    sheet = sheet_of(ContactTile(painted((0, 0, 0), 100, 300), "", "", None))
    assert extent((sheet != 255).any(axis=2)) == (GAP + SIDE // 3, GAP + 2 * SIDE // 3 - 1, GAP, GAP + SIDE - 1)


def test_a_picture_that_is_missing_leaves_its_place_grey_and_has_no_mark() -> None:
    sheet = sheet_of(ContactTile(None, "", "", None))
    assert (sheet[GAP : GAP + SIDE, GAP : GAP + SIDE] == ImageColor.getrgb(EMPTY)).all()
    assert (sheet[GAP + SIDE :] == 255).all()
    assert (sheet[:, GAP + SIDE :] == 255).all()


def test_the_two_lines_below_a_picture_touch_neither_each_other_nor_an_edge() -> None:
    caption, remark = extent(ink_of(caption=TALLEST)), extent(ink_of(remark=TALLEST))
    assert 0 < caption[0] < caption[1] < remark[0] < remark[1] < TILE_HEIGHT - GAP - SIDE
    assert ink_of(remark=TALLEST * 9)[:, SIDE:].sum() == 0, "what is too long is cut off"


def test_a_mark_stands_before_the_caption_at_its_height() -> None:
    tick, cross = ink_of(is_right=True), ink_of(is_right=False)
    text = extent(ink_of(caption=TALLEST))
    assert extent(tick) == pytest.approx(extent(cross), abs=1)
    top, bottom, left, right = extent(cross)
    assert text[0] <= top < bottom <= text[1]
    assert 0 <= left < right < LINE
    assert np.argwhere(cross).mean(axis=0) == pytest.approx(((top + bottom) / 2, (left + right) / 2), abs=0.6)
    beside = ink_of(caption=TALLEST, is_right=False)
    assert np.array_equal(beside[:, LINE:], ink_of(caption=TALLEST)[:, : -LINE or None])
    lowest = np.flatnonzero(tick[extent(tick)[1]])
    assert left < lowest.min() <= lowest.max() < (left + right) / 2 + 1, "a tick turns left of its middle"
    before = np.flatnonzero(tick[:, left : lowest.min()].any(axis=1))
    assert top < before.min() < bottom, "a tick begins below its end"


def test_text_and_marks_can_be_read_on_the_ground() -> None:
    def luminance(colour: str) -> float:  # WCAG 2.2
        level = np.array(ImageColor.getrgb(colour)) / 255
        linear = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
        return float(linear @ (0.2126, 0.7152, 0.0722))

    for colour in (INK, QUIET, RIGHT, WRONG):
        assert (luminance(GROUND) + 0.05) / (luminance(colour) + 0.05) >= 4.5, colour


@pytest.mark.parametrize(
    ("text", "plain"), [("Käfer", "Kafer"), ("groß é", "gross e"), ("猫 1", "? 1"), ("½…", "1?2...")]
)
def test_letters_that_the_font_lacks_are_drawn_without_their_accents(text: str, plain: str) -> None:
    assert np.array_equal(ink_of(caption=text, remark=text), ink_of(caption=plain, remark=plain))
