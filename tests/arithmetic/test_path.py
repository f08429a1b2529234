"""The path of the largest contribution, by hand."""

from pathlib import Path

import numpy as np
import pytest

from app.arithmetic.cell import CellTerm, work_cell
from app.arithmetic.path import follow, largest_contribution
from app.arithmetic.working import Patch, Term
from app.nets.layer import CellPlace
from tests.arithmetic.runs import run_text


def placed(term: Term, cell: CellPlace | None = None, *terms: CellTerm) -> CellTerm:
    return CellTerm(term, cell, None, None, terms)


def test_of_a_sum_the_largest_magnitude_is_followed_and_constants_are_not() -> None:
    one, other = CellPlace("a", 1, 2, 3), CellPlace("b", 4, 5, 6)
    terms = (placed(Term("bias", 9)), placed(Term("value", 1), one), placed(Term("value", -2), other))
    found = largest_contribution(terms, is_sum=True)
    assert found is not None
    assert (found.place, found.term) == (other, -2)


def test_of_a_maximum_the_number_that_is_taken_is_followed() -> None:
    one, other = CellPlace("a", 1), CellPlace("a", 2)
    terms = (placed(Term("candidate", 7), one), placed(Term("candidate", 3, is_chosen=True), other))
    found = largest_contribution(terms, is_sum=False)
    assert found is not None
    assert found.place == other


def test_of_a_plane_the_largest_product_outside_the_padding_is_followed() -> None:
    inputs, kernel = np.array([[5.0, 2.0], [1.0, 3.0]]), np.array([[9.0, 1.0], [1.0, -2.0]])
    padding = np.array([[True, False], [False, False]])
    patch = Patch(inputs, kernel, inputs * kernel, padding, top=-1, left=4, dilations=(2, 3))
    plane = CellTerm(Term("plane", 1, patch=patch), None, CellPlace("a", 6), None)
    found = largest_contribution((plane,), is_sum=True)
    assert found is not None
    assert (found.place, found.value, found.term) == (CellPlace("a", 6, 1, 7), 3, -6)


def test_a_share_of_a_plane_is_parted_among_its_products() -> None:
    patch = Patch(np.ones((1, 2)), np.array([[3.0, -1.0]]), np.array([[3.0, -1.0]]), np.zeros((1, 2), bool), 0, 0)
    plane = CellTerm(Term("plane", 2, patch=patch), None, CellPlace("a", 6), 0.4)
    found = largest_contribution((plane,), is_sum=True)
    assert found is not None
    assert found.share == pytest.approx(0.4 * 3 / 4)


def test_a_path_ends_where_a_sum_is_of_zeros(tmp_path: Path) -> None:
    body = "n = Neg (x) r = Relu (x) q = Relu (n) m = Mul (r, q) y = Add (m, m)"
    operands = run_text(body, tmp_path)
    path = follow(lambda cell: work_cell(operands, cell, 16), CellPlace(operands.graph.layers[-1].id, 0, 2, 2))
    assert [step.value for step in path.steps] == [0]


def test_a_path_ends_where_a_number_is_made_of_no_cell(tmp_path: Path) -> None:
    body = "n = Constant <value_ints = [0, 0, 1, 1, 0, 0, 0, 0]> () p = Pad (x, n) y = Flatten (p)"
    operands = run_text(body, tmp_path)
    flat = operands.graph.layers[-1]
    path = follow(lambda cell: work_cell(operands, cell, 16), CellPlace(flat.id, 0))
    assert [step.value for step in path.steps] == [0, 0]
