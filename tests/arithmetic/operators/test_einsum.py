"""The working of Einsum: by hand, and against the reference evaluator for every number."""

import numpy as np
import pytest

from app.arithmetic.registry import work
from app.arithmetic.working import Operation, Source
from app.errors import NoWorking
from tests.arithmetic.reference import check_every_number, floats, normal


def test_a_number_by_hand() -> None:
    rows, columns = floats([1, 2, 3]), floats([4, -5, 6])
    working = work(Operation("Einsum", 17, {"equation": "bi,bi->b"}, (rows, columns), (1,), limit=2), (0,))
    assert working.total == 4 - 10 + 18
    assert working.formula == "3 × 6 + 2 × (−5) + 1 × 4 = 12"
    assert [(term.kind, term.value) for term in working.terms] == [("product", 18), ("product", -10), ("rest", 4)]
    assert working.terms[0].numbers == {"input": 3, "weight": 6}
    assert [part.source for part in working.terms[0].terms] == [Source(0, (0, 2)), Source(1, (0, 2))]


@pytest.mark.parametrize(
    ("equation", "shapes"),
    [
        ("bchw,ck->bkhw", [(1, 4, 2, 3), (4, 5)]),
        ("bqd,bkd->bqk", [(2, 3, 4), (2, 5, 4)]),
        ("...ij,...jk->...ik", [(2, 1, 3, 4), (2, 4, 2)]),
        ("bii->bi", [(2, 3, 3)]),
        ("bij->b", [(2, 3, 4)]),
        ("i,j,k->ij", [(2,), (3,), (4,)]),
    ],
)
def test_every_number_is_that_of_the_reference(equation: str, shapes: list[tuple[int, ...]]) -> None:
    check_every_number("Einsum", [normal(*shape) for shape in shapes], {"equation": equation})


def test_a_sum_of_too_many_products_has_no_working() -> None:
    wide = np.broadcast_to(np.float32(1), 1 << 12)
    operation = Operation("Einsum", 17, {"equation": "i,j->"}, (wide, wide), ())
    with pytest.raises(NoWorking):
        work(operation, ())
