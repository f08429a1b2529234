"""The options of the kinds: what is documented of them, and that each makes problems."""

from typing import get_origin

import pytest
from annotated_types import Ge, Le

from app.lessons.exercises.exercise import ExerciseOptions, make_problem, read_options
from app.lessons.exercises.registry import KINDS, NETWORK_KINDS
from tests.lessons.documented_fields import documented_cells, limit, listed_fields
from tests.lessons.exercises.test_registry import problems

ALL: dict[str, type[ExerciseOptions]] = {
    **{name: kind.options for name, kind in KINDS.items()},
    **{name: kind.options for name, kind in NETWORK_KINDS.items()},
}
OPTIONS = [(kind, option, field) for kind in KINDS for option, field in KINDS[kind].options.model_fields.items()]
LISTS = [(kind, option, field.default) for kind, option, field in OPTIONS if get_origin(field.annotation) is tuple]
LIMITED = [(kind, option, limit(field, side)) for kind, option, field in OPTIONS for side in (Ge, Le)]


def decimals_of(name: str) -> str:
    return " or ".join(sorted({str(problem.form.decimals) for problem in problems(name, "1")}))


@pytest.mark.parametrize("name", ALL)
def test_the_options_are_those_that_are_documented(name: str) -> None:
    assert documented_cells("Exercises", name)[-1] == listed_fields(ALL[name])


@pytest.mark.parametrize("name", KINDS)
def test_the_decimals_are_those_that_are_documented(name: str) -> None:
    assert documented_cells("Exercises", name)[1] == decimals_of(name)


@pytest.mark.parametrize(("name", "option", "choices"), LISTS)
def test_a_list_has_at_least_one_choice_and_each_makes_a_problem(
    name: str, option: str, choices: tuple[float, ...]
) -> None:
    kind = KINDS[name]
    with pytest.raises(ValueError, match=rf"{name}\.{option}"):
        read_options(kind, {option: []})
    for choice in choices:
        assert make_problem(kind, read_options(kind, {option: [choice]}), "1").is_fair


@pytest.mark.parametrize(("name", "option", "value"), [each for each in LIMITED if each[2] is not None])
def test_a_number_at_its_limit_makes_a_problem(name: str, option: str, value: int) -> None:
    kind = KINDS[name]
    assert make_problem(kind, read_options(kind, {option: value}), "1").is_fair
