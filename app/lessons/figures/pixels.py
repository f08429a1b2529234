"""A small image of black and white pixels, drawn by toggling them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from app.arithmetic.photo_kernel import format_rows
from app.errors import InvalidRequest
from app.lessons.figures.kind import FigureKind, FigureState
from app.lessons.figures.matrix import FigureMatrix, matrix_of
from app.lessons.figures.typed_matrix import read_matrix


class PixelsState(FigureState):
    """The pixels, rows between semicolons: 0 is black, 1 white."""

    pixels: str = Field(default="0 0 1 1 0 0; 0 1 0 0 1 0; 0 0 1 1 0 0; 0 1 0 0 1 0; 0 0 1 1 0 0", max_length=1000)


@dataclass(frozen=True, slots=True)
class PixelsFigure:
    """The image and its numbers; `toggled` is the state after a click on each pixel, in rows."""

    image: FigureMatrix
    numbers: FigureMatrix
    toggled: tuple[tuple[str, ...], ...]
    white: int


def draw_pixels(state: PixelsState) -> PixelsFigure:
    """The image; raises InvalidRequest for other numbers than 0 and 1."""
    pixels = read_matrix(state.pixels, "image")
    if not np.isin(pixels, (0, 1)).all():
        raise InvalidRequest("Each pixel is 0 or 1.")
    rows, columns = pixels.shape

    def sources(row: int, column: int) -> tuple[tuple[str, ...], str]:
        return (f"image.{row}.{column}",), ""

    return PixelsFigure(
        image=matrix_of("image", pixels),
        numbers=matrix_of("numbers", pixels, sources=sources),
        toggled=tuple(tuple(_toggled(pixels, row, column) for column in range(columns)) for row in range(rows)),
        white=int(pixels.sum()),
    )


def _toggled(pixels: NDArray[np.float64], row: int, column: int) -> str:
    changed = pixels.copy()
    changed[row, column] = 1 - changed[row, column]
    return format_rows(tuple(map(tuple, changed.tolist())))


PIXELS = FigureKind("pixels", PixelsState, draw_pixels)
