"""The working of one cell of a layer, with the cells of other layers that it is made of and that are made of it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from app.arithmetic.folding import Folding, fold, folding, required_convolution
from app.arithmetic.operands import Operands, full_index
from app.arithmetic.operators.quantisation import dequantised
from app.arithmetic.pixel import PixelSource, pixel
from app.arithmetic.readers import CellReader, readers_of
from app.arithmetic.registry import work
from app.arithmetic.working import Operation, Patch, Source, Term, Working, add_up
from app.errors import UnknownCell, UnknownChannel, WorkingDisagrees
from app.nets.graph import Graph
from app.nets.layer import INPUT, Box, CellPlace, Layer
from app.nets.reading.quantised_values import OUTPUT_SCALES
from app.nets.reading.receptive_fields import cells_read

PICTURE, INK = "picture", "ink"  # what the input is computed from, among the ids of layers
TOLERANCE = 1e-4  # of the value, or of 1 where it is smaller: the run adds up in float32
HALF_TOLERANCE = 1e-3  # of a number that the run rounds to the 11 bits of float16


@dataclass(frozen=True, slots=True, eq=False)
class CellTerm:
    """A term of a working, the place of its number, and its share among the terms of a sum.

    `channel` is the place of the first cell of the map that its patch is on.
    """

    term: Term
    source: CellPlace | None
    channel: CellPlace | None
    share: float | None
    terms: tuple["CellTerm", ...] = ()


@dataclass(frozen=True, slots=True)
class CellInput:
    """A layer, or the input, that a layer reads: the shape of its maps, and which of their cells the cell reads."""

    layer: str
    name: str
    shape: tuple[int, int, int]
    window: Box | None


@dataclass(frozen=True, slots=True, eq=False)
class CellWorking:
    """How a cell is computed: `value` is that of the run, `total` is computed again from what the layer reads.

    With `folding` it is a batch normalisation and the convolution before it, shown as one.
    """

    place: CellPlace
    op: str
    value: float
    total: float
    formula: str
    terms: tuple[CellTerm, ...]
    inputs: tuple[CellInput, ...]
    readers: tuple[CellReader, ...]
    is_sum: bool
    folding: Folding | None = None


class Places(Protocol):
    """Where the numbers of a working come from."""

    def source(self, source: Source) -> CellPlace | None:
        """The cell that a number is; None for a constant."""

    def channel(self, patch: Patch) -> CellPlace | None:
        """The first cell of the map that a patch is on; None where its rows and columns are not those of a map."""


@dataclass(frozen=True, slots=True)
class OperandPlaces:
    """The places of what an operator reads; `names` are its inputs."""

    operands: Operands
    names: Sequence[str]

    def source(self, source: Source) -> CellPlace | None:
        is_in_file = source.position < len(self.names)  # unlike the bias that a folding gives to a convolution
        return self.operands.place(self.names[source.position], source.index) if is_in_file else None

    def channel(self, patch: Patch) -> CellPlace | None:
        name = self.names[patch.position]
        axes = len(self.operands.shape(name)) - len(patch.index)
        corner = self.operands.place(name, (*patch.index, *(0,) * axes))
        beside = self.operands.place(name, (*patch.index, *(0,) * (axes - 1), 1))
        return corner if corner and beside == CellPlace(corner.layer, corner.channel, 0, 1) else None


@dataclass(frozen=True, slots=True)
class PicturePlaces:
    """The places of a picture's pixels: the layer is "picture" and the channel a colour, or the ink of a digit."""

    def source(self, source: Source) -> CellPlace | None:
        return None

    def channel(self, patch: Patch) -> CellPlace | None:
        return CellPlace(PICTURE, patch.index[0]) if patch.index else CellPlace(INK, 0)


def work_cell(operands: Operands, place: CellPlace, limit: int) -> CellWorking:
    """How a cell of a layer is computed; `limit` is how many terms a sum lists.

    Raises:
        NoWorking: this is not known for the layer's operator.
        WorkingDisagrees: the number that is computed here is another one.
    """
    layer = operands.graph.by_id[place.layer]
    return _cell_working(operands, place, layer, work_layer(operands.operation(layer, limit), layer, place))


def work_layer(operation: Operation, layer: Layer, place: CellPlace) -> Working:
    """The working of one number of a layer by its operator; of a quantised one up to the real number."""
    working = work(operation, full_index(layer, place))
    if layer.quantisation and layer.op in OUTPUT_SCALES:
        return dequantised(working, layer.quantisation)
    return working


def work_folded_cell(operands: Operands, place: CellPlace, limit: int) -> CellWorking:
    """How a cell of a batch normalisation is computed if that is folded into the convolution before it.

    Raises:
        NoWorking: it is no batch normalisation, or can't be folded.
        WorkingDisagrees: the number that is computed here is another one than the normalisation's.
    """
    before = required_convolution(operands.graph, place.layer)
    layer = operands.graph.by_id[place.layer]
    convolution, normalisation = operands.operation(before, limit), operands.operation(layer, limit)
    index = full_index(layer, place)
    working = work(fold(convolution, normalisation), index)
    figures = folding(convolution, normalisation, before.id, index[1])
    return replace(_cell_working(operands, place, before, working), folding=figures)


def _cell_working(operands: Operands, place: CellPlace, reading: Layer, working: Working) -> CellWorking:
    """The working of a cell from what the layer `reading` reads."""
    value = check_agreement(operands, place, working.total)
    names = operands.operator(reading.output).inputs
    return CellWorking(
        place,
        operands.graph.by_id[place.layer].op,
        value,
        working.total,
        working.formula,
        place_terms(OperandPlaces(operands, names), working),
        tuple(_inputs(operands.graph, reading, place)),
        readers_of(operands, place),
        working.is_sum,
    )


def work_pixel(operands: Operands, source: PixelSource, channel: int) -> CellWorking:
    """How a number of the input tensor is computed from the picture."""
    working = pixel(source, channel)
    place = CellPlace(INPUT, channel, source.y, source.x)
    value = check_agreement(operands, place, working.total)
    height, width = source.picture.shape[:2]
    return CellWorking(
        place,
        "Input",
        value,
        working.total,
        working.formula,
        place_terms(PicturePlaces(), working),
        (CellInput(PICTURE, PICTURE, (3, height, width), source.window),),
        readers_of(operands, place),
        working.is_sum,
    )


def check_place(graph: Graph, place: CellPlace) -> None:
    """Raises UnknownChannel or UnknownCell if the layer, or the input, has no such cell."""
    channels, height, width = map_shape(graph, place.layer)
    if not 0 <= place.channel < channels:
        why = f"The channels of the layer are numbered from 0 to {channels - 1}."
        raise UnknownChannel(why, count=channels)
    layer = graph.by_id.get(place.layer)
    is_inside = 0 <= place.y < height and 0 <= place.x < width
    if not (layer.has_cell(place.y, place.x) if layer else is_inside):
        why = f"Rows of the layer's maps are numbered from 0 to {height - 1}, columns from 0 to {width - 1}."
        raise UnknownCell(why, channels=channels, height=height, width=width)


def map_shape(graph: Graph, layer: str) -> tuple[int, int, int]:
    """The channels, height and width of a layer's maps, or of the input."""
    return graph.input.shape if layer == INPUT else graph.by_id[layer].map_shape


def check_agreement(operands: Operands, place: CellPlace, total: float) -> float:
    """The number of a cell in the run; raises WorkingDisagrees if the recomputed one is another."""
    value = operands.number(place)
    check_total(value, total, HALF_TOLERANCE if operands.dtype(place) == np.float16 else TOLERANCE)
    return value


def check_total(value: float, total: float, tolerance: float = TOLERANCE) -> None:
    """Raises WorkingDisagrees if the recomputed number is not that of the run."""
    is_close = math.isclose(value, total, rel_tol=0, abs_tol=tolerance * max(1, abs(value)))
    if not (is_close or (math.isnan(value) and math.isnan(total))):
        why = f"The number of the run is {value:.6g}, and the terms make {total:.6g}: they are not shown."
        raise WorkingDisagrees(why, value=_finite(value), total=_finite(total))


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def place_terms(places: Places, working: Working | Term) -> tuple[CellTerm, ...]:
    """The terms of a working with their places and shares."""
    whole = add_up(map(_magnitude, working.terms)) if working.is_sum else 0

    def placed(term: Term) -> CellTerm:
        place = places.source(term.source) if term.source else None
        channel = places.channel(term.patch) if term.patch else None
        terms = place_terms(places, term)
        if term.kind == "product":  # its factors are listed where both are cells; else its source is the one that is
            cells = [factor for factor in terms if factor.source]
            if len(cells) == 1:
                place = cells[0].source
                term = term if cells[0] is terms[0] else _turned(term)
            terms, place = (terms, None) if len(cells) > 1 else ((), place)
        return CellTerm(term, place, channel, _magnitude(term) / whole if whole else None, terms)

    return tuple(placed(term) for term in working.terms)


def _turned(term: Term) -> Term:
    """A product whose second factor is the cell: that is its input."""
    names = {"input": "weight", "weight": "input"}
    return replace(term, numbers={names.get(name, name): number for name, number in term.numbers.items()})


def _magnitude(term: Term) -> float:
    """How much a term adds at most: the rest is a sum of which some terms may cancel out."""
    return term.numbers.get("magnitude", abs(term.value))


def _inputs(graph: Graph, layer: Layer, place: CellPlace) -> Iterator[CellInput]:
    """The layers that a layer reads, each once for each of its inputs."""
    y, x = (place.y, place.x) if layer.moves_over_input else (0, 0)
    for each in graph.layer_inputs[layer.id]:
        shape = map_shape(graph, each.source)
        has_places = each.source == INPUT or graph.by_id[each.source].moves_over_input
        windows = each.windows if has_places else (None, None)
        (top, bottom), (left, right) = (
            cells_read(window, (at, at), size) for window, at, size in zip(windows, (y, x), shape[1:], strict=True)
        )
        is_read = top <= bottom and left <= right
        name = INPUT if each.source == INPUT else graph.by_id[each.source].name
        yield CellInput(each.source, name, shape, Box(top, left, bottom + 1, right + 1) if is_read else None)
