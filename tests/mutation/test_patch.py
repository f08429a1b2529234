"""A function that is imported gets the code of a mutant; a change elsewhere needs a new import."""

from pathlib import Path

import pytest

from tests.mutation.patch import changes

PATH = "app/one.py"
SOURCE = """\
LIMIT = 1

def outer(values):
    def inner(value):
        return value + 1
    return [inner(value) for value in values]

def other(value=2):
    return value
"""


def changed(before: str, after: str) -> set[str] | None:
    codes = changes({"path": PATH, "original": SOURCE, "mutant": SOURCE.replace(before, after)})
    assert codes is None or all(code.co_filename == str(Path(PATH).absolute()) for code in codes)
    return None if codes is None else {code.co_qualname for code in codes}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("value + 1", "value - 1", {"outer", "outer.<locals>.inner"}),
        ("in values]", "in []]", {"outer", "outer.<locals>.<listcomp>"}),
        ("return value\n", "return 1\n", {"other"}),
        ("return value\n", "return value is not 1\n", {"other"}),
        ("", "", set()),
        ("LIMIT = 1", "LIMIT = 2", None),
        ("value=2", "value=3", None),
        ("return value\n", "return lambda: value\n", None),
    ],
    ids=[
        "within a function",
        "a loop",
        "a function",
        "what Python warns of",
        "nothing",
        "a constant",
        "a default",
        "another function",
    ],
)
def test_what_changes(before: str, after: str, expected: set[str] | None) -> None:
    assert changed(before, after) == expected
