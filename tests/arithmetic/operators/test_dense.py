"""The working of a fully connected layer: by hand, and against the reference evaluator for every number."""

from typing import Any

import numpy as np
import pytest

from app.arithmetic.registry import work
from app.arithmetic.working import Operation, Source
from tests.arithmetic.reference import check_every_number, floats, normal


def test_a_unit_by_hand() -> None:
    x, weights, bias = floats([1, 2, 3]), floats([4, -5, 6], [0, 1, 0]), floats(10, 20)
    working = work(Operation("Gemm", 17, {"transB": 1}, (x, weights, bias), (1, 2), limit=2), (0, 0))
    assert working.total == 4 - 10 + 18 + 10
    assert working.formula == "3 × 6 + 2 × (−5) + 1 × 4 + 10 = 22"
    assert [(term.kind, term.value) for term in working.terms] == [
        ("product", 18),
        ("product", -10),
        ("bias", 10),
        ("rest", 4),
    ]
    assert working.terms[0].numbers == {"input": 3, "weight": 6}
    assert working.terms[0].source == Source(0, (0, 2))
    assert working.terms[0].terms[1].source == Source(1, (0, 2))


@pytest.mark.parametrize(
    ("a", "b", "c", "attributes"),
    [
        ((2, 5), (5, 3), (3,), {}),
        ((5, 2), (3, 5), (2, 3), {"transA": 1, "transB": 1, "alpha": 0.5, "beta": 2.0}),
        ((2, 5), (3, 5), (2, 1), {"transB": 1, "beta": -1.0}),
        ((2, 5), (5, 3), (), {"alpha": 3.0}),
        ((1, 40), (40, 3), None, {}),
    ],
)
def test_every_number_is_that_of_the_reference(
    a: tuple[int, ...], b: tuple[int, ...], c: tuple[int, ...] | None, attributes: dict[str, Any]
) -> None:
    check_every_number("Gemm", [normal(*a), normal(*b), None if c is None else np.asarray(normal(*c))], attributes)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((4, 5), (5, 3)),
        ((2, 3, 4, 5), (2, 3, 5, 2)),
        ((2, 1, 4, 5), (3, 5, 2)),
        ((4, 5), (3, 5, 2)),
        ((5,), (3, 5, 2)),
        ((2, 4, 5), (5,)),
    ],
)
def test_every_number_of_a_matrix_product_is_that_of_the_reference(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    one, other = normal(*a), normal(*b)
    check_every_number("MatMul", [one, other], {})
    operation = Operation("MatMul", 17, {}, (one, other), (one @ other).shape)
    for index in np.ndindex(operation.output_shape):
        for term in work(operation, index).terms:
            factors = [
                operation.required(part.source.position)[part.source.index] for part in term.terms if part.source
            ]
            assert [float(factor) for factor in factors] == [part.value for part in term.terms]
