"""The verdict on an answer: right, or which of the usual mistakes leads to it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from app.lessons.exercises.answer import read_answer
from app.lessons.exercises.exercise import MatrixForm, NumberArray, Problem, Sentence

NEAR = 3  # half units of the last decimal: an answer so far off was rounded wrongly
LEAST_TOLERANCE = 0.005  # of an answer that a mistake leads to, where whole numbers are asked for
LISTED_CELLS = 8


@dataclass(frozen=True, slots=True)
class AnswerVerdict:
    """Whether an answer is right, the sentence that says so, the mistakes it may come from, and wrong cells."""

    is_right: bool
    sentence: Sentence
    mistakes: tuple[str, ...] = ()
    cells: tuple[tuple[int, int], ...] = ()


def check_answer(problem: Problem, given: Any) -> AnswerVerdict:
    """The verdict on an answer as it is typed or sent."""
    numbers = read_answer(problem.form, given)
    if isinstance(numbers, Sentence):
        return AnswerVerdict(False, numbers)
    if problem.judge:
        judgement = problem.judge(numbers)
        return AnswerVerdict(judgement.is_right, judgement.sentence, judgement.mistakes)
    if problem.matches(numbers):
        return AnswerVerdict(True, Sentence("right"))
    if mistakes := _mistakes(problem, numbers):
        return AnswerVerdict(False, Sentence("mistake" if len(mistakes) == 1 else "one_of_mistakes"), mistakes)
    return _undiagnosed(problem, numbers)


def _mistakes(problem: Problem, numbers: NumberArray) -> tuple[str, ...]:
    """The mistakes that lead to this answer."""
    tolerance = max(problem.tolerance, LEAST_TOLERANCE)
    return tuple(
        name
        for name, wrong in problem.mistakes.items()
        if wrong.shape == numbers.shape and bool((np.abs(wrong - numbers) <= tolerance + 1e-9).all())
    )


def _undiagnosed(problem: Problem, numbers: NumberArray) -> AnswerVerdict:
    """What can be said of a wrong answer that comes from no mistake that is known."""
    if numbers.shape != problem.answer.shape:
        rows, columns = problem.answer.shape
        given = {"given_rows": numbers.shape[0], "given_columns": numbers.shape[1]}
        return AnswerVerdict(False, Sentence("wrong_shape", {"rows": rows, "columns": columns, **given}))
    if problem.form.decimals and problem.matches(numbers, NEAR):
        return AnswerVerdict(False, Sentence("near", {"decimals": problem.form.decimals}))
    if isinstance(problem.form, MatrixForm):
        wrong = np.argwhere(~problem.agreement(numbers, problem.answer))
        cells = tuple((int(row), int(column)) for row, column in wrong)
        if len(cells) < problem.answer.size:
            return AnswerVerdict(False, Sentence("some_cells", {"count": len(cells)}), (), cells[:LISTED_CELLS])
    return AnswerVerdict(False, Sentence("wrong"))
