"""Workings by operator: what is refused, and numbers that are not finite."""

import numpy as np
import pytest

from app.arithmetic.registry import work
from app.arithmetic.working import Operation
from app.errors import NoWorking
from tests.arithmetic.reference import floats


def test_an_operator_without_a_working_is_named() -> None:
    with pytest.raises(NoWorking, match="Det") as error:
        work(Operation("Det", 17, {}, (floats([1, 2], [3, 4]),), ()), ())
    assert error.value.details == {"op": "Det"}


@pytest.mark.parametrize(
    ("op", "attributes"), [("MaxPool", {}), ("Conv", {"strides": [0, 1]}), ("Concat", {"axis": "first"}), ("Gemm", {})]
)
def test_attributes_and_inputs_that_do_not_fit_are_refused(op: str, attributes: dict[str, object]) -> None:
    with pytest.raises(NoWorking, match=op):
        work(Operation(op, 17, attributes, (floats([[[1, 2], [3, 4]]]),), (1, 1, 2, 2)), (0, 0, 1, 1))


@pytest.mark.parametrize("numbers", [(np.inf, -np.inf, 1), (np.nan, 1, 2), (-np.inf, -np.inf, -np.inf)])
def test_numbers_that_are_not_finite_are_computed_as_the_network_does(numbers: tuple[float, ...]) -> None:
    x, ones = floats(numbers), np.ones((3, 1), np.float32)
    assert np.isnan(work(Operation("Softmax", 17, {}, (x,), (1, 3)), (0, 0)).total)
    total = work(Operation("MatMul", 17, {}, (x, ones), (1, 1)), (0, 0)).total
    with np.errstate(all="ignore"):
        np.testing.assert_equal(total, float((x @ ones)[0, 0]))
