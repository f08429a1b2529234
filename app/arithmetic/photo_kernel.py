"""A typed kernel that slides over a photo: over its luma, or over red, green and blue by themselves."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.arithmetic.convolve import WindowTask, convolution, read_kernels, read_movement
from app.arithmetic.matrix import read_array
from app.errors import InvalidRequest

LUMA = (0.299, 0.587, 0.114)  # of red, green and blue, by ITU-R BT.601
MAX_SIDE = 512  # of the photo: with a kernel of 7 x 7 this stays below the limit of the work
MAX_KERNEL = 11
Rows = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class PhotoKernel:
    """A kernel by its rows, and a bias; the photo is not padded: its edges would outshine all else."""

    rows: Rows
    bias: float = 0.0
    stride: int = 1
    in_colour: bool = False

    def task(self, planes: NDArray[np.float64]) -> WindowTask:
        """The convolution of a photo's planes (3, H, W), levels 0 to 255: (3, rows, columns), or (1, ...) of the luma.

        Raises:
            InvalidRequest: the kernel or the stride does not fit, or the work exceeds the limit.
        """
        kernel = np.array(self.rows, np.float64)
        if not self.in_colour:
            kernel = kernel * np.reshape(LUMA, (3, 1, 1))
        kernels = read_kernels(kernel, np.array([self.bias]), 3, 1, is_transposed=False)
        return convolution(planes, kernels, read_movement(self.stride, "valid", 1))


def read_rows(text: str, name: str = "kernel") -> Rows:
    """The rows of a kernel that was typed: numbers between spaces or commas, rows between lines or semicolons.

    A matrix under another `name` is typed the same way; the name stands in the errors.

    Raises:
        InvalidRequest: it is empty, ragged, too large, or something in it is no finite number.
    """
    lines = [line.replace(",", " ").split() for line in text.replace(";", "\n").splitlines() if line.strip()]
    try:
        rows = [[float(word.replace("\N{MINUS SIGN}", "-")) for word in line] for line in lines]
    except ValueError as error:
        raise InvalidRequest(f"The {name} must hold numbers only: rows of them, with spaces between.") from error
    if not rows:
        raise InvalidRequest(f"The {name} is empty.")
    if len(rows) > MAX_KERNEL or any(len(row) > MAX_KERNEL for row in rows):
        raise InvalidRequest(f"The {name} may have at most {MAX_KERNEL} rows and columns.", most=MAX_KERNEL)
    read_array(rows, name, (2,))
    return tuple(map(tuple, rows))


def format_rows(rows: Rows) -> str:
    """The kernel as `read_rows` reads it, in one line: "-1 0 1; -2 0 2; -1 0 1"."""
    return "; ".join(map(format_row, rows))


def format_row(row: tuple[float, ...]) -> str:
    """The weights of a row with all their digits."""
    return " ".join(repr(float(weight)).removesuffix(".0") for weight in row)
