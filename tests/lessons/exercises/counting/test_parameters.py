"""Parameters, counted as the sizes of arrays of weights."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.counting.parameters import CONVOLUTION_PARAMETERS, FULLY_CONNECTED_PARAMETERS, SHARING
from app.lessons.exercises.exercise import Problem, make_problem, read_options

seeds = st.integers(0, 10_000).map(str)


def numbers_of(problem: Problem) -> dict[str, int]:
    return {name: int(value) for name, value in problem.question.values.items()}


@given(seeds)
def test_a_convolution_has_a_weight_for_each_place_channel_and_filter(seed: str) -> None:
    problem = make_problem(CONVOLUTION_PARAMETERS, read_options(CONVOLUTION_PARAMETERS, {}), seed)
    own = numbers_of(problem)
    weights = np.empty((own["filters"], own["channels"], own["kernel"], own["kernel"]))
    assert problem.answer == weights.size + len(weights)


@given(seeds)
def test_a_fully_connected_layer_has_a_weight_for_each_pair(seed: str) -> None:
    problem = make_problem(FULLY_CONNECTED_PARAMETERS, read_options(FULLY_CONNECTED_PARAMETERS, {}), seed)
    own = numbers_of(problem)
    assert problem.answer == np.empty((own["inputs"], own["outputs"])).size + own["outputs"]


def test_the_lecture_s_layer_would_need_fourteen_million_weights() -> None:
    values = {"sizes": [32], "channels": [3], "kernels": [5], "filters": [6]}
    problem = make_problem(SHARING, read_options(SHARING, values), "1")
    assert problem.answer == 14_450_688
    assert problem.mistakes["convolution_counted"] == 450
