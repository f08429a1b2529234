"""Einsum: gradients agree with central differences in float64."""

import numpy as np
import pytest

from app.errors import NotDifferentiable
from tests.gradients.probing import MAPS, after, built, chain, check, drawn, node

CASES = {
    "a product with weights": [node("Einsum", drawn(4, 3), equation="bchw,ck->bkhw")],
    "a product with itself": [after("Einsum", "x", "x", equation="bchw,bdhw->bcd")],
    "weights first": [after("Einsum", drawn(6, 2), "x", equation="wk,bchw->bchk")],
    "three operands": [after("Tanh", "x"), after("Einsum", "x", "y0", drawn(4), equation="bchw,bcvw,c->bhv")],
    "a sum over an axis": [node("Einsum", equation="bchw->bhc")],
    "a sum over an axis of one operand": [after("Tanh", "x"), after("Einsum", "x", "y0", equation="bchw,bcvw->bc")],
    "an ellipsis": [node("Einsum", drawn(6, 3), equation="...w,wk->...k")],
    "without a result": [node("Einsum", drawn(4, 3), equation="bchw,ck")],
}


@pytest.mark.parametrize("settings", CASES)
def test_einsum(settings: str) -> None:
    check(chain(*CASES[settings], shape=MAPS))


def test_a_result_without_the_batch_is_not_batchable() -> None:
    check(chain(node("Einsum", equation="bchw->chw"), shape=MAPS), batchable=False)


def test_a_diagonal_is_refused() -> None:
    with pytest.raises(NotDifferentiable, match="diagonal"):
        built(chain(node("Einsum", equation="bcww->bcw"), shape=(4, 6, 6)))


def test_an_operand_that_is_repeated_is_refused() -> None:
    with pytest.raises(NotDifferentiable, match="repeated"):
        built(chain(node("Einsum", drawn(1, 1, 1, 3), equation="...w,...k->...wk"), shape=MAPS))


def test_spaces_mean_nothing() -> None:
    check(chain(node("Einsum", np.asarray(drawn(4, 3)), equation=" b c h w , c k -> b k h w "), shape=MAPS))
