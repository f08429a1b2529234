"""Problems that are drawn until they are fair."""

from random import Random

import pytest

from app.errors import InvalidRequest
from app.lessons.exercises.exercise import (
    ExerciseKind,
    ExerciseOptions,
    NumberForm,
    Problem,
    Sentence,
    make_problem,
    number,
)


def draw_die(random: Random, options: ExerciseOptions) -> Problem:
    eyes = random.randint(1, 6)
    return Problem(Sentence("question"), NumberForm(), number(eyes), {"never": number(min(eyes, 3))}, ())


def draw_the_same(random: Random, options: ExerciseOptions) -> Problem:
    return Problem(Sentence("question"), NumberForm(), number(1), {"always": number(1)}, ())


def test_a_problem_whose_mistake_is_right_is_drawn_again() -> None:
    kind = ExerciseKind("die", ExerciseOptions, draw_die)
    answers = {int(make_problem(kind, ExerciseOptions(), str(seed)).answer) for seed in range(100)}
    assert answers == {4, 5, 6}


def test_options_that_allow_no_fair_problem_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="allow no problem"):
        make_problem(ExerciseKind("same", ExerciseOptions, draw_the_same), ExerciseOptions(), "1")
