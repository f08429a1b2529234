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
    assert check_answer(MATRIX, [[1, 2, 3]]).sentence.key == "wrong_shape"
    assert check_answer(MATRIX, [[1, 2, 3, 4]]).mistakes == ("row",)
