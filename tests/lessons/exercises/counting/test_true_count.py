"""Statements about counts, each judged by itself."""

from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.counting.true_count import TRUE_COUNT
from app.lessons.exercises.exercise import ChoiceForm, Sentence, make_problem, read_options


def is_true(statement: Sentence) -> bool:
    own = {name: int(value) for name, value in statement.values.items()}
    if statement.key == "convolution_parameters":
        return own["count"] == own["filters"] * own["channels"] * own["kernel"] ** 2 + own["filters"]
    if statement.key == "fully_connected_parameters":
        return own["count"] == own["inputs"] * own["outputs"] + own["outputs"]
    if statement.key == "output_size":
        starts = range(-own["padding"], own["size"] + own["padding"] - own["kernel"] + 1, own["stride"])
        return own["count"] == len(starts)
    return own["count"] == own["layers"] * own["kernel"] - (own["layers"] - 1)


@given(st.integers(0, 10_000))
def test_one_statement_is_true(seed: int) -> None:
    problem = make_problem(TRUE_COUNT, read_options(TRUE_COUNT, {}), str(seed))
    assert isinstance(problem.form, ChoiceForm)
    assert [index for index, each in enumerate(problem.form.statements) if is_true(each)] == [int(problem.answer)]
