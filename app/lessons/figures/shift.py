"""A small image shifted by some columns: which numbers of a map change before and after maximum pooling."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from app.arithmetic.convolve import convolution, pooling, read_kernels, read_movement
from app.lessons.figures.kind import FigureKind, FigureState
from app.lessons.figures.matrix import FigureMatrix, matrix_of
from app.lessons.figures.typed_matrix import read_matrix


class ShiftState(FigureState):
    """The image, the kernel, by how many columns the image is shifted, and the side of the pooling's window."""

    matrix: str = Field(
        default="0 0 0 0 0 0 0 0; 0 1 0 0 0 0 0 0; 0 1 0 0 0 0 0 0; 0 1 0 0 0 0 0 0; 0 1 0 0 0 0 0 0; 0 1 0 0 0 0 0 0; "
        "0 1 0 0 0 0 0 0; 0 0 0 0 0 0 0 0",
        max_length=2000,
    )
    kernel: str = Field(default="-1 1 0; -1 1 0; -1 1 0", max_length=1000)
    shift: int = Field(default=1, ge=0, le=4)
    size: int = Field(default=2, ge=1, le=4)


@dataclass(frozen=True, slots=True)
class ShiftFigure:
    """The image, the map after ReLU and the pooled map, each before and after the shift.

    `changed` counts the numbers of each that differ, and `counts` all of them.
    """

    images: tuple[FigureMatrix, FigureMatrix]
    maps: tuple[FigureMatrix, FigureMatrix]
    pooled: tuple[FigureMatrix, FigureMatrix]
    changed: tuple[int, int, int]
    counts: tuple[int, int, int]


def draw_shift(state: ShiftState) -> ShiftFigure:
    """Both images through convolution, ReLU and pooling; raises InvalidRequest where the numbers do not fit."""
    image = read_matrix(state.matrix, "image")
    shifted = np.zeros_like(image)
    shifted[:, min(state.shift, image.shape[1]) :] = image[:, : max(0, image.shape[1] - state.shift)]
    kernel = read_matrix(state.kernel, "kernel")
    images = (image, shifted)
    maps = tuple(_response(each, kernel) for each in images)
    pooled = tuple(_pool(each, state.size) for each in maps)
    pairs = [_pair(name, pair) for name, pair in (("image", images), ("map", maps), ("pooled", pooled))]
    return ShiftFigure(
        images=pairs[0],
        maps=pairs[1],
        pooled=pairs[2],
        changed=(_changed(images), _changed(maps), _changed(pooled)),
        counts=(image.size, maps[0].size, pooled[0].size),
    )


def _response(image: NDArray[np.float64], kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    """The convolution of the image, after ReLU."""
    kernels = read_kernels(kernel, np.zeros(1), 1, 1, is_transposed=False)
    task = convolution(image[np.newaxis], kernels, read_movement(1, "valid", 1))
    response: NDArray[np.float64] = np.maximum(task.compute()[0], 0)
    return response


def _pool(numbers: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    pooled: NDArray[np.float64] = pooling(numbers[np.newaxis], "max", (size, size), read_movement(size, 0, 1)).compute()
    largest: NDArray[np.float64] = pooled[0]
    return largest


def _pair(name: str, pair: tuple[NDArray[np.float64], ...]) -> tuple[FigureMatrix, FigureMatrix]:
    """The matrix before and after the shift; the numbers that have changed are marked."""
    before, after = pair
    marked = {(int(row), int(column)) for row, column in np.argwhere(before != after)}
    return matrix_of(f"{name}0", before), matrix_of(f"{name}1", after, marked=marked)


def _changed(pair: tuple[NDArray[np.float64], ...]) -> int:
    return int((pair[0] != pair[1]).sum())


SHIFT = FigureKind("shift", ShiftState, draw_shift)
