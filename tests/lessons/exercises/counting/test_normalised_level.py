"""A level as a network receives it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.counting.normalised_level import NORMALISED_LEVEL
from app.lessons.exercises.exercise import make_problem, read_options


@given(st.integers(0, 10_000).map(str))
def test_a_level_is_centred_and_scaled(seed: str) -> None:
    problem = make_problem(NORMALISED_LEVEL, read_options(NORMALISED_LEVEL, {}), seed)
    own = {name: int(value) for name, value in problem.question.values.items()}
    assert float(problem.answer) * own["deviation"] + own["mean"] == pytest.approx(own["level"])
