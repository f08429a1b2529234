"""Style sheets name the sides of a line of text, start and end, so that they hold for every direction of writing.

A page loads the sheets of what stands in it and no others, and no class of it is styled by two views.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from app.web.pages.assets import imported_modules

STYLES = Path(__file__).parents[1] / "static" / "css"
SCRIPTS = STYLES.parent / "js"
TEMPLATES = Path(__file__).parents[1] / "templates"
SIDE = re.compile(
    r"\b(?:margin|padding|border)-(?:left|right)\b|\b(?:text-align|float):\s*(?:left|right)\b|(?<![-\w])(?:left|right):"
)
FIGURES = (".stack >",)  # a drawing has sides of its own
CENTRED = "left: 50%"  # the same from either side
OF_PAGE = re.compile(r"(?:html|body|:root)\b")  # begins a selector of what holds for a whole page
PRINTED = re.compile(r"@media print \{(?:[^{}]|\{[^{}]*\})*\}")
RULE = re.compile(r"([^{};]+)\{[^{}]*\}")
WITHOUT = re.compile(r":(?:not|has)\((?:[^()]|\([^()]*\))*\)")
ATTRIBUTE = re.compile(r'\bclass="((?:\{\{.*?\}\}|\{%.*?%\}|[^"])*?)"', re.DOTALL)
TEXT = re.compile(r"\"([^\"]*)\"|'([^']*)'|`([^`]*)`")
SHEETS = re.compile(r"sheets = \(([^)]*)\)")
NAME = re.compile(r'"([\w/-]+)"(?: ~ (\w+))?|(?<!\w)(own_sheet)')
TAG = re.compile(r'\{%-? *(?:extends|include|from|import) "([^"]+)"(?: ~ \w+ ~ "([^"]+)")?')
MAIN_PARTS = {
    f".{name}"
    for path in TEMPLATES.rglob("*.html")
    for name in re.findall(r'<main[^>]* class="([\w-]+)', path.read_text("utf-8"))
}
SCRIPT = re.compile(r'script = "([\w/-]+)"|"(experiments/)" ~ id')


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


def parts_of(text: str, separators: str) -> list[str]:
    """A selector, cut where it is not within parentheses or brackets."""
    depth, parts = 0, [""]
    for character in text:
        depth += (character in "([") - (character in ")]")
        if depth == 0 and character in separators:
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in map(str.strip, parts) if part]


def styled_at_large(styles: str) -> set[frozenset[str]]:
    """The classes, alone or together, that a sheet styles wherever they are: those that its selectors begin with.

    What has an id or a state of the page before it is in one place, and what has the class of its main part is on all
    pages that load the sheet. What is printed is another sheet.
    """
    found = set()
    for selectors in RULE.findall(PRINTED.sub("", re.sub(r"/\*.*?\*/", "", styles, flags=re.DOTALL))):
        for selector in parts_of(WITHOUT.sub("", selectors), ","):
            parts = [part for part in parts_of(selector, " >+~") if not OF_PAGE.match(part)]
            first = next((part for part in parts if part not in MAIN_PARTS), "".join(parts[-1:]))
            for choice in parts_of(first[4:-1], ",") if first.startswith(":is(") else [first]:
                classes = frozenset(re.findall(r"\.([a-z][\w-]*)", choice))
                found |= {classes} if classes and "#" not in choice else set()
    return found


@cache
def classes_at_large(sheet: str) -> set[frozenset[str]]:
    return styled_at_large((STYLES / f"{sheet}.css").read_text("utf-8"))


@cache
def templates_of(page: str) -> frozenset[str]:
    """A template with all that it extends, includes and imports."""
    found, waiting = set[str](), [page]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        text = (TEMPLATES / name).read_text("utf-8")
        for start, end in TAG.findall(text):
            names = TEMPLATES.glob(f"{start}*{end}") if end else [TEMPLATES / start]
            waiting += [path.relative_to(TEMPLATES).as_posix() for path in names]
        if "include figure.template" in text:
            waiting += [path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.glob("lessons/figures/**/*.html")]
    return frozenset(found)


def text_of(page: str) -> str:
    return "".join((TEMPLATES / name).read_text("utf-8") for name in sorted(templates_of(page)))


def sheets_of(page: str) -> list[str]:
    """The style sheets that a page loads, besides the base that every page has."""
    text = text_of(page)
    if "takes_pictures = false" in text:
        text = re.sub(r"sheets = \([^)]*\) if takes_pictures", "", text)
    own = re.search(r'set own_sheet = "([^"]+)"', text)
    names = [
        own[1] if variable and own else name + (Path(page).stem if suffix else "")
        for sheets in SHEETS.findall(text)
        for name, suffix, variable in NAME.findall(sheets)
    ]
    return [name for name in dict.fromkeys(names) if name != "base"]


def pages() -> Iterator[str]:
    """The templates that are whole pages."""
    frames = {"base.html", "comparison/base.html", "experiments/frame.html"}
    for path in sorted(TEMPLATES.rglob("[!_]*.html")):
        page = path.relative_to(TEMPLATES).as_posix()
        if page not in frames and sheets_of(page):
            yield page


@cache
def classes_of(page: str) -> frozenset[str]:
    """The classes that the templates and the scripts of a page give to elements, and maybe some other words."""
    text = text_of(page)
    said = ATTRIBUTE.findall(text)
    for name, prefix in SCRIPT.findall(text):
        script = SCRIPTS / "pages" / f"{name or prefix + Path(page).stem}.js"
        for module in imported_modules(script, SCRIPTS):
            lines = (SCRIPTS / module).read_text("utf-8").splitlines()
            said += ["".join(words) for line in lines if "class" in line for words in TEXT.findall(line)]
    return frozenset(word for words in said for word in re.findall(r"[a-z][\w-]*", words))


def clashes(page: str) -> list[str]:
    """The classes of a page that two of its style sheets style wherever they are."""
    return [
        f"{page}: {' '.join(sorted(classes))} in {one} and {other}"
        for one, other in combinations(sheets_of(page), 2)
        for classes in sorted(classes_at_large(one) & classes_at_large(other), key=sorted)
        if classes <= classes_of(page)
    ]


def test_the_pages_are_found() -> None:
    found = {page: sheets_of(page) for page in pages()}
    assert {"inspector", "number"} <= set(found["explorer/page.html"])
    assert "experiments/digit" in found["experiments/digit.html"]
    assert "lessons/exercises" in found["lessons/exercise.html"]
    assert {name for sheets in found.values() for name in sheets} | {"base", "experiments/report-document"} == {
        path.relative_to(STYLES).with_suffix("").as_posix() for path in STYLES.rglob("*.css")
    }


@pytest.mark.parametrize("page", list(pages()))
def test_no_class_of_a_page_is_styled_by_two_views(page: str) -> None:
    """What the base styles is there for all. Views that come into a page by a script have their sheets there before."""
    assert clashes(page) == []


@pytest.mark.parametrize(
    ("styles", "classes"),
    [
        ("/* .z { } */ .a .b, .c:not(.d) { color: red; }", [{"a"}, {"c"}]),
        (
            "@media (min-width: 9px) { .a { margin: 0; } }\n@media print { .b { margin: 0; } .c { margin: 0; } }",
            [{"a"}],
        ),
        ("#a .b, .c#d { } html.js .e .f, body:has(.g) .h { }", [{"e"}, {"h"}]),
        (":is(.a, p.b) > .c, svg .d, .e.f:hover { }", [{"a"}, {"b"}, {"e", "f"}]),
        (".experiment { } .experiment .a .b { } main.experiment { }", [{"experiment"}, {"a"}]),
    ],
)
def test_what_is_styled_at_large_is_seen(styles: str, classes: list[set[str]]) -> None:
    assert styled_at_large(styles) == set(map(frozenset, classes))


def test_a_class_that_two_views_style_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clash that once shrank the kernels beside the input channels."""
    page = "explorer/page.html"
    styled = {sheet: classes_at_large(sheet) for sheet in sheets_of(page)}
    styled["inspector"] = styled["inspector"] | {frozenset({"plane"})}
    monkeypatch.setattr(f"{__name__}.classes_at_large", styled.__getitem__)
    assert clashes(page) == [f"{page}: plane in inspector and number"]
