"""The house rules that a reader may rely on: sizes, layers of imports, who may touch which library."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAX_FUNCTION_LINES = 40
MAX_LINES = {".py": 300, ".js": 300, ".html": 120}
SOURCE_FOLDERS = ("app", "training", "tests", "benchmarks", "docs", "static", "templates")

ARRAYS = {"errors", "work", "images", "nets", "analysis", "gradients", "rendering", "attribution"}
WEB = ARRAYS | {"resources", "settings", "engine", "web.deps", "web.links", "web.edge"}

# Each package of app/ and the other packages of app/ that it may import. The longest name that fits a module counts.
MAY_IMPORT = {
    "errors": set[str](),
    "resources": set[str](),
    "settings": {"resources", "errors"},
    "work": {"errors"},
    "images": {"errors"},
    "nets": {"work", "errors"},
    "analysis": {"nets", "errors"},
    "gradients": {"nets", "work", "errors"},
    "rendering": {"nets", "analysis", "errors"},
    "attribution": {"nets", "gradients", "rendering", "work", "errors"},
    "engine": ARRAYS | {"settings"},
    "web.links": {"nets"},
    "web.edge": {"engine", "settings", "errors"},
    "web.deps": {"engine", "web.links", "web.edge", "nets", "work", "errors"},
    "web.api": WEB,
    "web.pages": WEB,
}
TOP = {"main", "cli"}

# A library and the only files of app/ that may import it.
OWNERS = {
    "onnxruntime": {"nets/runtime.py"},
    "onnx": {"nets/", "gradients/"},
    "httpx": {"nets/weights/"},
    "PIL": {"images/", "nets/preprocessing/", "rendering/png.py"},
    "fastapi": {"web/", "main.py"},
    "torch": set[str](),
    "pickle": set[str](),
}


def source_files(*suffixes: str) -> Iterator[Path]:
    for folder in SOURCE_FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and "__pycache__" not in path.parts:
                yield path


def imported_modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield str(node.module)
            if str(node.module).split(".")[0] == "app":
                yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name != "__version__")


def package_of(module: str) -> str:
    """The entry of the table that a module of app/ belongs to."""
    names = [name for name in (*MAY_IMPORT, *TOP) if f"app.{name}" == module or module.startswith(f"app.{name}.")]
    return max(names, key=len, default=module.removeprefix("app").removeprefix("."))


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", list(source_files(".py", ".js", ".html")), ids=relative)
def test_file_is_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MAX_LINES[path.suffix]


@pytest.mark.parametrize("path", list(source_files(".py")), ids=relative)
def test_functions_are_short_and_modules_say_what_they_do(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree) or not tree.body, f"{path} does not open with what it is responsible for"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= MAX_FUNCTION_LINES, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", sorted((ROOT / "app").rglob("*.py")), ids=relative)
def test_imports_only_point_down(path: Path) -> None:
    inside = path.relative_to(ROOT / "app").with_suffix("")
    module = ".".join(("app", *(part for part in inside.parts if part != "__init__")))
    package = package_of(module)
    if package in TOP or package in {"", "web"}:
        return
    for imported in imported_modules(path):
        other = package_of(imported) if imported.split(".")[0] == "app" else package
        if other not in {package, "", "web"}:
            assert other in MAY_IMPORT[package], f"{module} imports {imported}"


@pytest.mark.parametrize("path", sorted((ROOT / "app").rglob("*.py")), ids=relative)
def test_libraries_stay_behind_their_owner(path: Path) -> None:
    inside = str(path.relative_to(ROOT / "app"))
    for module in imported_modules(path):
        owners = OWNERS.get(module.split(".")[0])
        if owners is not None:
            assert any(inside == owner or (owner.endswith("/") and inside.startswith(owner)) for owner in owners), (
                f"{inside} imports {module}"
            )


def test_no_drawers() -> None:
    drawers = {"utils", "helpers", "common", "manager", "misc"}
    assert not [path for path in source_files(".py", ".js") if path.stem in drawers]
