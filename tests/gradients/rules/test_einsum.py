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
    "without a result": [node("Einsum", drawn(4, 3), equation="bchw,ck")],
}


@pytest.mark.parametrize("settings", CASES)
def test_einsum(settings: str) -> None:
    check(chain(*CASES[settings], shape=MAPS))


def test_a_result_without_the_batch_is_not_batchable() -> None:
    check(chain(node("Einsum", equation="bchw->chw"), shape=MAPS), batchable=False)


@pytest.mark.parametrize("equation", ["...hw->...wh", "bcww->bcw"])
def test_an_ellipsis_and_a_diagonal_are_refused(equation: str) -> None:
    with pytest.raises(NotDifferentiable, match="ellipsis"):
        built(chain(node("Einsum", equation=equation), shape=(4, 6, 6)))


def test_spaces_mean_nothing() -> None:
    check(chain(node("Einsum", np.asarray(drawn(4, 3)), equation=" b c h w , c k -> b k h w "), shape=MAPS))
