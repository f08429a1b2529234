"""A printed sheet keeps its solutions: a kind and a seed give the same problem in every version."""

import json
from pathlib import Path

import pytest

from app.lessons.exercises.registry import KINDS
from tests.digest import digest
from tests.lessons.digests import problems
from tests.lessons.exercises.test_registry import OPTIONS

PROBLEMS = json.loads((Path(__file__).parent / "problems.json").read_text())


@pytest.mark.parametrize("name", KINDS)
def test_the_problem_of_a_seed_never_changes(name: str) -> None:
    assert digest(problems(name, [{}, *OPTIONS.get(name, [])])) == PROBLEMS[name], "python -m tests.lessons.digests"
