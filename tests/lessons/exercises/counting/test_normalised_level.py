"""A level as a network receives it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.counting.normalised_level import NORMALISED_LEVEL, NormalisedLevelOptions
from app.lessons.exercises.exercise import make_problem, read_options
from tests.lessons.exercises.test_registry_mistakes import Drawn


@given(st.integers(0, 10_000).map(str))
def test_a_level_is_centred_and_scaled(seed: str) -> None:
    problem = make_problem(NORMALISED_LEVEL, read_options(NORMALISED_LEVEL, {}), seed)
    own = {name: int(value) for name, value in problem.question.values.items()}
    assert float(problem.answer) * own["deviation"] + own["mean"] == pytest.approx(own["level"])


def test_the_level_is_one_of_eight_bits() -> None:
    levels, options = np.iinfo(np.uint8), NormalisedLevelOptions()
    for level in (levels.min, levels.max):
        assert NORMALISED_LEVEL.draw(Drawn([level, 100, 50]), options).question.values["level"] == level
    for level in (levels.min - 1, levels.max + 1):
        with pytest.raises(AssertionError):
            NORMALISED_LEVEL.draw(Drawn([level, 100, 50]), options)
