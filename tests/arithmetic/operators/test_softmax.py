"""The working of a softmax: by hand, and against the reference evaluator for every number."""

from math import exp

import numpy as np
import pytest

from app.arithmetic.operators.softmax import softmax
from app.arithmetic.registry import work
from app.arithmetic.working import Operation, Source
from tests.arithmetic.reference import check_every_number, floats, normal


def test_a_probability_by_hand() -> None:
    logits = floats([1, 3, 2])
    working = work(Operation("Softmax", 17, {}, (logits,), (1, 3)), (0, 2))
    whole = exp(-2) + 1 + exp(-1)
    assert working.total == pytest.approx(exp(-1) / whole)
    assert working.formula == "exp(2 − 3) ÷ 1.503 = 0.2447"
    own, together, maximum = working.terms
    assert own.numbers == {"input": 2, "maximum": 3}
    assert own.source == Source(0, (0, 2))
    assert together.value == pytest.approx(whole)
    assert [term.is_chosen for term in together.terms] == [False, True, False]
    assert (maximum.kind, maximum.value, maximum.source) == ("maximum", 3, Source(0, (0, 1)))


@pytest.mark.parametrize("op", ["Softmax", "LogSoftmax"])
@pytest.mark.parametrize("axis", [None, 0, 1, -1])
@pytest.mark.parametrize("size", [1, 20])
def test_every_number_is_that_of_the_reference(op: str, axis: int | None, size: int) -> None:
    numbers = size * normal(2, 3, 4)
    check_every_number(op, [numbers], {} if axis is None else {"axis": axis}, limit=2)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_before_version_13_it_is_over_all_axes_from_one_on(axis: int) -> None:
    numbers = normal(2, 3, 4)
    operation = Operation("Softmax", 11, {"axis": axis}, (numbers,), numbers.shape)
    flat = numbers.reshape(int(np.prod(numbers.shape[:axis])), -1).astype(np.float64)
    expected = (np.exp(flat) / np.exp(flat).sum(axis=1, keepdims=True)).reshape(numbers.shape)
    for index in np.ndindex(numbers.shape):
        assert softmax(operation, index).total == pytest.approx(expected[index])
