"""Explained mutants: a rule fits one change of a line, and no explanation outlives its line."""

from pathlib import Path

import pytest

from tests.mutation.equals import Equal, Explanations, Rule, read_explanations

ROOT = Path(__file__).parent.parent.parent
FROZEN = Rule(r"\bfrozen=(True|False)", "an example", "frozen=None")


def test_explanations_are_of_lines_that_exist() -> None:
    assert list(read_explanations(Path(__file__).parent / "equal.toml").stale(ROOT)) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("@dataclass(frozen=True, eq=False)", "@dataclass(frozen=None, eq=False)", True),
        ("@dataclass(frozen=True, eq=False)", "@dataclass(frozen=True, eq=True)", False),
        ("@dataclass(frozen=True, eq=False)", "@dataclass(frozen=None, eq=True)", False),
        ("f(frozen=True, g(frozen=False))", "f(frozen=True, g(frozen=None))", True),
    ],
)
def test_a_rule_is_of_one_change(before: str, after: str, expected: bool) -> None:
    assert FROZEN.matches(before, after) is expected


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("limit: int = Field(1, ge=-101, le=5)", True),
        ("limit: int = Field(1, ge=- 99, le=5)", True),
        ("limit: int = Field(2, ge=-100, le=5)", False),
        ("limit: int = Field(1, ge=-100, le=6)", False),
        ("limit: int = Field(2, ge=-101, le=5)", False),
    ],
)
def test_a_rule_without_a_replacement_is_of_any_change_within_it(after: str, expected: bool) -> None:
    assert Rule(r"ge=-\d+", "an example").matches("limit: int = Field(1, ge=-100, le=5)", after) is expected


def test_explanations_of_lines_that_are_gone_are_stale(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "one.py").write_text("def one(x: int) -> bool:\n    return (\n        x\n        > 1\n    )\n")
    there = Equal("app/one.py", "return (x > 1 )", "return (x >= 1 )", "an example of several lines")
    assert list(Explanations((), (there,)).stale(tmp_path)) == []
    gone = [Equal("app/one.py", "return x > 2", "", "no such line"), Equal("app/two.py", "x", "", "no such file")]
    assert len(list(Explanations((FROZEN,), (there, *gone)).stale(tmp_path))) == 3
