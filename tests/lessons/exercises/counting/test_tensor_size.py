"""How many numbers there are, counted as the size of an array."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.counting.tensor_size import TENSOR_SIZE
from app.lessons.exercises.exercise import make_problem, read_options


@given(st.integers(0, 10_000), st.sampled_from([1, 3, 64]))
def test_the_answer_is_the_size_of_the_array(seed: int, channels: int) -> None:
    problem = make_problem(TENSOR_SIZE, read_options(TENSOR_SIZE, {"channels": [channels]}), str(seed))
    own = [int(problem.question.values[name]) for name in ("channels", "height", "width")]
    assert problem.answer == np.empty(own).size


@pytest.mark.parametrize(
    ("channels", "question", "steps"),
    [
        (1, "question_grey", ["plane"]),
        (3, "question_colour", ["plane", "planes"]),
        (64, "question_maps", ["plane", "planes"]),
    ],
)
def test_an_image_is_asked_about_as_an_image(channels: int, question: str, steps: list[str]) -> None:
    problem = make_problem(TENSOR_SIZE, read_options(TENSOR_SIZE, {"channels": [channels]}), "1")
    assert problem.question.key == question
    assert [step.sentence.key for step in problem.solution] == steps
