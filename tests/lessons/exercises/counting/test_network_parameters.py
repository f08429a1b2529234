"""The parameters of small networks, counted line by line."""

from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.counting.network_parameters import NETWORK_PARAMETERS
from app.lessons.exercises.exercise import make_problem, read_options


@given(st.integers(0, 10_000), st.integers(1, 2))
def test_the_answer_is_the_sum_over_the_lines(seed: int, convolutions: int) -> None:
    options = read_options(NETWORK_PARAMETERS, {"convolutions": convolutions})
    problem = make_problem(NETWORK_PARAMETERS, options, str(seed))
    side, channels, total = 0, 0, 0
    for line in problem.lines:
        own = {name: int(value) for name, value in line.values.items()}
        if line.key == "input":
            side, channels = own["size"], own["channels"]
        elif line.key == "convolution":
            total += own["kernel"] ** 2 * channels * own["filters"] + own["filters"]
            side, channels = side - own["kernel"] + 1, own["filters"]
        elif line.key == "pooling":
            side //= 2
        else:
            total += side * side * channels * own["classes"] + own["classes"]
    assert problem.answer == total
