"""The window of a number on one input channel, the kernel and the products, as aligned grids of numbers."""

from dataclasses import dataclass
from functools import lru_cache
from math import floor, isfinite, log10

import numpy as np
from numpy.typing import NDArray

from app.arithmetic.working import Doubles, Patch
from app.nets.layer import CellPlace
from app.rendering.colormap import ColormapName, colour_table, resolve_colormap
from app.rendering.scale import Scale, quantise, scale_of
from app.web.pages.number.trail import Trail
from app.web.pages.wording import format_number, localize_number

LEAST_DECIMALS, MOST_DECIMALS = 2, 5
WIDE, DECIMALS_OF_WIDE = 7, 3  # columns above which a grid has no room for more decimals
LINEAR = 0.04045  # components of sRGB below it are linear
DARK = 0.179  # relative luminance below which white contrasts more than black


@dataclass(frozen=True, slots=True)
class GridCell:
    """A number in a grid: its grey level 0 to 255, and the page of its own working.

    `on_dark` is whether its colour is dark; `is_chosen` marks the largest product, or the winner of a maximum.
    """

    value: float
    text: str
    level: int
    on_dark: bool
    is_padding: bool
    is_chosen: bool
    href: str | None

    @property
    def classes(self) -> str:
        """What it is, in the words of the style sheet."""
        kinds = (
            ("padding", self.is_padding),
            ("dark", self.on_dark and not self.is_padding),
            ("largest", self.is_chosen),
        )
        return " ".join(name for name, holds in kinds if holds)


@dataclass(frozen=True, slots=True)
class GridView:
    """A grid of numbers, rows of columns, with the ends of its colours."""

    name: str
    rows: tuple[tuple[GridCell, ...], ...]
    scale: Scale

    @property
    def longest(self) -> int:
        """How many characters its longest number has: all columns are as wide."""
        return max((len(cell.text) for row in self.rows for cell in row), default=0)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.rows), len(self.rows[0]) if self.rows else 0


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of a grid, with which of them are padding and which one is chosen."""

    name: str
    numbers: Doubles
    padding: NDArray[np.bool_]
    chosen: tuple[int, int] | None


def grids_of(patch: Patch, corner: CellPlace | None, trail: Trail, map_scale: Scale | None) -> tuple[GridView, ...]:
    """The grids of a patch: its numbers, and if it has a kernel, this and the products.

    `corner` is the first cell of the map that the patch is on, whose scale is `map_scale`.
    """
    measure = patch.inputs if patch.products is None else abs(patch.products)
    chosen = _largest(measure, patch.padding)
    inputs = Figures("inputs", patch.inputs, patch.padding, chosen)
    grids = [_grid(inputs, map_scale or _scale(patch.inputs, None), trail, _hrefs(patch, corner, trail))]
    inside = np.zeros_like(patch.padding)
    for name, numbers, padding in (("kernel", patch.kernel, inside), ("products", patch.products, patch.padding)):
        if numbers is not None:
            grids.append(_grid(Figures(name, numbers, padding, chosen), _scale(numbers, True), trail))
    return tuple(grids)


def _largest(numbers: Doubles, padding: NDArray[np.bool_]) -> tuple[int, int] | None:
    """The row and column of the largest number that is not padding."""
    if padding.all() or not np.isfinite(numbers).all():
        return None
    row, column = np.unravel_index(int(np.argmax(np.where(padding, -np.inf, numbers))), numbers.shape)
    return int(row), int(column)


def _scale(numbers: Doubles, signed: bool | None) -> Scale:
    return scale_of(np.where(np.isfinite(numbers), numbers, 0), signed=signed)


def _hrefs(patch: Patch, corner: CellPlace | None, trail: Trail) -> list[list[str | None]]:
    """The page of each number of a patch that is no padding."""
    rows, columns = patch.inputs.shape
    if corner is None or corner.layer not in {"input", *trail.network.graph.by_id}:
        return [[None] * columns for _ in range(rows)]
    return [
        [
            None
            if patch.padding[row, column]
            else trail.onward(
                CellPlace(
                    corner.layer,
                    corner.channel,
                    patch.top + row * patch.dilations[0],
                    patch.left + column * patch.dilations[1],
                )
            ).href
            for column in range(columns)
        ]
        for row in range(rows)
    ]


def _grid(figures: Figures, scale: Scale, trail: Trail, hrefs: list[list[str | None]] | None = None) -> GridView:
    numbers = figures.numbers
    decimals = min(decimals_of(numbers), DECIMALS_OF_WIDE if numbers.shape[1] > WIDE else MOST_DECIMALS)
    levels = quantise(np.where(np.isfinite(numbers), numbers, 0), scale)
    dark = _dark_levels(trail.address.colormap, scale.signed)
    rows = tuple(
        tuple(
            GridCell(
                value=float(numbers[row, column]),
                text=write_number(float(numbers[row, column]), decimals),
                level=int(levels[row, column]),
                on_dark=bool(dark[levels[row, column]]),
                is_padding=bool(figures.padding[row, column]),
                is_chosen=(row, column) == figures.chosen,
                href=hrefs[row][column] if hrefs else None,
            )
            for column in range(numbers.shape[1])
        )
        for row in range(numbers.shape[0])
    )
    return GridView(figures.name, rows, scale)


def decimals_of(numbers: Doubles) -> int:
    """How many decimals a grid shows: two, and more where its largest number is below 0.2."""
    sizes = abs(numbers[np.isfinite(numbers)])
    largest = float(sizes.max(initial=0))
    if largest == 0 or np.array_equal(sizes, np.rint(sizes)):
        return 0
    if largest >= 100:
        return 1
    return min(max(LEAST_DECIMALS, 1 - floor(log10(largest / 2))), MOST_DECIMALS)


def write_number(number: float, decimals: int) -> str:
    """A number with this many decimals; 0 where it is exactly that."""
    if not isfinite(number):
        return "NaN" if number != number else localize_number(f"{number:+}".replace("inf", "∞"))
    if number == 0:
        return "0"
    return localize_number(f"{number:,.{decimals}f}") if abs(number) < 1e5 else format_number(number)


@lru_cache
def _dark_levels(colormap: ColormapName, signed: bool) -> NDArray[np.bool_]:
    """For each grey level, whether its colour is dark."""
    colours = colour_table(resolve_colormap(colormap, signed=signed)) / 255
    linear = np.where(colours <= LINEAR, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    dark: NDArray[np.bool_] = linear @ np.array([0.2126, 0.7152, 0.0722]) < DARK
    return dark
