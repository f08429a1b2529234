"""The working of one cell: its places, its shares, and what is refused."""

from contextlib import nullcontext
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from app.arithmetic.cell import HALF_TOLERANCE, CellInput, check_place, check_total, work_cell, work_pixel
from app.arithmetic.operands import Operands
from app.arithmetic.pixel import PixelSource
from app.errors import NoWorking, UnknownCell, UnknownChannel, WorkingDisagrees
from app.nets.layer import Box, CellPlace
from tests.arithmetic.runs import cat, open_network, operands_of, run_text
from tests.nets.onnx_text import parse_network

CONV = """s = Constant <value_ints = [2, 3, 3, 3]> () w = ConstantOfShape <value = float[1] {0.5}> (s)
    c = Conv <pads = [1, 1, 1, 1]> (x, w) y = Flatten (c)"""


ONE_APART = """s = Constant <value = int64[3] {1, 3, 64}> () k = Constant <value = float[1, 1, 3] {5, 6, 70}> ()
    f = Reshape (x, s) t = Transpose <perm = [0, 2, 1]> (f) a = Concat <axis = 1> (k, t)
    w = Constant <value = float[3, 1] {0.5, 0.5, 0.5}> () m = MatMul (a, w) y = Flatten (m)"""


def layer_id(operands: Operands, value: str) -> str:
    return operands.graph.layer_of[value]


def test_a_patch_lies_on_the_map_that_the_layer_reads(tmp_path: Path) -> None:
    operands = run_text(CONV, tmp_path)
    working = work_cell(operands, CellPlace(layer_id(operands, "c"), 1, 0, 5), limit=2)
    assert sum(term.share or 0 for term in working.terms) == pytest.approx(1)
    assert [placed.channel.layer for placed in working.terms if placed.channel] == ["input", "input"]
    assert [read.window for read in working.inputs] == [Box(0, 4, 2, 7)]
    assert [reader.channel for reader in working.readers] == [64 + 5]


@pytest.mark.parametrize(
    ("pads", "window"),
    [("1, 1, 1, 1", None), ("1, 0, 1, 0", None), ("0, 1, 0, 1", None), ("0, 0, 0, 0", Box(0, 0, 1, 1))],
)
def test_a_cell_that_reads_padding_alone_reads_no_part_of_the_map(
    tmp_path: Path, pads: str, window: Box | None
) -> None:
    operands = run_text(
        "s = Constant <value_ints = [2, 3, 1, 1]> () w = ConstantOfShape <value = float[1] {0.5}> (s) "
        f"c = Conv <pads = [{pads}]> (x, w) y = Flatten (c)",
        tmp_path,
    )
    working = work_cell(operands, CellPlace(layer_id(operands, "c"), 1, 0, 0), limit=2)
    assert [read.window for read in working.inputs] == [window]
    assert working.is_sum


def test_a_largest_number_is_no_sum(tmp_path: Path) -> None:
    operands = run_text("p = MaxPool <kernel_shape = [2, 2]> (x) y = Flatten (p)", tmp_path)
    assert not work_cell(operands, CellPlace(layer_id(operands, "p"), 1, 2, 3), limit=2).is_sum


def test_a_product_of_a_cell_and_a_weight_is_that_cell_and_one_of_two_cells_has_both(tmp_path: Path) -> None:
    operands = run_text(
        "a = Flatten <axis = 2> (x) b = Transpose (a) m = MatMul (a, b) "
        "s = Constant <value_ints = [3, 4]> () w = ConstantOfShape <value = float[1] {0.5}> (s) y = MatMul (m, w)",
        tmp_path,
    )
    (both, *_) = work_cell(operands, CellPlace(layer_id(operands, "m"), 2, 0, 1), limit=3).terms
    assert both.source is None
    assert {part.source.layer for part in both.terms if part.source} == {layer_id(operands, each) for each in "ab"}
    (single, *_) = work_cell(operands, CellPlace(layer_id(operands, "y"), 0, 0, 1), limit=3).terms
    assert single.source is not None
    assert single.source.layer == layer_id(operands, "m")
    assert single.terms == ()


def test_of_a_product_with_a_weight_the_cell_is_the_input(tmp_path: Path) -> None:
    """The rows and columns of the input's channels, times a weight on either side."""
    weight = "s = Constant <value_ints = [8, 8]> () w = ConstantOfShape <value = float[1] {0.5}> (s) "
    for body in ("m = MatMul (w, x)", "m = MatMul (x, w)"):
        operands = run_text(f"{weight} {body} y = Flatten (m)", tmp_path)
        (largest, *_) = work_cell(operands, CellPlace(layer_id(operands, "m"), 1, 2, 3), limit=1).terms
        assert largest.source is not None
        assert largest.term.numbers == {"input": operands.number(largest.source), "weight": 0.5}


def test_padding_with_minus_infinity_is_that_in_every_version(tmp_path: Path) -> None:
    operands = run_text(
        "p = Pad <pads = [0, 0, 1, 0, 0, 0, 0, 0], value = -inf> (x) y = Flatten (p)", tmp_path, opset=10
    )
    assert work_cell(operands, CellPlace(layer_id(operands, "p"), 0, 0, 3), limit=1).total == -np.inf


def test_the_number_of_a_class_token_is_below_the_map_and_reads_one_below_it(tmp_path: Path) -> None:
    operands = run_text(ONE_APART, tmp_path)
    place = CellPlace(layer_id(operands, "m"), 0, 8, 0)
    check_place(operands.graph, place)
    working = work_cell(operands, place, limit=3)
    assert working.total == 0.5 * (5 + 6 + 70)
    sources = [(term.source.channel, term.source.y, term.source.x) for term in working.terms if term.source]
    assert sorted(sources) == [(0, 8, 0), (1, 8, 0), (2, 8, 0)]
    with pytest.raises(UnknownCell):
        check_place(operands.graph, CellPlace(place.layer, 0, 8, 1))


def test_a_number_that_is_not_that_of_the_run_is_refused(tmp_path: Path) -> None:
    operands = run_text(CONV, tmp_path)
    conv = operands.graph.by_id[layer_id(operands, "c")]
    changed = {layer.id: operands.value(layer.output)[0].copy() for layer in operands.graph.layers}
    changed[conv.id][0, 2, 3] += 0.01
    tampered = Operands(operands._network, changed, operands._tensor)
    with pytest.raises(WorkingDisagrees) as error:
        work_cell(tampered, CellPlace(conv.id, 0, 2, 3), limit=2)
    assert error.value.details["value"] == pytest.approx(error.value.details["total"] + 0.01)
    work_cell(tampered, CellPlace(conv.id, 0, 2, 2), limit=2)


def test_an_operator_without_a_working_says_its_name(tmp_path: Path) -> None:
    operands = run_text("a = Relu (x) d = Det (a) y = Flatten (d)", tmp_path)
    with pytest.raises(NoWorking, match="Det"):
        work_cell(operands, CellPlace(layer_id(operands, "d"), 0), limit=2)


@pytest.mark.parametrize(("value", "total"), [(1.0, 1.0001), (200.0, 200.0199), (np.nan, np.nan), (np.inf, np.inf)])
def test_rounding_is_no_disagreement(value: float, total: float) -> None:
    check_total(value, total)


@pytest.mark.parametrize(("value", "total"), [(0.0, 0.00011), (200.0, 200.021), (np.nan, 1.0), (np.inf, -np.inf)])
def test_more_than_rounding_is_one(value: float, total: float) -> None:
    with pytest.raises(WorkingDisagrees):
        check_total(value, total)


def test_rounding_to_half_precision_is_no_disagreement() -> None:
    for number in np.random.default_rng(0).normal(0, 100, 200).tolist():
        half = float(np.float16(number))
        check_total(half, number, HALF_TOLERANCE)
        with pytest.raises(WorkingDisagrees):
            check_total(half, number + 4 * np.spacing(np.float16(max(1, abs(number)))), HALF_TOLERANCE)


def test_a_number_of_the_input_is_made_of_pixels(tmp_path: Path) -> None:
    network = open_network(parse_network("r = Relu (x) y = Flatten (r)"), tmp_path)
    operands, source = operands_of(network), PixelSource(cat(), network.card.input, 3, 5, limit=4)
    working = work_pixel(operands, source, 1)
    assert (working.place, working.op) == (CellPlace("input", 1, 3, 5), "Input")
    assert working.value == operands.number(working.place)
    assert working.inputs == (CellInput("picture", "picture", (3, *cat().shape[:2]), source.window),)
    assert [reader.window for reader in working.readers] == [Box(3, 5, 4, 6)]
    assert [term.channel for term in working.terms] == [CellPlace("picture", 1)]


def test_a_place_that_is_not_there_is_refused_with_the_known_range(tmp_path: Path) -> None:
    graph = run_text(CONV, tmp_path).graph
    with pytest.raises(UnknownChannel, match="from 0 to 2"):
        check_place(graph, CellPlace("input", 3, 0, 0))
    with pytest.raises(UnknownCell, match="from 0 to 7, columns from 0 to 7"):
        check_place(graph, CellPlace("input", 0, 0, 8))
    with pytest.raises(UnknownCell):
        check_place(graph, CellPlace("input", 0, -1, 0))


def test_every_other_place_is_one(tmp_path: Path) -> None:
    graph = run_text(CONV, tmp_path).graph
    for layer, shape in {"input": graph.input.shape, **{each.id: each.map_shape for each in graph.layers}}.items():
        for place in product(*((-1, 0, length - 1, length) for length in shape)):
            is_there = all(0 <= at < length for at, length in zip(place, shape, strict=True))
            with nullcontext() if is_there else pytest.raises((UnknownChannel, UnknownCell)):
                check_place(graph, CellPlace(layer, *place))


def test_the_working_of_a_quantised_number_ends_with_the_real_one(tmp_path: Path) -> None:
    body = """s = Constant <value = float {0.5}> () n = Constant <value = uint8 {120}> () q = QuantizeLinear (x, s, n)
        m = MaxPool <kernel_shape = [2, 2]> (q) d = DequantizeLinear (m, s, n) y = Flatten (d)"""
    operands = run_text(body, tmp_path)
    rounded = work_cell(operands, CellPlace(layer_id(operands, "q"), 1, 3, 4), limit=2)
    number = operands.value("q")[0, 1, 3, 4]
    assert rounded.value == rounded.total == (int(number) - 120) * 0.5
    assert f"+ 120 = {number} → ({number} − 120) × 0.5 = " in rounded.formula
    pooled = work_cell(operands, CellPlace(layer_id(operands, "m"), 1, 3, 4), limit=2)
    assert pooled.value == pooled.total == (int(operands.value("q")[0, 1, 3:5, 4:6].max()) - 120) * 0.5
