"""The loss of a class: by hand, for each kind of output."""

from math import exp, inf, log

import numpy as np
import pytest

from app.arithmetic.loss import binary_cross_entropy, cross_entropy, negative_logarithm
from app.arithmetic.operators.softmax import Competitors


def test_of_classes_by_hand() -> None:
    logits = Competitors(np.array([1.0, 3.0, 2.0]), 2, lambda number: (0, number))
    working = cross_entropy(logits, limit=16)
    assert working.total == pytest.approx(-log(exp(2) / (exp(1) + exp(3) + exp(2))))
    assert working.formula == "ln 1.503 − (2 − 3) = 1.408"
    own, whole, maximum = working.terms
    assert (own.numbers["input"], own.is_chosen, maximum.value) == (2, True, 3)
    assert whole.value == pytest.approx(1.503, abs=1e-3)


def test_of_a_class_far_behind_it_is_finite() -> None:
    logits = Competitors(np.array([-1000.0, 1000.0]), 0, lambda number: (0, number))
    assert cross_entropy(logits, limit=16).total == 2000


@pytest.mark.parametrize("logit", [2.0, -2.0, 0.0])
def test_of_a_label_by_itself(logit: float) -> None:
    assert binary_cross_entropy(logit, (0, 0)).total == pytest.approx(-log(1 / (1 + exp(-logit))))
    assert binary_cross_entropy(-900.0, (0, 0)).total == 900


def test_of_a_probability() -> None:
    assert negative_logarithm(0.25, (0, 1)).total == pytest.approx(log(4))
    assert negative_logarithm(0.0, (0, 1)).total == inf
