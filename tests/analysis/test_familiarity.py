"""The energy of a prediction, and whether it tells that an input is unlike the training images."""

import math

import numpy as np
import pytest

from app.analysis.familiarity import Familiarity, energy_of, familiarity_of
from app.nets.outputs import Scores


def scores(*logits: float) -> Scores:
    array = np.array(logits, np.float32)
    return Scores(array, array, 0.0)


def test_the_energy_is_the_negative_logarithm_of_the_sum_of_exponentials() -> None:
    assert energy_of(scores(1, 2, 3)) == pytest.approx(-math.log(math.e + math.e**2 + math.e**3))


def test_large_logits_do_not_overflow() -> None:
    assert energy_of(scores(1000, 1000)) == pytest.approx(-1000 - math.log(2))


def test_a_shift_of_all_logits_shifts_the_energy_though_the_softmax_is_the_same() -> None:
    assert energy_of(scores(1, 2)) - energy_of(scores(6, 7)) == pytest.approx(5)


@pytest.mark.parametrize(("energy", "expected"), [(-3.9, True), (-4.0, False), (-9.0, False)])
def test_an_energy_above_the_limit_is_unfamiliar(energy: float, expected: bool) -> None:
    assert Familiarity(energy, -4.0).is_unfamiliar is expected


def test_without_a_limit_or_with_nan_nothing_is_said() -> None:
    assert familiarity_of(scores(1, 2), None) is None
    assert familiarity_of(scores(1, math.nan), -4.0) is None
