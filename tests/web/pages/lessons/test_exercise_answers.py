"""Every kind of exercise with an answer in its address: what was typed stays, and the right answer is right."""

from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest

from app.lessons.book import Book
from app.lessons.exercises.exercise import (
    ChoiceForm,
    FieldsForm,
    MatrixForm,
    Problem,
    make_problem,
    read_options,
)
from app.lessons.exercises.identity import ExerciseIdentity, exercise_at, next_seed
from app.lessons.exercises.registry import KINDS
from app.lessons.exercises.wording import ProblemWording
from app.lessons.lesson import ExerciseSpec
from app.web.pages.lessons.exercise import ExercisePlace, LiveExercise, live_exercise
from app.web.problems import PosedProblem
from app.web.texts import read_catalogue

WORDING = ProblemWording(read_catalogue("problems", "en"))


def place_of(kind: str, parameters: dict[str, str], name: str = "") -> ExercisePlace:
    exercise = exercise_at(Book(()), kind)
    if name:
        exercise = ExerciseIdentity("lesson", ExerciseSpec(name, kind, {}), "1")
    return ExercisePlace.of(exercise, parameters)


def problem_of(place: ExercisePlace) -> Problem:
    kind = KINDS[place.exercise.spec.kind]
    return make_problem(kind, read_options(kind, {}), place.exercise.origin)


def live(kind: str, parameters: dict[str, str], name: str = "") -> LiveExercise:
    place = place_of(kind, parameters, name)
    return live_exercise(place, PosedProblem(problem_of(place)), WORDING)


def typed(problem: Problem, prefix: str = "") -> dict[str, str]:
    """The right answer as the fields of its form have it."""
    form, answer = problem.form, problem.answer
    if isinstance(form, MatrixForm):
        return {f"{prefix}answer.{row}.{column}": f"{value:.10g}" for (row, column), value in np.ndenumerate(answer)}
    if isinstance(form, FieldsForm):
        return {f"{prefix}answer.{name}": f"{value:g}" for name, value in zip(form.names, answer, strict=True)}
    return {f"{prefix}answer": f"{float(answer):.10g}"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_right_answer_is_right_and_stays_in_its_fields(kind: str) -> None:
    given = {"seed": "3", **typed(problem_of(place_of(kind, {"seed": "3"})))}
    view = live(kind, given)
    assert view.verdict is not None
    assert (view.is_right, view.name, view.prefix) == (True, "alone", "")
    fields = {field.name: field.value for row in view.inputs for field in row}
    chosen = [choice for choice in view.choices if choice.is_chosen]
    assert not any(field.is_wrong for row in view.inputs for field in row)
    if view.form == "choice":
        assert [view.choices.index(choice) for choice in chosen] == [int(given["answer"])]
        assert fields == {}
    else:
        assert (fields, chosen) == ({name: text for name, text in given.items() if name != "seed"}, [])
    assert view.solution == ()


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_answer_is_marked_where_it_is_wrong(kind: str) -> None:
    problem = problem_of(place_of(kind, {"seed": "3"}))
    given = typed(problem)
    first = next(iter(given))
    wrong = "0" if isinstance(problem.form, FieldsForm) else f"{float(given[first]) + 7:g}"
    if isinstance(problem.form, ChoiceForm):
        wrong = str((int(given[first]) + 1) % problem.form.count)
    view = live(kind, {"seed": "3", **given, first: wrong})
    assert view.verdict is not None
    assert not view.is_right
    marked = [field.name for row in view.inputs for field in row if field.is_wrong]
    if isinstance(problem.form, FieldsForm):
        assert marked == [*given]
    else:
        assert marked == ([] if view.form == "choice" else [first])


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_typed_has_no_verdict_and_the_solution_comes_on_request(kind: str) -> None:
    problem = problem_of(place_of(kind, {"seed": "3"}))
    begin, solved = live(kind, {"seed": "3"}), live(kind, {"seed": "3", "solution": "1"})
    empty = dict.fromkeys(typed(problem), "")
    assert [(view.verdict, view.is_right) for view in (begin, solved)] == [(None, False)] * 2
    assert live(kind, {"seed": "3", **empty}).verdict is not None
    assert live(kind, {"seed": "3", "solution": "1", **empty}).verdict is None
    assert live(kind, {"seed": "3", "solution": "1", **typed(problem)}).is_right
    assert begin.solution == ()
    assert len(solved.solution) == len(problem.solution)
    for shown, step in zip(solved.solution, problem.solution, strict=True):
        plain = shown.formula.replace("\N{NARROW NO-BREAK SPACE}", "")
        assert (plain, shown.matrix is None) == (step.formula, step.matrix is None)
        assert shown.text


@pytest.mark.parametrize("kind", KINDS)
def test_matrices_have_their_numbers_with_colours_by_their_size(kind: str) -> None:
    view, problem = live(kind, {"seed": "3"}), problem_of(place_of(kind, {"seed": "3"}))
    assert len(view.matrices) == len(problem.matrices)
    for shown, matrix in zip(view.matrices, problem.matrices, strict=True):
        numbers = np.atleast_2d(matrix.numbers)
        largest = np.abs(numbers).max() or 1
        levels = np.sign(numbers) * np.ceil(np.abs(numbers) / largest * 4)
        assert [[cell.level for cell in row] for row in shown.rows] == levels.tolist()
        assert [[cell.text for cell in row] for row in shown.rows] == [
            list(row) for row in WORDING.problem(kind, problem).matrices[view.matrices.index(shown)].rows
        ]
    forms: dict[Any, str] = {MatrixForm: "matrix", ChoiceForm: "choice", FieldsForm: "fields"}
    assert view.form == forms.get(type(problem.form), "number")
    if isinstance(problem.form, MatrixForm):
        assert (len(view.inputs), len(view.inputs[0])) == problem.form.shape
        assert len({field.label for row in view.inputs for field in row}) == np.prod(problem.form.shape)
    if isinstance(problem.form, ChoiceForm):
        assert len(view.choices) == problem.form.count
        assert len({choice.letter for choice in view.choices}) == problem.form.count
        assert {choice.picture for choice in view.choices} == {""}


def test_an_exercise_of_a_lesson_keeps_the_rest_of_the_page() -> None:
    given = {"one.answer": "7", "one.solution": "1", "two.answer": "5", "image": "cat", "seed": "4"}
    view = live("output-size", given, name="one")
    assert (view.name, view.prefix, view.source) == ("one", "one.", "../exercises/lesson.one")
    assert view.hidden == {"two.answer": "5", "image": "cat", "seed": "4", "one.seed": "4"}
    assert [field.name for row in view.inputs for field in row] == ["one.answer"]
    assert [field.value for row in view.inputs for field in row] == ["7"]
    assert parse_qs(view.another.removeprefix("?"))["one.seed"] == [next_seed("4")] == ["5"]
    assert parse_qs(view.another.removeprefix("?"))["two.answer"] == ["5"]
    assert view.solution
    own = ExercisePlace.of(view.exercise, {**given, "one.seed": "9"})
    assert (own.exercise.seed, own.own["answer"]) == ("9", "7")
    choice = ExercisePlace.of(view.exercise, {"model": "lenet5", "image": "cat"}).choice
    assert (choice.model, choice.image) == ("lenet5", "cat")
    alone = live("output-size", {"answer": "7", "image": "cat"})
    assert (alone.hidden, alone.source) == ({"seed": "1"}, "../exercises/output-size")
