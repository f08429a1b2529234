"""Does a test fail? A copy of the repository in which one module at a time is replaced by a mutant."""

import json
import os
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
OPTIONS = ("-x", "-q", "--tb=short", "-p", "no:cacheprovider", f"--timeout={TEST_S}")
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
    sound: set[str] = field(default_factory=set)  # tests that pass without a mutant
    unsound: set[str] = field(default_factory=set)  # those that fail, and count for nothing
    changes: int = 0

    def outcome(self, mutant: Mutant) -> tuple[str, str]:
        """Whether the mutant survived, and the test that killed it."""
        original = (self.folder / mutant.path).read_text("utf-8")
        for scope in scopes(self.folder, mutant.path):
            self._write(mutant.path, mutant.source)
            result, test = self._run(scope)
            self._write(mutant.path, original)
            while result == FAILED and not self._is_sound(test, scope):
                self._write(mutant.path, mutant.source)
                result, test = self._run(scope)
                self._write(mutant.path, original)
            if result != PASSED:
                return (KILLED, test) if result == FAILED else (TIMED_OUT, " ".join(scope))
        return SURVIVED, ""

    def _is_sound(self, test: str, scope: list[str]) -> bool:
        """Only a test that passes without the mutant has killed it; others are left out from now on."""
        names = [test] if test else scope  # without the name of a test, Python itself has ended
        if not self.sound.issuperset(names):
            if self._run(names)[0] != PASSED:
                self.unsound.update(names)
                return False
            self.sound.update(names)
        return True

    def _run(self, tests: list[str]) -> tuple[str, str]:
        assert self.worker.stdin
        assert self.worker.stdout
        left_out = [f"--{'deselect' if '::' in name else 'ignore'}={name}" for name in sorted(self.unsound)]
        request = {"arguments": [*OPTIONS, *left_out, *tests], "log": str(self.folder / "log"), "limit_s": LIMIT_S}
        self.worker.stdin.write(json.dumps(request) + "\n")
        self.worker.stdin.flush()
        result, test = json.loads(self.worker.stdout.readline())
        return result, test

    def _write(self, path: str, source: str) -> None:
        """Each time with another time of change: Python would take compiled code of the same second and length."""
        self.changes += 1
        (self.folder / path).write_text(source, "utf-8")
        os.utime(self.folder / path, (self.changes, self.changes))


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
