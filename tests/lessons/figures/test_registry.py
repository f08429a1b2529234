"""A link to a figure keeps its drawing: the same values give the same numbers and lines in every version."""

import json
from pathlib import Path

import pytest

from app.lessons.figures.registry import KINDS
from tests.digest import digest
from tests.lessons.digests import drawings

DRAWINGS = json.loads((Path(__file__).parent / "drawings.json").read_text())


@pytest.mark.parametrize("name", KINDS)
def test_the_drawing_of_a_state_never_changes(name: str) -> None:
    assert digest(drawings(name)) == DRAWINGS[name], "python -m tests.lessons.digests"
