"""What lessons draw and ask, as short digests: `python -m tests.lessons.digests` writes them anew after a change."""

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from app.errors import InvalidRequest
from app.lessons.exercises.checking import check_answer
from app.lessons.exercises.exercise import ChoiceForm, FieldsForm, Problem, make_problem, read_options
from app.lessons.exercises.registry import KINDS as EXERCISES
from app.lessons.figures.kind import FigureKind, read_state
from app.lessons.figures.registry import KINDS as FIGURES
from tests.digest import digest

HERE = Path(__file__).parent
SEEDS = 12
ANSWERS = 60  # that are tried where many may be right
COMBINATIONS = 20  # of values
LIMITS = {"default", "enum", "exclusiveMaximum", "exclusiveMinimum", "maximum", "maxLength", "minimum", "minLength",
          "pattern", "type"}  # fmt: skip


def problems(name: str, choices: Iterable[Mapping[str, Any]]) -> Iterator[object]:
    """The problems of a kind with each choice of options, and the verdicts on answers; the options' limits."""
    kind = EXERCISES[name]
    yield limits(kind.options)
    for choice in choices:
        for seed in range(SEEDS):
            problem = make_problem(kind, read_options(kind, choice), str(seed))
            yield problem
            yield [check_answer(problem, answer) for answer in _answers(problem)]


def _answers(problem: Problem) -> Iterator[object]:
    chance = random.Random(1)
    if isinstance(problem.form, ChoiceForm):
        yield from range(problem.form.count)
    elif isinstance(problem.form, FieldsForm):
        for _ in range(ANSWERS):
            yield {name: chance.randint(0, 9) for name in problem.form.names}
        yield dict.fromkeys(problem.form.names, 1000)
    else:
        yield (problem.answer + 1).tolist()


def drawings(name: str) -> Iterator[object]:
    """A figure as it begins, with each value at its limits and at each choice; the limits."""
    kind: FigureKind[Any] = FIGURES[name]
    yield limits(kind.state)
    for values in _states(kind.state):
        try:
            yield kind.draw(read_state(kind.state, values))
        except InvalidRequest as refusal:
            yield str(refusal)


def limits(model: type[BaseModel]) -> dict[str, dict[str, Any]]:
    """What each field may be."""
    names = model.model_json_schema().get("properties", {})
    return {name: {key: field[key] for key in field.keys() & LIMITS} for name, field in names.items()}


def _states(state: type[BaseModel]) -> Iterator[dict[str, Any]]:
    """The defaults, each value of a field by itself, and values of all fields together."""
    choices = {name: _choices(field) for name, field in limits(state).items()}
    yield {}
    yield from ({name: value} for name, values in choices.items() for value in values)
    chance = random.Random(1)
    for _ in range(COMBINATIONS):
        yield {name: chance.choice(values) for name, values in choices.items() if values}


def _choices(field: Mapping[str, Any]) -> list[Any]:
    if field.get("type") == "boolean":
        return [False, True]
    if field.get("type") in ("integer", "number"):
        least, most = field.get("minimum", 0), field.get("maximum", 9)
        return sorted({least, least + 1, least + (most - least) // 2, most})
    return list(field.get("enum", ()))


def main() -> None:
    from tests.lessons.exercises.test_registry import OPTIONS

    asked = {name: digest(problems(name, [{}, *OPTIONS.get(name, [])])) for name in EXERCISES}
    drawn = {name: digest(drawings(name)) for name in FIGURES}
    for file, table in (("exercises/problems.json", asked), ("figures/drawings.json", drawn)):
        (HERE / file).write_text(json.dumps(table, indent=4) + "\n")


if __name__ == "__main__":
    main()
