"""What operators read in a run, by ONNX name, and the cells that these numbers are."""

from pathlib import Path

import numpy as np
import pytest

from app.arithmetic.cell import work_cell
from app.arithmetic.operands import batch_index, full_index, layer_index
from app.errors import NoWorking
from app.nets.layer import CellPlace
from tests.arithmetic.runs import run_text

SPLIT = """r = Relu (x)
    half = Constant <value_ints = [1, 2]> ()
    a, b = Split <axis = 1> (r, half)
    c = Identity (b)
    d = Sigmoid (c)
    y = Flatten (d)"""


def test_the_second_part_of_a_split_is_the_cells_that_it_was_cut_from(tmp_path: Path) -> None:
    operands = run_text(SPLIT, tmp_path)
    whole = operands.value("r")
    np.testing.assert_array_equal(operands.value("b"), whole[:, 1:])
    np.testing.assert_array_equal(operands.value("c"), whole[:, 1:])
    relu = operands.graph.by_id[operands.graph.layer_of["r"]]
    assert operands.place("c", (0, 1, 4, 5)) == CellPlace(relu.id, 2, 4, 5)


def test_the_input_and_constants(tmp_path: Path) -> None:
    body = "one = Constant <value = float[3, 1, 1] {1, 2, 3}> () two = Add (one, one) s = Mul (x, two) y = Flatten (s)"
    operands = run_text(body, tmp_path)
    assert operands.place("x", (0, 2, 3, 4)) == CellPlace("input", 2, 3, 4)
    assert operands.number(CellPlace("input", 2, 3, 4)) == operands.value("x")[0, 2, 3, 4]
    assert operands.value("two").ravel().tolist() == [2, 4, 6]
    assert operands.place("two", (0, 0, 0)) is None


def test_the_second_output_of_another_operator_has_no_working(tmp_path: Path) -> None:
    body = "p, i = MaxPool <kernel_shape = [2, 2]> (x) f = Cast <to = 1> (i) y = Flatten (f)"
    with pytest.raises(NoWorking, match="second output of the operator MaxPool"):
        run_text(body, tmp_path).value("f")


def test_a_cell_has_one_index_and_an_index_one_cell(tmp_path: Path) -> None:
    operands = run_text("t = Transpose <perm = [0, 2, 3, 1]> (x) r = Relu (t) y = Flatten (r)", tmp_path)
    for layer in operands.graph.layers:
        for index in np.ndindex(layer.shape):
            place = CellPlace(layer.id, *layer.cell_of(index))
            assert full_index(layer, place) == batch_index(layer, index)
            assert layer_index(layer, full_index(layer, place)) == index
            assert operands.place(layer.output, full_index(layer, place)) == place


def test_the_scale_of_a_dynamic_quantisation(tmp_path: Path) -> None:
    body = """q, s, z = DynamicQuantizeLinear (x) w = Constant <value = uint8[2, 3, 1, 1] {1, 2, 3, 4, 5, 6}> ()
        c = ConvInteger (q, w, z) f = Cast <to = 1> (c) r = Mul (f, s) y = Flatten (r)"""
    operands = run_text(body, tmp_path)
    x = operands.value("x")
    low, high = min(0, x.min()), max(0, x.max())
    np.testing.assert_allclose(operands.value("s"), (high - low) / 255, rtol=1e-6)
    assert operands.place("s", ()) is None
    for layer in operands.graph.layers:
        work_cell(operands, CellPlace(layer.id, 0, 0, 0), 16)
