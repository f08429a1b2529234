"""The workings add up: random cells of every layer of networks that ship and of every kind of nine others, as run.

The totals are computed in float64 from what each layer reads, the numbers of the run in float32. Of each layer one
cell is worked whole, with the places of its terms; of the other cells the total is compared.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, quantize_dynamic, quantize_static

from app.arithmetic.cell import (
    INK,
    PICTURE,
    CellTerm,
    CellWorking,
    check_agreement,
    work_cell,
    work_folded_cell,
    work_layer,
    work_pixel,
)
from app.arithmetic.folding import convolution_before
from app.arithmetic.operands import Operands
from app.arithmetic.path import follow
from app.arithmetic.pixel import PixelSource
from app.arithmetic.readers import CellReader
from app.arithmetic.registry import WORKINGS
from app.nets.card import read_card
from app.nets.layer import INPUT, Box, CellPlace, Layer
from app.nets.network import Network
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of
from tests.arithmetic.runs import CPU, cat, open_network, operands_of
from tests.behaviour import test_axes
from tests.behaviour.test_input_kinds import HEIGHT, KINDS, WIDTH, network
from tests.mirrors import ROOT, original_of
from tests.models.light_networks import SIZES, light_network

pytestmark = pytest.mark.slow

CARDS = sorted((ROOT / "models").glob("*.json"))
CELLS = 4  # of each layer, of which the larger networks have hundreds
ALIKE = 3  # layers of a light network that are equal but for their sizes
LISTED = 16
LISTING = {
    "Add",
    "BatchNormalization",
    "Clip",
    "Concat",
    "Flatten",
    "Mul",
    "Relu",
    "Reshape",
    "Sum",
    "Tanh",
    "Transpose",
}


def random_cells(layer: Layer, count: int) -> Iterator[CellPlace]:
    rng = np.random.default_rng(0)
    for _ in range(count):
        yield CellPlace(layer.id, *(int(rng.integers(length)) for length in layer.map_shape))


def placed_terms(terms: tuple[CellTerm, ...]) -> Iterator[CellTerm]:
    for term in terms:
        yield term
        yield from placed_terms(term.terms)


def check_layer(operands: Operands, layer: Layer) -> None:
    """The totals are the numbers of the run, and so are the numbers of the cells that the terms name."""
    operation = operands.operation(layer, LISTED)
    first, *others = random_cells(layer, CELLS)
    working = work_cell(operands, first, LISTED)
    for place in others:
        check_agreement(operands, place, work_layer(operation, layer, place).total)
    assert working.inputs
    if convolution_before(operands.graph, layer):
        check_folded(operands, working, others)
    for placed in placed_terms(working.terms):
        if placed.source:
            check_source(operands, placed)
        if placed.channel and placed.term.patch:
            check_patch(operands, placed)
    for reader in working.readers:
        check_reader(operands, reader, first)


def check_folded(operands: Operands, working: CellWorking, places: Sequence[CellPlace]) -> None:
    """A normalisation and the convolution before it as one convolution give the normalisation's numbers."""
    assert work_folded_cell(operands, working.place, LISTED).value == working.value
    for place in places:
        work_folded_cell(operands, place, LISTED)


def check_source(operands: Operands, placed: CellTerm) -> None:
    """The number of the cell that a term names is in the term."""
    assert placed.source
    number, term = operands.number(placed.source), placed.term
    if has_real_numbers(operands, placed.source):
        assert number in (term.value, term.numbers.get("input"))


def has_real_numbers(operands: Operands, place: CellPlace) -> bool:
    """Whether a layer's numbers are themselves: integers stand for real numbers, which the terms have."""
    return place.layer == INPUT or operands.dtype(place).kind == "f"


def check_reader(operands: Operands, reader: CellReader, place: CellPlace) -> None:
    """The cells that read a cell have it in their window, and it is in the working of those that list all they read."""
    box, by_id = reader.window, operands.graph.by_id
    for y, x in ((box.top, box.left), (box.bottom - 1, box.right - 1)):
        working = work_cell(operands, CellPlace(reader.layer, reader.channel, y, x), LISTED)
        windows = [read.window for read in working.inputs if read.layer == place.layer and read.window]
        assert any(
            window.top <= place.y < window.bottom and window.left <= place.x < window.right for window in windows
        )
        if by_id[reader.layer].op in LISTING:
            assert place in {placed.source for placed in placed_terms(working.terms)}


def is_inside(place: CellPlace, window: Box) -> bool:
    return window.top <= place.y < window.bottom and window.left <= place.x < window.right


def check_patch(operands: Operands, placed: CellTerm) -> None:
    """The numbers of a patch are those of the cells where it lies."""
    patch, corner = placed.term.patch, placed.channel
    assert patch
    assert corner
    if not has_real_numbers(operands, corner):
        return
    down, across = patch.dilations
    for row, column in np.argwhere(~patch.padding):
        place = CellPlace(corner.layer, corner.channel, patch.top + row * down, patch.left + column * across)
        assert operands.number(place) == patch.inputs[row, column]


def check_network(network: Network, alike: int = 1000) -> None:
    """Check every layer, but at most so many that are `alike`: of an operator, with its attributes and neighbours."""
    operands, graph = operands_of(network), network.graph
    assert {layer.op for layer in graph.layers} - set(WORKINGS) == set()
    readers = {layer.id: [other.op for other in graph.layers if layer.id in other.inputs] for layer in graph.layers}
    checked: Counter[str] = Counter()
    for layer in graph.layers:
        inputs = [graph.by_id[each].op for each in layer.inputs if each != INPUT]
        kind = f"{layer.op} {sorted(layer.attributes.items())} {inputs} {readers[layer.id]}"
        checked[kind] += 1
        if checked[kind] <= alike:
            check_layer(operands, layer)


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_every_layer_of_a_shipped_network(path: Path) -> None:
    card = read_card(path)
    check_network(Network(card, path.with_suffix(".onnx"), (), CPU))


@pytest.mark.parametrize("name", SIZES)
def test_every_kind_of_layer_of_a_light_network(name: str, tmp_path: Path) -> None:
    check_network(open_network(light_network(name), tmp_path, (SIZES[name], SIZES[name])), ALIKE)


@pytest.mark.parametrize("name", test_axes.BODIES)
def test_every_layer_whatever_its_axes(name: str, tmp_path: Path) -> None:
    check_network(open_network(test_axes.network(name), tmp_path, (test_axes.SIDE, test_axes.SIDE)))


@pytest.mark.parametrize("name", KINDS)
def test_every_layer_whatever_the_input(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    check_network(open_network(network(kind), tmp_path, (HEIGHT, WIDTH), **kind.spec))


class CatReader(CalibrationDataReader):  # type: ignore[misc]  # it ships no types
    """The cat, once, to choose the scales of integers by."""

    def __init__(self, tensor: NDArray[np.float32]) -> None:
        self._feeds = iter([{"input": tensor}])

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        return next(self._feeds, None)


@pytest.mark.parametrize("form", [QuantFormat.QDQ, QuantFormat.QOperator, None], ids=["qdq", "qoperator", "dynamic"])
def test_every_layer_of_a_quantised_network(form: QuantFormat | None, tmp_path: Path) -> None:
    """LeNet-5 in integers, as onnxruntime quantises it."""
    source, path = ROOT / "models" / "lenet5.onnx", tmp_path / "lenet5.onnx"
    spec = read_card(source.with_suffix(".json")).input
    if form is None:
        quantize_dynamic(source, path)
    else:
        quantize_static(source, path, CatReader(tensor_of(view_of(cat(), spec), spec)), form, per_channel=True)
    card = original_of(path.read_bytes()).card_with_weights()
    check_network(Network(card.model_copy(update={"input": spec}), path, (), CPU))


def cells_read(operands: Operands, place: CellPlace) -> Iterator[CellPlace]:
    """The cells that the terms of a cell's working name, one by one or under a window."""
    for placed in placed_terms(work_cell(operands, place, LISTED).terms):
        if placed.source:
            yield placed.source
        if placed.channel and placed.term.patch:
            patch, (down, across) = placed.term.patch, placed.term.patch.dilations
            for row, column in np.argwhere(~patch.padding).tolist():
                yield replace(placed.channel, y=patch.top + row * down, x=patch.left + column * across)


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_the_best_class_is_followed_to_a_pixel_by_the_largest_terms(path: Path) -> None:
    network = Network(read_card(path), path.with_suffix(".onnx"), (), CPU)
    operands, scores, by_id = operands_of(network), network.graph.scores, network.graph.by_id

    def work_any(cell: CellPlace) -> CellWorking:
        if cell.layer != INPUT:
            return work_cell(operands, cell, LISTED)
        return work_pixel(operands, PixelSource(cat(), network.input_spec, cell.y, cell.x, LISTED), cell.channel)

    best = CellPlace(scores.id, int(operands.value(scores.output).argmax()))
    *steps, at_input, pixel = follow(work_any, best).steps
    assert steps[0].place == best
    assert len(steps) <= len(network.graph.layers)
    for step, before in pairwise((*steps, at_input)):
        assert before.place.layer in by_id[step.place.layer].inputs
        assert before.value == operands.number(before.place)
        assert before.place in cells_read(operands, step.place)
        assert before.share is None or 0 < before.share <= 1
    assert at_input.place.layer == INPUT
    assert pixel.place.layer in (PICTURE, INK)
    if pixel.place.layer == PICTURE:
        assert pixel.value == cat()[pixel.place.y, pixel.place.x, pixel.place.channel]
