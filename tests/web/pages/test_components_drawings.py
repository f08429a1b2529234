"""What pages draw changes on purpose only: the same numbers and networks give the same lines, to the pixel."""

import json

import pytest

from tests.digest import digest
from tests.web.pages.drawings import DRAWINGS, TABLE


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawings_are_what_they_were(name: str) -> None:
    expected = json.loads(TABLE.read_text())[name]
    assert digest(DRAWINGS[name]()) == expected, "look at the page, then run python -m tests.web.pages.drawings"
