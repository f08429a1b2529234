"""What is left of a gradient after some layers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.exercise import make_problem, read_options
from app.lessons.exercises.learning.gradient_length import GRADIENT_LENGTH


@pytest.mark.parametrize(("layers", "added"), [("plain", 0), ("skip", 1)])
@given(seed=st.integers(0, 10_000))
def test_every_layer_multiplies_the_length(layers: str, added: int, seed: int) -> None:
    problem = make_problem(GRADIENT_LENGTH, read_options(GRADIENT_LENGTH, {"layers": layers}), str(seed))
    factor, count = (float(problem.question.values[name]) for name in ("factor", "count"))
    assert np.isclose(math.log(problem.answer), count * math.log(factor + added))
