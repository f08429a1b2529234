"""Runs tests in forks of processes that have imported what the tests need: each mutant then costs seconds less.

It is started in the folder whose `app` is tested. A request and its answer are a line of JSON each.
"""

import json
import os
import signal
import sys
from contextlib import closing
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.mutation.collected import Answer, Collected, Failures, in_fork
from tests.mutation.patch import changes

LIBRARIES = ("fastapi", "httpx", "hypothesis", "numpy", "onnx.reference", "onnxruntime", "PIL.Image", "uvicorn")
IMPORTED = ("-W", "ignore::pytest.PytestAssertRewriteWarning")  # of the libraries that are plugins too
OPTIONS = (*IMPORTED, "-x", "-q", "--tb=short", "-p", "no:cacheprovider")


class Worker:
    """One folder; a request is of one module there: tests to run with it as it becomes, or as it is."""

    def __init__(self) -> None:
        self.package: Collected | None = None
        self.writes = 0

    def answer(self, request: dict[str, Any]) -> tuple[bool, Answer]:
        """What became of the tests, and whether those were run that had been collected before."""
        answer = None
        is_patch = changes(request) is not None
        if is_patch and (self.package is None or self.package.tests != request["package"]):
            self.close()
            self.package = Collected(request["package"], _options(request), request["log"])
        self._write(request["path"], request["original" if request["unchanged"] else "mutant"])
        if is_patch and self.package:
            answer = self.package.run(request)
        result = answer is not None, answer or _run_all(request)
        self._write(request["path"], request["original"])
        return result

    def close(self) -> None:
        if self.package:
            self.package.close()

    def _write(self, path: str, source: str) -> None:
        """Each time with another time of change: Python would take compiled code of the same second and length."""
        self.writes += 1
        Path(path).write_text(source, "utf-8")
        os.utime(path, (self.writes, self.writes))


def main() -> None:
    assert Path(str(find_spec("app").origin)).is_relative_to(Path.cwd()), "another app than that of this folder"  # type: ignore[union-attr]  # it is there
    for name in LIBRARIES:
        import_module(name)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # ends the forks too
    with closing(Worker()) as worker:
        for line in sys.stdin:
            print(json.dumps(worker.answer(json.loads(line))), flush=True)


def _run_all(request: dict[str, Any]) -> Answer:
    """The tests, with all that they import imported anew."""
    failures = Failures()
    left_out = [f"--{'deselect' if '::' in name else 'ignore'}={name}" for name in request["left_out"]]

    def run() -> int:
        status = int(pytest.main([*_options(request), *left_out, *request["tests"]], plugins=[failures]))
        return 0 if status == pytest.ExitCode.NO_TESTS_COLLECTED else status

    return in_fork(run, failures, request["log"], request["limit_s"])


def _options(request: dict[str, Any]) -> list[str]:
    return [*OPTIONS, f"--timeout={request['test_s']}"]


if __name__ == "__main__":
    main()
