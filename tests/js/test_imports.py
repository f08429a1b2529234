"""The house rules of the scripts: who may import whom, and which script alone touches what."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SCRIPTS = TESTS.parents[1] / "static" / "js"

# Each folder, and each script beside them, with the others that it may import. A folder may always import itself.
BASE = {"draw", "lib"}
SHARED = {"api", "appearance", "colouring", "dom", "dropping", "memory", "replacement", "state", "texts"}
MAY_IMPORT = {
    "lib": set[str](),
    "draw": {"lib"},
    "theme": set[str](),
    "dropping": set[str](),
    "memory": set[str](),
    "state": {"lib"},
    "dom": {"draw"},
    "texts": {"dom", "lib"},
    "replacement": {"dom"},
    "failure": {"dom", "texts"},
    "api": BASE | {"failure", "texts"},
    "colouring": BASE | {"api", "dom", "state"},
    "appearance": BASE | {"colouring", "dom", "state"},
    "picture-form": {"dom", "dropping", "own-networks"},
    "glossary": {"dom", "texts"},
    "drawing": BASE | {"dom", "state"},
    "lessons": BASE | SHARED,
    "own-networks": BASE | SHARED,
    "networks": BASE | SHARED | {"own-networks"},
    "comparison": BASE | SHARED,
    "experiments": BASE | SHARED | {"drawing"},
    "number": BASE | SHARED,
    "explorer": BASE | SHARED | {"number", "own-networks"},
    "explanation": BASE | SHARED | {"explorer"},
    "pages": BASE
    | SHARED
    | {
        "comparison",
        "drawing",
        "experiments",
        "explorer",
        "explanation",
        "glossary",
        "lessons",
        "networks",
        "number",
        "own-networks",
        "picture-form",
    },
}

# What only one script may use.
OWNERS = {
    r"createElement|new (Image|DOMParser)\b|innerHTML|insertAdjacent": "dom.js",
    r"\bfetch\(.*\);|new (XMLHttpRequest|EventSource|WebSocket)\b|sendBeacon": "api.js",
    r"\blocation\.|\bhistory\.": "state.js",
}
COMMENT = re.compile(r"^\s*/?\*.*$|(?<!:)//.*$", re.MULTILINE)


def scripts() -> list[Path]:
    return sorted(SCRIPTS.rglob("*.js"))


def relative(path: Path) -> str:
    return path.relative_to(SCRIPTS).as_posix()


def home(path: Path) -> str:
    """The entry of the table that a script belongs to."""
    return path.relative_to(SCRIPTS).parts[0].removesuffix(".js")


def imports(path: Path) -> list[Path]:
    """The scripts that it imports, at once or when it needs them."""
    names = re.findall(r"""(?:from |import\()"(\.[^"]+)\"""", path.read_text("utf-8"))
    return [(path.parent / name).resolve() for name in names]


@pytest.mark.parametrize("path", scripts(), ids=relative)
def test_a_script_imports_what_the_table_allows(path: Path) -> None:
    for imported in imports(path):
        assert imported.is_file(), f"{imported} does not exist"
        assert home(imported) in MAY_IMPORT[home(path)] | {home(path)}, f"{relative(path)} imports {imported}"


@pytest.mark.parametrize("path", scripts(), ids=relative)
def test_only_the_owner_uses_the_document_the_network_and_the_address(path: Path) -> None:
    code = COMMENT.sub("", path.read_text("utf-8"))
    for pattern, owner in OWNERS.items():
        found = re.search(pattern, code)
        assert not found or relative(path) == owner, f"{relative(path)} uses {found and found[0]}"


@pytest.mark.parametrize("path", [path for path in scripts() if home(path) in BASE], ids=relative)
def test_every_script_without_a_document_has_a_test(path: Path) -> None:
    assert (TESTS / relative(path)).with_suffix(".test.js").is_file()


def test_every_test_is_named_after_its_script() -> None:
    tests = {path.relative_to(TESTS).as_posix().replace(".test.js", ".js") for path in TESTS.rglob("*.test.js")}
    assert tests <= {relative(path) for path in scripts()}


def test_every_script_is_used_by_a_page() -> None:
    used = {SCRIPTS / "theme.js"}
    waiting = list((SCRIPTS / "pages").rglob("*.js"))
    while waiting:
        script = waiting.pop()
        if script not in used:
            used.add(script)
            waiting += imports(script)
    assert used == set(scripts())
