"""Does a test fail? A copy of the repository in which one module at a time is replaced by a mutant."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutation.scope import scopes

COPIED = ("app", "tests", "benchmarks")  # the rest of the repository is linked
TEST_S = 60
LIMIT_S = 900  # of all tests of a scope
NICE = 19
SURVIVED, KILLED, TIMED_OUT = "survived", "killed", "timed out"
PASSED, FAILED = "passed", "failed"  # what the worker says of tests


@dataclass(frozen=True)
class Mutant:
    """A module with one change."""

    path: str
    line: int
    before: str
    after: str
    source: str


@dataclass
class Trial:
    """The copy, and the process that runs tests in it."""

    folder: Path
    worker: subprocess.Popen[str]
    sound: set[tuple[bool, str]] = field(default_factory=set)  # tests that pass without a mutant, and how they were run
    unsound: set[str] = field(default_factory=set)  # those that fail, and count for nothing

    def outcome(self, mutant: Mutant) -> tuple[str, str]:
        """Whether the mutant survived, and the test that killed it."""
        for scope in scopes(self.folder, mutant.path):
            collected, (result, test) = self._run(mutant, scope)
            while result == FAILED and not self._is_sound(mutant, test, scope, collected):
                collected, (result, test) = self._run(mutant, scope)
            if result != PASSED:
                return (KILLED, test) if result == FAILED else (TIMED_OUT, " ".join(scope))
        return SURVIVED, ""

    def _is_sound(self, mutant: Mutant, test: str, scope: list[str], collected: bool) -> bool:
        """Only a test that passes without the mutant has killed it; others are left out from now on."""
        names = [test] if test else scope  # without the name of a test, Python itself has ended
        if not self.sound.issuperset((collected, name) for name in names):
            if self._run(mutant, names, unchanged=True)[1][0] != PASSED:
                self.unsound.update(names)
                return False
            self.sound.update((collected, name) for name in names)
        return True

    def _run(self, mutant: Mutant, tests: list[str], *, unchanged: bool = False) -> tuple[bool, tuple[str, str]]:
        """Whether the tests had been collected before, what became of them, and the first that failed."""
        assert self.worker.stdin
        assert self.worker.stdout
        request = {
            "path": mutant.path,
            "original": (self.folder / mutant.path).read_text("utf-8"),
            "mutant": mutant.source,
            "unchanged": unchanged,
            "tests": tests,
            "package": [name for scope in reversed(scopes(self.folder, mutant.path)) for name in scope],
            "left_out": sorted(self.unsound),
            "log": str(self.folder / "log"),
            "test_s": TEST_S,
            "limit_s": LIMIT_S,
        }
        self.worker.stdin.write(json.dumps(request) + "\n")
        self.worker.stdin.flush()
        collected, (result, test) = json.loads(self.worker.stdout.readline())
        return collected, (result, test)


@contextmanager
def open_trial(root: Path, python: Path) -> Iterator[Trial]:
    """A copy of the repository's working tree, whose tests this interpreter runs at the lowest priority."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for entry in root.iterdir():
            if entry.name in COPIED:
                shutil.copytree(entry, folder / entry.name, ignore=shutil.ignore_patterns("__pycache__"))
            elif entry.name != ".git":
                (folder / entry.name).symlink_to(entry)
        with _start_worker(folder, python) as worker:
            try:
                yield Trial(folder, worker)
            finally:
                worker.terminate()


def _start_worker(folder: Path, python: Path) -> subprocess.Popen[str]:
    command = ["nice", f"-n{NICE}", str(python.absolute()), "-m", "tests.mutation.worker"]
    return subprocess.Popen(command, cwd=folder, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
