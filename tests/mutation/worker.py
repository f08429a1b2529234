"""Runs pytest in forks of a process that has imported the libraries: each mutant then costs seconds less.

It is started in the folder whose `app` is tested. A request and its answer are a line of JSON each.
"""

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

LIBRARIES = ("fastapi", "httpx", "hypothesis", "numpy", "onnx.reference", "onnxruntime", "PIL.Image", "uvicorn")
PASSED, FAILED, TIMED_OUT = "passed", "failed", "timed out"
MAX_NAME = 4096  # bytes of a test's name: one write to a pipe
POLL_S = 0.02
IMPORTED = ("-W", "ignore::pytest.PytestAssertRewriteWarning")  # of the libraries that are plugins too


class Failures:
    """The tests, or files of tests, that failed."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.names.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.names.append(report.nodeid)


def main() -> None:
    assert Path(str(find_spec("app").origin)).is_relative_to(Path.cwd()), "another app than that of this folder"  # type: ignore[union-attr]  # it is there
    for name in LIBRARIES:
        import_module(name)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # ends the fork too
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(run_tests(request["arguments"], request["log"], request["limit_s"])), flush=True)


def run_tests(arguments: Sequence[str], log: str, limit_s: float) -> tuple[str, str]:
    """What became of the tests, and the first that failed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _run_pytest(arguments, log, writer)
    os.close(writer)
    try:
        status = _wait(child, time.monotonic() + limit_s)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # servers that tests left behind
    name = os.read(reader, MAX_NAME).decode()
    os.close(reader)
    if status is None:
        return TIMED_OUT, ""
    return (PASSED, "") if status == 0 else (FAILED, name)


def _run_pytest(arguments: Sequence[str], log: str, writer: int) -> None:
    """In the fork, which ends here whatever happens."""
    failures, status = Failures(), 1
    try:
        os.setsid()
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        for stream in (sys.stdout.fileno(), sys.stderr.fileno()):
            os.dup2(output, stream)
        os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
        status = int(pytest.main([*IMPORTED, *arguments], plugins=[failures]))
        status = 0 if status == pytest.ExitCode.NO_TESTS_COLLECTED else status
    except BaseException:  # the process must not return into the loop of its parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os.write(writer, (failures.names or [""])[0].encode()[:MAX_NAME])
        os._exit(status)


def _wait(child: int, deadline: float) -> int | None:
    """The status with which the process ended; None if it was killed for its time."""
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        if time.monotonic() > deadline:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return None
        time.sleep(POLL_S)


if __name__ == "__main__":
    main()
