"""Equations of Einsum, against NumPy's reading of them."""

import numpy as np
import pytest

from app.nets.reading.equation import read_equation


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("ij,jk->ik", [(2, 3), (3, 4)]),
        (" i j , j k ", [(2, 3), (3, 4)]),
        ("ba", [(2, 3)]),
        ("ii->i", [(3, 3)]),
        ("...ij,...jk->...ik", [(5, 2, 3), (5, 3, 4)]),
        ("b...c,c...", [(2, 5, 3), (3, 5)]),
        ("...j,j", [(2, 2, 3), (3,)]),
    ],
)
def test_the_letters_say_what_the_text_says(text: str, shapes: list[tuple[int, ...]]) -> None:
    arrays = [np.random.default_rng(0).standard_normal(shape) for shape in shapes]
    equation = read_equation(text, [len(shape) for shape in shapes])
    written = f"{','.join(equation.operands)}->{equation.result}"
    assert "." not in written
    np.testing.assert_allclose(np.einsum(written, *arrays), np.einsum(text, *arrays))


def test_the_sum_runs_over_what_the_result_does_not_have() -> None:
    assert read_equation("bchw,ck->bk", [4, 2]).summed == "chw"


@pytest.mark.parametrize(("text", "ranks"), [("ij,jk->ik", [2, 3]), ("ij", [2, 2]), ("...ij", [1])])
def test_an_equation_that_does_not_fit_is_refused(text: str, ranks: list[int]) -> None:
    with pytest.raises(ValueError, match=r"equation|zip"):
        read_equation(text, ranks)
