"""How the maps of a layer share the width of the inspector, 640 pixels, with a pixel between them."""

import pytest

from app.web.pages.explorer.sheet import fitting_layout


@pytest.mark.parametrize(
    ("shape", "columns", "cell", "width"),
    [
        ((64, 7, 7), 8, 77, 8 * 77 + 7),  # 11 times as large
        ((512, 14, 14), 22, 28, 22 * 28 + 21),  # a square has 23 columns
        ((1000, 1, 1), 32, 19, 32 * 19 + 31),
        ((96, 55, 55), 10, 55, 10 * 55 + 9),
        ((1, 10, 10), 1, 640, 640),
        ((2, 9, 20), 1, 640, 640),
        ((64, 56, 56), 8, 112, 8 * 112 + 7),  # wider, to be shrunk: as they are, they fill too little
        ((64, 112, 112), 8, 112, 8 * 112 + 7),
        ((16, 40, 40), 4, 160, 4 * 160 + 3),
        ((1, 641, 641), 1, 641, 641),
    ],
)
def test_maps_are_whole_multiples_that_fill_the_width(
    shape: tuple[int, int, int], columns: int, cell: int, width: int
) -> None:
    sheet = fitting_layout(shape)
    assert (sheet.columns, max(sheet.cell_w, sheet.cell_h), sheet.width) == (columns, cell, width)


@pytest.mark.parametrize(
    ("shape", "columns", "cell"),
    [
        ((64, 7, 7), 8, 77),
        ((64, 56, 56), 8, 56),
        ((64, 112, 112), 8, 56),
        ((16, 40, 40), 4, 120),
        ((512, 14, 14), 7, 84),
        ((1000, 1, 1), 8, 62),
        ((1, 641, 641), 1, 321),
    ],
)
def test_maps_with_numbers_on_them_are_never_wider(shape: tuple[int, int, int], columns: int, cell: int) -> None:
    sheet = fitting_layout(shape, labelled=True)
    assert (sheet.columns, max(sheet.cell_w, sheet.cell_h)) == (columns, cell)
    assert sheet.width <= 640
