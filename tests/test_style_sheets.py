"""Style sheets name the sides of a line of text, start and end, so that they hold for every direction of writing."""

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).parents[1] / "static" / "css"
SIDE = re.compile(
    r"\b(?:margin|padding|border)-(?:left|right)\b|\b(?:text-align|float):\s*(?:left|right)\b|(?<![-\w])(?:left|right):"
)
FIGURES = (".stack >",)  # a drawing has sides of its own
CENTRED = "left: 50%"  # the same from either side


def faults_of(line: str) -> list[str]:
    return [] if line.strip().startswith(FIGURES) else SIDE.findall(line.replace(CENTRED, ""))


def test_text_has_no_left_and_right() -> None:
    assert [
        f"{path.name}:{number}: {fault}"
        for path in sorted(STYLES.rglob("*.css"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        for fault in faults_of(line)
    ] == []


@pytest.mark.parametrize(
    "line", ["p { margin-left: 4px; }", "td { text-align: right }", "b { float:left }", "i { left: 0; }"]
)
def test_a_side_is_seen(line: str) -> None:
    assert faults_of(line)
