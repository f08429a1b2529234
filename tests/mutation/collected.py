"""The tests of a package, collected once: each run is a fork in which functions of a module have other code."""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from tests.mutation.patch import Calls, changes, patch

PASSED, FAILED, TIMED_OUT = "passed", "failed", "timed out"
MAX_NAME = 4096  # bytes of a test's name: one write to a pipe
POLL_S = 0.02
Answer = tuple[str, str]  # what became of the tests, and the first that failed


class Failures:
    """The tests, or files of tests, that failed."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            print(report.longreprtext, flush=True)
            self.names.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.names.append(report.nodeid)


class Collected:
    """A process that has collected tests."""

    def __init__(self, tests: Sequence[str], options: Sequence[str], log: str) -> None:
        self.tests = tests
        self._requests, theirs = Pipe()
        self._process = os.fork()
        if self._process == 0:
            self._requests.close()
            _redirect(log)
            with Calls(str(Path("app").absolute())) as calls, suppress(BaseException):  # nothing returns to the parent
                pytest.main([*options, "--continue-on-collection-errors", *tests], plugins=[_Runs(theirs, calls)])
            os._exit(1)
        theirs.close()
        self._requests.recv()  # it has read the modules as they are

    def run(self, request: dict[str, Any]) -> Answer | None:
        """None if the code that changes has run already, when the tests were collected."""
        self._requests.send(request)
        answer: Answer | None = self._requests.recv()
        return answer

    def close(self) -> None:
        os.kill(self._process, signal.SIGTERM)
        os.waitpid(self._process, 0)


class _Runs(Failures):
    """Runs tests when it is told to, instead of all at once."""

    def __init__(self, requests: Connection, calls: Calls) -> None:
        super().__init__()
        self.requests, self.calls = requests, calls

    def pytest_runtestloop(self, session: pytest.Session) -> None:
        self.calls.__exit__()
        self.names.clear()  # files that cannot be imported
        called = set(self.calls.codes.values())
        self.requests.send(None)
        while True:
            request = self.requests.recv()
            changed = changes(request) or {}
            self.requests.send(None if called & changed.keys() else self._run(session, request, changed))

    def _run(self, session: pytest.Session, request: dict[str, Any], changed: dict[CodeType, CodeType]) -> Answer:
        asked, left_out = request["tests"], request["left_out"]
        items = [item for item in session.items if _is_among(item, asked) and not _is_among(item, left_out)]

        def run() -> int:
            if not request["unchanged"]:
                patch(changed)
            for item, following in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if self.names:
                    return 1
            return 0

        return in_fork(run, self, request["log"], request["limit_s"])


def in_fork(run: Callable[[], int], failures: Failures, log: str, limit_s: float) -> Answer:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _end_with(run, failures, log, writer)
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


def _end_with(run: Callable[[], int], failures: Failures, log: str, writer: int) -> None:
    """In the fork, which ends here whatever happens."""
    status = 1
    try:
        os.setsid()
        _redirect(log)
        status = run()
    except BaseException:  # the process must not return into the loop of its parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os.write(writer, (failures.names or [""])[0].encode()[:MAX_NAME])
        os._exit(status)


def _redirect(log: str) -> None:
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream in (1, 2):
        os.dup2(output, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)


def _is_among(item: pytest.Item, names: Sequence[str]) -> bool:
    """Names are of tests, of files or of folders."""
    return any(item.nodeid == name or item.nodeid.startswith((f"{name}/", f"{name}::")) for name in names)


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
