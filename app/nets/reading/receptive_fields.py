"""Receptive fields: the part of the input that a cell of a layer depends on, along every path that leads to it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from app.nets.layer import INPUT, Box, ReceptiveField
from app.nets.reading.operator_fields import SAME, InputWindow, InputWindows
from app.nets.window import AXES

CellRange = tuple[int, int]  # the first cell of an axis and the last


@dataclass(frozen=True, slots=True)
class LayerInput:
    """A layer reads `source`, another layer's id or "input", through `windows`."""

    source: str
    windows: InputWindows


def receptive_fields(
    layer_inputs: Mapping[str, Sequence[LayerInput]], input_size: tuple[int, int]
) -> dict[str, ReceptiveField]:
    """The receptive field of every layer of `layer_inputs`, which is in topological order, for a (height, width).

    Along a path, steps multiply and ends add up; where paths meet, the field spans the fields of all of them, gaps
    included (Araujo et al. 2019). Where the steps of the paths differ, the field is the whole input.
    """
    windows: dict[str, InputWindows] = {INPUT: (SAME,) * AXES}
    for layer, inputs in layer_inputs.items():
        windows[layer] = tuple(
            _union([_compose(each.windows[axis], windows[each.source][axis]) for each in inputs])
            for axis in range(AXES)
        )
    return {layer: _field(windows[layer], input_size) for layer in layer_inputs}


def receptive_box(
    layer_inputs: Mapping[str, Sequence[LayerInput]],
    sizes: Mapping[str, tuple[int, int]],
    layer: str,
    cell: tuple[int, int],
) -> Box:
    """The pixels that cell (y, x) of `layer` depends on: exact at the borders, empty if it reads only padding.

    It is a rectangle for all channels: the gaps of a dilated kernel are inside. `sizes` are the (height, width) of the
    input and of every layer's maps. Takes time proportional to the number of layers.
    """
    needed: dict[str, tuple[CellRange, ...]] = {layer: tuple((at, at) for at in cell)}
    for current in reversed(list(layer_inputs)):
        if current not in needed:
            continue
        for each in layer_inputs[current]:
            read = tuple(
                cells_read(window, cells, size)
                for window, cells, size in zip(each.windows, needed[current], sizes[each.source], strict=True)
            )
            if all(first <= last for first, last in read):
                known = needed.get(each.source, read)
                needed[each.source] = tuple(
                    (min(one[0], other[0]), max(one[1], other[1])) for one, other in zip(known, read, strict=True)
                )
    (top, bottom), (left, right) = needed.get(INPUT, ((0, -1), (0, -1)))
    return Box(top, left, bottom + 1, right + 1)


def _compose(window: InputWindow | None, source: InputWindow | None) -> InputWindow | None:
    """The window on the network's input, from that on a layer's input and the one of that input itself."""
    if window is None or source is None:
        return None
    step, first, last = source.step, source.first, source.last
    return InputWindow(step * window.step, step * window.first + first, step * window.last + last)


def _union(paths: Sequence[InputWindow | None]) -> InputWindow | None:
    known = [path for path in paths if path is not None]
    if not known or len(known) < len(paths) or len({path.step for path in known}) > 1:
        return None
    return InputWindow(known[0].step, min(path.first for path in known), max(path.last for path in known))


def cells_read(window: InputWindow | None, cells: CellRange, size: int) -> CellRange:
    """The cells of an axis of length `size` that the output's `cells` read."""
    if window is None:
        return 0, size - 1
    first, last = math.ceil(window.step * cells[0] + window.first), math.floor(window.step * cells[1] + window.last)
    match window.outside:
        case "nearest":
            return min(max(first, 0), size - 1), min(max(last, 0), size - 1)
        case "mirrored":
            return _mirrored(first, last, size)
    return max(first, 0), min(last, size - 1)


def _mirrored(first: int, last: int, size: int) -> CellRange:
    """The cells that those from the first to the last stand for, of which the border mirrors those outside."""
    end = 2 * (size - 1)  # the mirror image of the first cell
    before, within = (max(-last, 1), -first), (max(first, 0), min(last, size - 1))
    behind = end - last, min(end - first, size - 2)
    parts = [part for part in (before, within, behind) if part[0] <= part[1]]
    return min(begin for begin, _ in parts), max(end for _, end in parts)


def cells_reading(window: InputWindow | None, cell: int, size: int, length: int) -> CellRange:
    """The output's cells, of an axis of this `length`, that read a cell of an axis of length `size`.

    The last is before the first if there are none. A cell in the gap of a dilated kernel counts as read, and so do all
    between those that read the cell and its mirror images.
    """
    if window is None:
        return 0, length - 1
    if window.outside == "mirrored":
        images = (cell, -cell, 2 * (size - 1) - cell)
        ranges = [cells_reading(replace(window, outside="padding"), image, size, length) for image in images]
        known = [(first, last) for first, last in ranges if first <= last]
        return min((first for first, _ in known), default=0), max((last for _, last in known), default=-1)
    if window.step == 0:
        return (0, length - 1) if window.first <= cell <= window.last else (0, -1)
    first, last = math.ceil((cell - window.last) / window.step), math.floor((cell - window.first) / window.step)
    is_clamped = window.outside == "nearest"
    first = 0 if is_clamped and cell == 0 else max(first, 0)
    last = length - 1 if is_clamped and cell == size - 1 else min(last, length - 1)
    return (first, last) if first <= last else (0, -1)


def _field(windows: InputWindows, input_size: tuple[int, int]) -> ReceptiveField:
    axes = [_axis(window, size) for window, size in zip(windows, input_size, strict=True)]
    (height, down, top), (width, across, left) = axes
    return ReceptiveField((height, width), (down, across), (top, left))


def _axis(window: InputWindow | None, size: int) -> tuple[float, float, float]:
    """The size, the step and the offset of the field along one axis."""
    if window is None:
        return size, 0, 0
    return _number(window.last - window.first + 1), _number(window.step), _number(window.first)


def _number(value: Fraction) -> float:
    return int(value) if value.denominator == 1 else float(value)
