"""Which modules are changed, and which tests are asked: those of the module first, then those of its package."""

import subprocess
from collections import defaultdict
from pathlib import Path

DEPTH = {"web": 2}  # folders that make a package: the web's are those of its kinds of answers


def scopes(root: Path, path: str) -> list[list[str]]:
    """Tests of a module of app/, from the nearest on: its own, those of its folder, those of its package."""
    module = Path(path).relative_to("app")
    own = sorted((root / "tests" / module.parent).glob(f"test_{module.stem}*.py"))
    nearest = [[str(test.relative_to(root)) for test in own]]
    depth = DEPTH.get(module.parts[0], 1)
    for count in range(len(module.parts) - 1, 0, -1):
        folder = root.joinpath("tests", *module.parts[:count])
        if (count <= depth or count == len(module.parts) - 1) and any(folder.rglob("test_*.py")):
            nearest.append([str(folder.relative_to(root))])
            if count <= depth:
                break
    if len(module.parts) == 1:
        nearest.append(["tests/cli", "tests/web/edge"])  # what wires everything is tested by whoever starts it
    return [scope for scope in nearest if scope]


def changed_lines(root: Path, commit: str) -> dict[str, set[int]]:
    """The lines of the modules of app/ that were changed since a commit, those of the working tree included."""
    command = [
        "git",
        "-C",
        str(root),
        "diff",
        "--unified=0",
        "--no-prefix",
        "--diff-filter=d",
        commit,
        "--",
        "app/*.py",
    ]
    return read_diff(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def read_diff(diff: str) -> dict[str, set[int]]:
    """The new lines of each file of a unified diff without context."""
    lines: dict[str, set[int]] = defaultdict(set)
    path = ""
    for line in diff.splitlines():
        if line.startswith("+++ "):
            path = line.removeprefix("+++ ")
        elif line.startswith("@@ "):
            first, _, count = line.split()[2].removeprefix("+").partition(",")
            lines[path].update(range(int(first), int(first) + int(count or 1)))
    return dict(lines)
