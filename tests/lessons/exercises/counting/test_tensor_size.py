"""How many numbers there are, counted as the size of an array."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.counting.tensor_size import TENSOR_SIZE
from app.lessons.exercises.exercise import make_problem, read_options


@given(st.integers(0, 10_000), st.sampled_from([1, 3, 64]))
def test_the_answer_is_the_size_of_the_array(seed: int, channels: int) -> None:
    problem = make_problem(TENSOR_SIZE, read_options(TENSOR_SIZE, {"channels": [channels]}), str(seed))
    own = [int(problem.question.values[name]) for name in ("channels", "height", "width")]
    assert problem.answer == np.empty(own).size
