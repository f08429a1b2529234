"""Receptive fields: what part of the input a cell of a layer sees, along every path that leads to it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.nets.layer import INPUT, Box, ReceptiveField
from app.nets.reading.operator_fields import SAME, Reach, Reaches
from app.nets.window import AXES

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Feed:
    """A layer reads `source`, another layer's id or "input", in the way of `reaches`."""

    source: str
    reaches: Reaches


def receptive_fields(feeds: Mapping[str, Sequence[Feed]], picture: tuple[int, int]) -> dict[str, ReceptiveField]:
    """The receptive field of every layer of `feeds`, which lists them inputs first, for a picture of (height, width).

    Along a path, steps multiply and ends add up; where paths meet, the field spans all of theirs, gaps included (Araujo
    et al. 2019). Where the paths' steps differ, a cell is said to see the whole input.
    """
    seen: dict[str, Reaches] = {INPUT: (SAME,) * AXES}
    for layer, sources in feeds.items():
        seen[layer] = tuple(
            _together([_composed(feed.reaches[axis], seen[feed.source][axis]) for feed in sources])
            for axis in range(AXES)
        )
    return {layer: _field(seen[layer], picture) for layer in feeds}


def box(
    feeds: Mapping[str, Sequence[Feed]],
    sizes: Mapping[str, tuple[int, int]],
    layer: str,
    cell: tuple[int, int],
) -> Box:
    """The pixels that cell (y, x) of `layer` sees: exact at the borders, empty where it sees only padding.

    It is a rectangle: the holes of a dilated kernel count as seen, and so does what any of the cell's channels sees.

    `sizes` are the (height, width) of the input and of every layer's maps. Time goes with the number of layers.
    """
    needed: dict[str, tuple[Range, ...]] = {layer: tuple((at, at) for at in cell)}
    for current in reversed(list(feeds)):
        if current not in needed:
            continue
        for feed in feeds[current]:
            read = tuple(
                _read(reach, ends, size)
                for reach, ends, size in zip(feed.reaches, needed[current], sizes[feed.source], strict=True)
            )
            if all(first <= last for first, last in read):
                before = needed.get(feed.source, read)
                needed[feed.source] = tuple(
                    (min(one[0], other[0]), max(one[1], other[1])) for one, other in zip(before, read, strict=True)
                )
    (top, bottom), (left, right) = needed.get(INPUT, ((0, -1), (0, -1)))
    return Box(top, left, bottom + 1, right + 1)


def _composed(reach: Reach | None, seen: Reach | None) -> Reach | None:
    if reach is None or seen is None:
        return None
    return Reach(seen.step * reach.step, seen.step * reach.first + seen.first, seen.step * reach.last + seen.last)


def _together(paths: Sequence[Reach | None]) -> Reach | None:
    known = [path for path in paths if path is not None]
    if not known or len(known) < len(paths) or len({path.step for path in known}) > 1:
        return None
    return Reach(known[0].step, min(path.first for path in known), max(path.last for path in known))


def _read(reach: Reach | None, ends: Range, size: int) -> Range:
    if reach is None:
        return 0, size - 1
    first, last = math.ceil(reach.step * ends[0] + reach.first), math.floor(reach.step * ends[1] + reach.last)
    if reach.clamps:
        return min(max(first, 0), size - 1), min(max(last, 0), size - 1)
    return max(first, 0), min(last, size - 1)


def _field(seen: Reaches, picture: tuple[int, int]) -> ReceptiveField:
    axes = [_axis(reach, size) for reach, size in zip(seen, picture, strict=True)]
    (height, down, top), (width, across, left) = axes
    return ReceptiveField((height, width), (down, across), (top, left))


def _axis(reach: Reach | None, size: int) -> tuple[float, float, float]:
    if reach is None:
        return size, 0, 0
    return _number(reach.last - reach.first + 1), _number(reach.step), _number(reach.first)


def _number(value: Fraction) -> float:
    return int(value) if value.denominator == 1 else float(value)
