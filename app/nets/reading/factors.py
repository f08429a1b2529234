"""An axis as the product of its factors: a reshape divides and joins them, and its inverse finds them again."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import prod
from operator import mul

from app.nets.layer import LEADING
from app.nets.reading.token_grid import TokenGrid

BATCH, BLOCK, GROUP, CHANNEL, DEPTH, HEIGHT, WIDTH, LENGTH, TOKENS, UNIT, ONE = (
    "batch", "block", "group", "channel", "depth", "height", "width", "length", "tokens", "unit", "one",
)  # fmt: skip
SPACE = {HEIGHT, WIDTH, TOKENS}


@dataclass(frozen=True, slots=True)
class Factor:
    """A part of an axis that stays whole until a reshape divides it; `name` says what its places are.

    `grid` says it of tokens of which some stand apart from the map, such as a class token.
    """

    name: str
    length: int
    grid: TokenGrid | None = None


Axis = tuple[Factor, ...]
Lengths = tuple[int, ...]
ONE_PICTURE: Axis = (Factor(BATCH, 1),)


def length_of(axis: Axis) -> int:
    """The number of places along an axis."""
    return prod(factor.length for factor in axis)


def has_batch(axis: Axis) -> bool:
    """Whether the pictures of the batch are counted along this axis."""
    return any(factor.name == BATCH for factor in axis)


def name_of(axis: Axis) -> str:
    """The name of an axis from those of its factors.

    The batch of one picture has no name within an axis of other factors.
    """
    names = {factor.name for factor in axis if factor.length > 1} or {factor.name for factor in axis[:1]}
    if has_batch(axis) and length_of(axis) == 1:
        return BATCH
    if len(names) <= 1:
        return names.pop() if names else ONE
    if names <= SPACE:
        return TOKENS
    if names <= {BATCH, GROUP, CHANNEL}:
        return CHANNEL if CHANNEL in names else GROUP
    if len(names & SPACE) == 1 and TOKENS not in names:  # the places within a pixel of a smaller map
        return (names & SPACE).pop()
    return UNIT


def grid_of(axis: Axis) -> TokenGrid | None:
    """The places of a map that an axis counts row by row; None if that is not certain, or no map."""
    factors = [factor for factor in axis if factor.length > 1]
    if len(factors) == 1:
        return factors[0].grid
    if [factor.name for factor in factors] != [HEIGHT, WIDTH]:
        return None
    height, width = (factor.length for factor in factors)
    return TokenGrid(height, width, 0, height * width)


def map_of_tokens(names: Sequence[str], axes: Sequence[Axis]) -> TokenGrid | None:
    """The map of an axis of tokens, where all other axes number channels; None for a vector."""
    own = [(name, axis) for name, axis in zip(names, axes, strict=True) if name != BATCH]
    within = [(name, axis) for name, axis in own if name not in LEADING]
    return grid_of(within[0][1]) if len(within) == 1 < len(own) and within[0][0] == TOKENS else None


def joined_tokens(parts: Sequence[Axis | None], length: int) -> Axis:
    """An axis of tokens made of parts, one after the other; the length of a part without a name is unknown.

    Tokens beside those of one map stand apart from it: which they are is certain where that map is first or last.
    """
    grids = [(place, grid) for place, part in enumerate(parts) if part is not None and (grid := grid_of(part))]
    if len(grids) != 1 or grids[0][0] not in (0, len(parts) - 1):
        return (Factor(TOKENS, length),)
    place, grid = grids[0]
    before = grid.before + (length - grid.tokens if place else 0)
    return (Factor(TOKENS, length, replace(grid, before=before, tokens=length)),)


def mixed(axis: Axis) -> Axis:
    """The axis when its tokens have been mixed: where each is on a map is no longer certain."""
    return axis if has_batch(axis) or name_of(axis) != TOKENS else (Factor(TOKENS, length_of(axis)),)


def resized(axis: Axis, length: int) -> Axis:
    """The axis at another length: its factors are lost where that differs."""
    return axis if length_of(axis) == length else (Factor(name_of(axis), length),)


def reshaped(axes: Sequence[Axis], lengths: Lengths) -> tuple[Axis, ...]:
    """The axes after a reshape to these lengths: factors keep their order, and are divided where an axis ends."""
    factors = [factor for axis in axes for factor in axis if factor.length > 1]
    parts = _divided([factor.length for factor in factors], lengths)
    if parts is None:
        factors = [Factor(UNIT, prod(lengths))]
        parts = _divided([prod(lengths)], lengths) or [[] for _ in lengths]
    names = _names_of_parts(factors, parts)
    after = [tuple(_part(factors[origin], names[origin], length) for origin, length in axis) for axis in parts]
    return _with_ones(axes, after)


def _divided(factors: Sequence[int], lengths: Lengths) -> list[list[tuple[int, int]]] | None:
    """For each axis of these lengths the factors in it, as (index, length) pairs; None where the factors do not fit."""
    left = list(enumerate(factors))[::-1]
    axes: list[list[tuple[int, int]]] = []
    for length in lengths:
        axes.append([])
        while length > 1:
            if not left:
                return None
            index, whole = left.pop()
            if length % whole and whole % length:
                return None
            part = min(length, whole)
            axes[-1].append((index, part))
            if part < whole:
                left.append((index, whole // part))
            length //= part
    return axes if not left else None


def _part(factor: Factor, names: Iterator[str], length: int) -> Factor:
    name = next(names)
    return factor if factor.length == length else Factor(name, length)


def _names_of_parts(factors: Sequence[Factor], parts: Iterable[list[tuple[int, int]]]) -> dict[int, Iterator[str]]:
    counts = Counter(origin for axis in parts for origin, _ in axis)
    return {origin: iter(_names_of_split(factors[origin].name, count)) for origin, count in counts.items()}


def _names_of_split(name: str, count: int) -> list[str]:
    """The names of the factors that one is divided into."""
    if name == CHANNEL:
        return [GROUP] * (count - 1) + [CHANNEL]
    if (name, count) == (TOKENS, 2):
        return [HEIGHT, WIDTH]
    if (name, count) == (UNIT, 3):
        return [CHANNEL, HEIGHT, WIDTH]
    return [name] * count


def _with_ones(before: Sequence[Axis], after: Sequence[Axis]) -> tuple[Axis, ...]:
    """The axes after a reshape with the factors of length 1, the batch first.

    Such a factor goes to an axis of length 1 that has as many elements before it as the factor had. The batch goes to
    another axis of length 1 if it was an axis of its own, or else into the axis that begins where it was.
    """
    axes, starts = list(after), list(accumulate(map(length_of, after), mul, initial=1))
    free = [place for place, axis in enumerate(axes) if not axis]
    for start, one, is_axis in sorted(_ones(before), key=lambda entry: entry[1].name != BATCH):
        places = [place for place in free if starts[place] == start]
        if not places and one.name == BATCH:
            places = (free if is_axis else []) or [place for place in range(len(axes)) if starts[place] == start]
        if places:
            axes[places[0]] = (one, *axes[places[0]])
            free = [place for place in free if place != places[0]]
    return tuple(axes)


def _ones(axes: Sequence[Axis]) -> Iterator[tuple[int, Factor, bool]]:
    """The factors of length 1, the number of elements before each, and whether it is an axis of its own."""
    elements = 1
    for axis in axes:
        for factor in axis:
            if factor.length == 1:
                yield elements, factor, len(axis) == 1
            elements *= factor.length
