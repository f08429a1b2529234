"""The working of a number of the input tensor: the pixels of the picture, the resizing, and the normalisation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.arithmetic.working import Patch, Term, Working, figure, list_largest, operand
from app.nets.card import InputSpec
from app.nets.layer import Box
from app.nets.preprocessing.digit_view import DigitPlacement, luma, place_digit
from app.nets.preprocessing.fit import RGB, ViewPlacement, margin_colour, placement_of
from app.nets.preprocessing.resampling import Taps, is_height_first, taps_of

# The luma of ITU-R BT.601 as Pillow computes it, in 65536ths.
LUMA, LUMA_BITS = (19595, 38470, 7471), 16
ORDERS = {"RGB": (0, 1, 2), "BGR": (2, 1, 0)}  # which plane of the view each channel is
WHITE = 255


@dataclass(frozen=True, eq=False)
class PixelSource:
    """The picture and how the network takes it, for one pixel of the view."""

    picture: RGB
    spec: InputSpec
    y: int
    x: int
    limit: int

    @cached_property
    def taps(self) -> tuple[Taps, Taps] | None:
        """The rows and the columns of the picture that make the pixel; None in the margin of a letterbox."""
        height, width = self.picture.shape[:2]
        placement = self._placement
        left, top, right, bottom = placement.box
        column, row = self.x + placement.left, self.y + placement.top
        if not (0 <= column < placement.size[0] and 0 <= row < placement.size[1]):
            return None
        interpolation = self.spec.resize.interpolation
        rows = taps_of(height, (top, bottom), placement.size[1], row, interpolation)
        return rows, taps_of(width, (left, right), placement.size[0], column, interpolation)

    @property
    def is_height_first(self) -> bool:
        """Whether the means of columns are rounded, and then those of rows of these; else the other way round."""
        height, width = self.picture.shape[:2]
        return is_height_first((width, height), self._placement.size)

    @cached_property
    def _placement(self) -> ViewPlacement:
        height, width = self.picture.shape[:2]
        return placement_of(width, height, self.spec)

    @cached_property
    def digit(self) -> DigitPlacement | None:
        """Where the digit lies, by the rule `digit`."""
        return place_digit(luma(self.picture), self.spec)

    @property
    def window(self) -> Box | None:
        """The pixels of the picture that are read; None for a margin."""
        if self.spec.resize.rule == "digit":
            height, width = self.picture.shape[:2]
            return Box(0, 0, height, width)  # the light of the whole picture decides what is ink
        if self.taps is None:
            return None
        rows, columns = self.taps
        return Box(rows.pixels.start, columns.pixels.start, rows.pixels.stop, columns.pixels.stop)


def pixel(source: PixelSource, channel: int) -> Working:
    """A number of the input tensor: (level scale - mean) / standard deviation of a pixel of the view."""
    spec = source.spec
    scale, mean, std = spec.scale, spec.mean[channel], spec.std[channel]
    level = _level(source, channel)
    total = (level.value * scale - mean) / std
    formula = f"({figure(level.value)} × {figure(scale)} − {operand(mean)}) ÷ {figure(std)} = {figure(total)}"
    numbers = {**level.numbers, "scale": scale, "mean": mean, "std": std}
    return Working(total, formula, (replace(level, numbers=numbers),))


def _level(source: PixelSource, channel: int) -> Term:
    """The level of the view's pixel, 0 to 255."""
    if source.spec.resize.rule == "digit":
        return _digit_level(source)
    if source.spec.channels == "grey":
        return _luma_level([_plane(source, plane) for plane in range(len(LUMA))])
    return _plane(source, ORDERS[source.spec.channels][channel])


def _luma_level(planes: Sequence[Term]) -> Term:
    """The level of a grey pixel: the luma of the three colours."""
    weights = [weight / (1 << LUMA_BITS) for weight in LUMA]
    terms = [
        Term("colour", plane.value * weight, {"weight": weight, "level": plane.value}, terms=(plane,))
        for plane, weight in zip(planes, weights, strict=True)
    ]
    sums = sum(int(plane.value) * weight for plane, weight in zip(planes, LUMA, strict=True))
    return _rounded("level", float((sums + (1 << (LUMA_BITS - 1))) >> LUMA_BITS), terms)


def _plane(source: PixelSource, plane: int) -> Term:
    """The level of one colour, red, green or blue, of the view's pixel, from those of the picture's pixels."""
    if source.taps is None:
        return Term("margin", float(margin_colour(source.spec)[plane]), {"colour": plane})
    rows, columns = source.taps
    levels = source.picture[rows.pixels, columns.pixels, plane]
    kind, lines, along, across = "row", levels, columns, rows
    if source.is_height_first:
        kind, lines, along, across = "column", levels.T, rows, columns
    means = along.level(lines)  # of each row or column, rounded to 8 bits

    def line(number: int) -> Term:
        unrounded = float(lines[number] @ along.weights)
        numbers = {"weight": float(across.weights[number]), "level": float(means[number]), "unrounded": unrounded}
        return Term(kind, float(across.weights[number] * means[number]), numbers)

    level = float(across.level(means.astype(np.uint8)))
    terms = list_largest(across.weights * means, line, source.limit)
    patch = replace(_patch(levels, rows, columns, (rows.first, columns.first)), index=(plane,))
    return _rounded("level", level, terms, patch, {"colour": plane})


def _rounded(
    kind: str,
    level: float,
    terms: Sequence[Term],
    patch: Patch | None = None,
    numbers: dict[str, float] | None = None,
) -> Term:
    """A level of 8 bits: what its terms add up to, and what rounding adds to that."""
    rounding = Term("rounding", level - sum(term.value for term in terms))
    return Term(kind, level, numbers or {}, patch=patch, terms=(*terms, rounding), is_sum=True)


def _patch(levels: NDArray[Any], rows: Taps, columns: Taps, corner: tuple[int, int]) -> Patch:
    """The pixels of the picture from a corner on, with the weight of each: its row's times its column's."""
    inputs, kernel = levels.astype(np.float64), np.outer(rows.weights, columns.weights)
    padding = np.zeros(inputs.shape, np.bool_)
    return Patch(inputs, kernel, inputs * kernel, padding, *corner)


def _digit_level(source: PixelSource) -> Term:
    """The level of a digit's pixel: the ink around it, resized, as a share of the strongest.

    What is ink is not linear in the picture: it is a pixel's difference from the paper around it, by a morphological
    opening. From there on each step is: the terms are those.
    """
    digit = source.digit
    if digit is None:
        return Term("margin", 0.0)
    height, width = digit.resized.shape
    row, column = source.y - digit.view_top, source.x - digit.view_left
    if not (0 <= row < height and 0 <= column < width):
        return Term("margin", 0.0)
    ink_height, ink_width = digit.ink.shape
    interpolation = source.spec.resize.interpolation
    rows = taps_of(ink_height, (0, ink_height), height, row, interpolation)
    columns = taps_of(ink_width, (0, ink_width), width, column, interpolation)
    window = digit.ink[rows.pixels, columns.pixels]
    patch = _patch(window, rows, columns, (rows.first + digit.top, columns.first + digit.left))
    ink, strongest = max(float(rows.weights @ window @ columns.weights), 0.0), digit.strongest
    level = ink * WHITE / strongest
    terms = (Term("ink", level, {"ink": ink, "strongest": strongest}, patch=patch),)
    return _rounded("level", float(np.rint(level)), terms)
