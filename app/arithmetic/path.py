"""The path of the largest contribution: from a cell to the cell that adds most to it, and so on to a pixel."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from app.arithmetic.cell import CellTerm, CellWorking
from app.nets.layer import INPUT, CellPlace

PIXEL = "Pixel"  # among the operators of the steps


@dataclass(frozen=True, slots=True)
class PathStep:
    """A cell on the path, or a pixel: its number, and what that adds to the cell before, None where that is no sum.

    `share` is its share among the magnitudes of all that is added up for the cell before, 0 to 1: of a plane's share,
    its product's part; None where nothing is added up.
    """

    place: CellPlace
    op: str
    value: float
    adds: float | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """A cell that another one reads: its number, its term, or its part of one, and its share, as in `PathStep`."""

    place: CellPlace
    value: float
    term: float
    share: float | None


@dataclass(frozen=True, slots=True)
class CellPath:
    """The steps from a cell on, the cell itself first."""

    steps: tuple[PathStep, ...]


def follow(work: Callable[[CellPlace], CellWorking], place: CellPlace) -> CellPath:
    """The steps from a cell to a pixel of the picture, or to a cell to which no other adds; `work` gives each working.

    Of a sum the term with the largest magnitude that comes from a cell is followed, of a plane of a filter its largest
    product; else the number that was chosen, or the first one that the operator reads.
    """
    working = work(place)
    steps = [PathStep(place, working.op, working.value)]
    while source := largest_contribution(working.terms, is_sum=working.is_sum):
        adds = source.term if working.is_sum else None
        if place.layer == INPUT:
            steps.append(PathStep(source.place, PIXEL, source.value, adds, source.share))
            break
        if adds == 0:
            break
        place, working = source.place, work(source.place)
        steps.append(PathStep(place, working.op, working.value, adds, source.share))
    return CellPath(tuple(steps))


def largest_contribution(terms: Sequence[CellTerm], *, is_sum: bool) -> Contribution | None:
    """The cell that adds most to a number; None if it is made of none."""

    def rank(placed: CellTerm) -> float:
        return abs(placed.term.value) if is_sum else placed.term.is_chosen

    for placed in sorted(terms, key=rank, reverse=True):
        term = placed.term
        if placed.source:
            return Contribution(placed.source, term.numbers.get("input", term.value), term.value, placed.share)
        source = largest_contribution(placed.terms, is_sum=term.is_sum) or _largest_of_patch(placed)
        if source is not None:
            return replace(source, share=_part(placed.share, source.share))
    return None


def _part(whole: float | None, share: float | None) -> float | None:
    """The share of a part of something that has a share itself, where there are any."""
    shares = [each for each in (whole, share) if each is not None]
    return prod(shares) if shares else None


def _largest_of_patch(placed: CellTerm) -> Contribution | None:
    """The cell under a patch with the largest product, or of a pool the largest number."""
    patch, corner = placed.term.patch, placed.channel
    if patch is None or corner is None or patch.padding.all():
        return None
    numbers = patch.inputs if patch.products is None else patch.products
    sizes = np.where(patch.padding, -1, np.abs(numbers))
    row, column = (int(at) for at in np.unravel_index(sizes.argmax(), sizes.shape))
    y, x = patch.top + row * patch.dilations[0], patch.left + column * patch.dilations[1]
    place = CellPlace(corner.layer, corner.channel, y, x)
    term, whole = float(numbers[row, column]), np.abs(numbers[~patch.padding]).sum()
    share = abs(term) / float(whole) if patch.products is not None and whole else None
    return Contribution(place, float(patch.inputs[row, column]), term, share)
