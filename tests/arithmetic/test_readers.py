"""Which cells read a cell: those whose number changes with it."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from app.arithmetic.cell import work_cell
from app.arithmetic.operands import Operands
from app.arithmetic.readers import CellReader, readers_of
from app.nets.layer import INPUT, Box, CellPlace
from tests.arithmetic.runs import run_text

FILLED = "s = Constant <value_ints = [6, 1, 3, 3]> () w = ConstantOfShape <value = float[1] {0.5}> (s) "
NETWORKS = {
    "in groups, with strides and padding": FILLED
    + "a = Relu (x) c = Conv <group = 3, strides = [2, 1], pads = [1, 0, 1, 2]> (a, w) y = Flatten (c)",
    "pooled": "a = Relu (x) c = MaxPool <kernel_shape = [3, 2], strides = [2, 3]> (a) y = Flatten (c)",
    "concatenated twice": "a = Relu (x) b = Sigmoid (x) c = Concat <axis = 1> (a, b, a) y = Flatten (c)",
    "broadcast": "a = Relu (x) g = GlobalAveragePool (a) c = Mul (a, g) y = Flatten (c)",
    "concatenated along columns": "a = Relu (x) b = Sigmoid (x) c = Concat <axis = -1> (b, a, b) y = Flatten (c)",
    "in groups of two": "s = Constant <value_ints = [6, 2, 3, 3]> () w = ConstantOfShape <value = float[1] {0.5}> (s) "
    "a = Concat <axis = 1> (x, x) c = Conv <group = 3, pads = [1, 1, 1, 1]> (a, w) y = Flatten (c)",
    "moved": "a = Relu (x) c = Transpose <perm = [0, 3, 1, 2]> (a) y = Flatten (c)",
}


def sources(operands: Operands, reader: CellPlace) -> set[CellPlace]:
    """The cells that a cell's working names, those of patches included."""
    places = set()
    waiting = list(work_cell(operands, reader, limit=1000).terms)
    while waiting:
        placed = waiting.pop()
        waiting += placed.terms
        if placed.source:
            places.add(placed.source)
        if placed.channel and (patch := placed.term.patch):
            for row, column in np.argwhere(~patch.padding):
                at = (patch.top + int(row) * patch.dilations[0], patch.left + int(column) * patch.dilations[1])
                places.add(CellPlace(placed.channel.layer, placed.channel.channel, *at))
    return places


def cells_of(reader: CellReader) -> set[CellPlace]:
    box, channels = reader.window, range(reader.channel, reader.channel + reader.channels)
    rows, columns = range(box.top, box.bottom), range(box.left, box.right)
    return {CellPlace(reader.layer, *place) for place in product(channels, rows, columns)}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_readers_are_the_cells_whose_working_has_the_cell(name: str, tmp_path: Path) -> None:
    operands = run_text(NETWORKS[name], tmp_path)
    layers = {layer.output: layer for layer in operands.graph.layers}
    read_by = {
        reader: sources(operands, reader)
        for layer in operands.graph.layers
        if layers["a"].id in layer.inputs
        for reader in (CellPlace(layer.id, *map(int, place)) for place in np.ndindex(layer.map_shape))
    }
    for channel, y, x in ((0, 0, 0), (1, 3, 4), (2, 7, 7), (0, 2, 6), (1, 4, 5)):
        place = CellPlace(layers["a"].id, channel, y, x)
        cells = list(map(cells_of, readers_of(operands, place)))
        assert all(cells)
        found = set().union(*cells)
        assert found == {reader for reader, names in read_by.items() if place in names}


def test_a_pixel_is_read_in_its_channel(tmp_path: Path) -> None:
    operands = run_text("a = Relu (x) y = Flatten (a)", tmp_path)
    (only,) = readers_of(operands, CellPlace(INPUT, 1, 2, 3))
    assert only == CellReader(operands.graph.layers[0].id, 1, 1, Box(2, 3, 3, 4))


def test_a_number_for_a_whole_channel_is_read_in_all_of_it(tmp_path: Path) -> None:
    operands = run_text("g = GlobalAveragePool (x) c = Mul (x, g) y = Flatten (c)", tmp_path)
    mean, product, _ = operands.graph.layers
    assert readers_of(operands, CellPlace(mean.id, 1, 0, 0)) == (CellReader(product.id, 1, 1, Box(0, 0, 8, 8)),)


def test_all_that_may_read_a_cell_are_listed_where_no_rule_says_fewer(tmp_path: Path) -> None:
    operands = run_text("a = Relu (x) f = Flatten (a) y = Softmax (f)", tmp_path)
    relu, flat, last = operands.graph.layers
    (first,) = readers_of(operands, CellPlace(relu.id, 1, 2, 3))
    assert first == CellReader(flat.id, 64 + 16 + 3, 1, Box(0, 0, 1, 1))
    (second,) = readers_of(operands, CellPlace(flat.id, 7))
    assert second == CellReader(last.id, 0, 192, Box(0, 0, 1, 1))


def test_the_second_part_of_a_split_is_no_cell_of_the_first(tmp_path: Path) -> None:
    body = """n = Constant <value_ints = [1, 2]> () a, b = Split <axis = 1> (x, n)
        c = Relu (b) d = Concat <axis = 1> (a, c) y = Flatten (d)"""
    operands = run_text(body, tmp_path)
    split, _, concat, _ = operands.graph.layers
    (only,) = readers_of(operands, CellPlace(split.id, 0, 1, 2))
    assert only == CellReader(concat.id, 0, 1, Box(1, 2, 2, 3))
