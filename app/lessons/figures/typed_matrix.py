"""The matrices that a reader types into a figure."""

import numpy as np

from app.arithmetic.photo_kernel import read_rows
from app.arithmetic.working import Doubles
from app.errors import InvalidRequest
from app.lessons.figures.formula import TIMES

MAX_CHANNELS = 3


def read_matrix(text: str, name: str = "input") -> Doubles:
    """The numbers (rows, columns) of a text; `name` is what an error calls them.

    Raises:
        InvalidRequest: it is empty, ragged, too large, or something in it is no finite number.
    """
    return np.array(read_rows(text, name), np.float64)


def read_patch(patch: str, kernel: str) -> tuple[Doubles, Doubles]:
    """A patch and the kernel that is laid on it; raises InvalidRequest where they can't be read or differ in size."""
    numbers, weights = read_matrix(patch, "patch"), read_matrix(kernel, "kernel")
    if numbers.shape != weights.shape:
        sizes = [f"{rows} {TIMES} {columns}" for rows, columns in (numbers.shape, weights.shape)]
        raise InvalidRequest(f"Both must have the same size. They are {sizes[0]} and {sizes[1]}.")
    return numbers, weights


def read_channels(text: str, name: str = "input") -> Doubles:
    """The channels (C, H, W) of a text: rows between lines or semicolons, channels between bars.

    Raises:
        InvalidRequest: one of them can't be read, they differ in size, or there are more than three.
    """
    channels = [read_rows(part, name) for part in text.split("|")]
    if len(channels) > MAX_CHANNELS:
        raise InvalidRequest(f"There may be at most {MAX_CHANNELS} channels.", most=MAX_CHANNELS)
    if len({(len(rows), len(rows[0])) for rows in channels}) > 1:
        raise InvalidRequest("All channels must have the same number of rows and columns.")
    return np.array(channels, np.float64)
