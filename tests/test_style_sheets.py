"""Style sheets name the sides of a line of text, start and end, so that they hold for every direction of writing."""

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).parents[1] / "static" / "css"
TEMPLATES = Path(__file__).parents[1] / "templates"
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


def hidden_classes(styles: str) -> set[str]:
    """The classes that a style sheet hides wherever they are: those of rules `.name { display: none }`."""
    return {
        selector.strip().removeprefix(".")
        for selectors, rules in re.findall(r"(?<=\n)(\.[^{}(@\n]+)\{([^{}]*)\}", f"\n{styles}")
        if re.search(r"display:\s*none|visibility:\s*hidden", rules)
        for selector in selectors.split(",")
        if re.fullmatch(r"\.[\w-]+", selector.strip())
    }


def users(name: str) -> set[str]:
    """The folders of the templates in which elements have a class."""
    uses = re.compile(rf'class="[^"]*(?<![\w-]){re.escape(name)}(?![\w-])[^"]*"')
    return {
        path.relative_to(TEMPLATES).parts[0]
        for path in TEMPLATES.rglob("*.html")
        if uses.search(path.read_text("utf-8"))
    }


def test_what_one_view_hides_is_no_class_of_another() -> None:
    """One page has the style sheets of several views."""
    hidden = {name for path in STYLES.rglob("*.css") for name in hidden_classes(path.read_text("utf-8"))}
    assert hidden
    assert {name: users(name) for name in hidden if len(users(name)) > 1} == {}


def test_a_hidden_class_is_seen() -> None:
    assert hidden_classes(".a { color: red; display: none; }\n.b .a { display: none; }\n.c { display: grid; }") == {"a"}
