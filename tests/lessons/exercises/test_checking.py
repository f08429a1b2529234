"""Verdicts on a problem whose numbers are given."""

import numpy as np
import pytest

from app.lessons.exercises.checking import AnswerVerdict, check_answer
from app.lessons.exercises.exercise import MatrixForm, NumberForm, Problem, Sentence, number

SHARE = Problem(
    Sentence("question"),
    NumberForm(2),
    number(5 / 3),
    {"inverse": number(0.6), "other": number(0.6), "sum": number(8)},
    (),
)
MATRIX = Problem(
    Sentence("question"), MatrixForm((2, 2)), np.array([[1.0, 2], [3, 4]]), {"row": np.array([[1.0, 2, 3, 4]])}, ()
)


@pytest.mark.parametrize("given", ["1.67", "1,67", "1.6667", 5 / 3, "1.665"])
def test_what_rounds_to_the_answer_is_right(given: object) -> None:
    assert check_answer(SHARE, given) == AnswerVerdict(True, Sentence("right"))


@pytest.mark.parametrize(
    ("given", "key", "mistakes"),
    [
        ("1.66", "near", ()),
        ("1.68", "near", ()),
        ("1.685", "wrong", ()),
        ("9", "wrong", ()),
        ("1.7", "wrong", ()),
        ("8", "mistake", ("sum",)),
        ("0.6", "one_of_mistakes", ("inverse", "other")),
        ("x", "no_number", ()),
    ],
)
def test_a_wrong_answer_is_diagnosed(given: object, key: str, mistakes: tuple[str, ...]) -> None:
    verdict = check_answer(SHARE, given)
    assert (verdict.is_right, verdict.sentence.key, verdict.mistakes) == (False, key, mistakes)


def test_wrong_cells_are_named() -> None:
    verdict = check_answer(MATRIX, [[1, 2], [9, 4]])
    assert (verdict.sentence, verdict.cells) == (Sentence("some_cells", {"count": 1}), ((1, 0),))


def test_a_matrix_without_a_right_cell_is_wrong_as_a_whole() -> None:
    assert check_answer(MATRIX, [[0, 0], [0, 0]]) == AnswerVerdict(False, Sentence("wrong"))


def test_another_shape_is_named_unless_a_mistake_has_it() -> None:
    sizes = {"rows": 2, "columns": 2, "given_rows": 1, "given_columns": 3}
    assert check_answer(MATRIX, [[1, 2, 3]]) == AnswerVerdict(False, Sentence("wrong_shape", sizes))
    assert check_answer(MATRIX, [[1, 2, 3, 4]]).mistakes == ("row",)


@pytest.mark.parametrize(
    ("given", "mistakes"), [("3.33", ("shared",)), ("3.3", ()), ("3.34", ()), ("7", ("missed",)), ("6", ())]
)
def test_a_mistake_may_lead_to_a_fraction_where_a_whole_number_is_asked_for(
    given: str, mistakes: tuple[str, ...]
) -> None:
    wrong = {"shared": number(10 / 3), "missed": number(7)}
    assert check_answer(Problem(Sentence("question"), NumberForm(), number(10), wrong, ()), given).mistakes == mistakes


@pytest.mark.parametrize("distance", [step / 4 + 0.1 for step in range(24)])
def test_a_problem_is_fair_if_no_answer_that_is_near_may_be_that_of_a_mistake(distance: float) -> None:
    """Distances are in halves of the last decimal."""
    wrong = 5 + distance * 0.005
    problem = Problem(Sentence("question"), NumberForm(2), number(5), {"other": number(wrong)}, ())
    is_near = Problem(Sentence("question"), NumberForm(2), number(5), {}, ())
    closest = wrong - 0.005
    assert problem.is_fair == (check_answer(is_near, closest).sentence.key not in ("near", "right"))
