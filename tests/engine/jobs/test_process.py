"""The process of a job as the server sees it; here it does what its order says."""

import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from app.engine.jobs import process as process_module
from app.engine.jobs.process import JobProcess

COMMAND = "import json, os, sys, time; exec(json.loads(sys.stdin.readline())['do'])"
WAIT = "sys.stdin.read()"
LONG_S = 60
MANY_FILES = 1100
Start = Callable[[str], JobProcess]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Start]:
    """Starts a process that runs some Python."""
    monkeypatch.setattr(process_module, "COMMAND", COMMAND)
    with ExitStack() as stack:
        held = stack.enter_context((tmp_path / "held").open("wb"))
        yield lambda do: stack.enter_context(closing(JobProcess({"do": do}, held.fileno())))


def test_each_line_is_a_message_however_it_arrives(start: Start) -> None:
    process = start("""
print('{"first": 1}\\n{"second":', end=' ', flush=True)
time.sleep(0.05)
print('2}\\n{"third": 3}', flush=True)
""")
    assert [process.receive(LONG_S) for _ in range(3)] == [{"first": 1}, {"second": 2}, {"third": 3}]
    with pytest.raises(EOFError):
        process.receive(LONG_S)
    assert process.problem() is None


def test_nothing_in_time_is_no_message_and_the_process_goes_on(start: Start) -> None:
    process = start(WAIT)
    assert process.receive(0.01) is None
    os.kill(process.pid, 0)


def test_messages_come_through_any_descriptor(start: Start) -> None:
    """select(2) takes those below 1024 alone, and a server with as many connections has none left of these."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard <= MANY_FILES:
        pytest.skip(f"at most {hard} files can be open here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, MANY_FILES + 1), hard))
    with ExitStack() as files:
        files.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        while files.enter_context(Path(os.devnull).open("rb")).fileno() < MANY_FILES - 20:
            pass
        process = start("print('{}', flush=True)")
        assert process.receive(LONG_S) == {}
        process.close()


def test_it_holds_the_descriptor_and_leads_a_group_of_the_same_session(start: Start, tmp_path: Path) -> None:
    inode = (tmp_path / "held").stat().st_ino
    process = start(f"""
held = [os.stat(each.path).st_ino for each in os.scandir('/proc/self/fd') if os.path.exists(each.path)]
print(json.dumps({{'facts': [{inode} in held, os.getpgid(0) == os.getpid(), os.getsid(0), os.getcwd()]}}), flush=True)
""")
    assert process.receive(LONG_S) == {"facts": [True, True, os.getsid(0), "/"]}


@pytest.mark.parametrize(
    ("do", "words"),
    [("os._exit(3)", "because of an error"), ("os.kill(os.getpid(), 9)", "by signal 9 (SIGKILL)")],
)
def test_an_end_that_was_not_meant_is_said_in_words(start: Start, do: str, words: str) -> None:
    assert words in (start(do).problem() or "")


def test_a_process_that_does_not_end_is_ended(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_module, "END_S", 0.05)
    process = start(WAIT)
    assert "did not end" in (process.problem() or "")
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


def test_a_process_that_is_closed_has_ended(start: Start) -> None:
    process, begin = start(f"time.sleep({LONG_S})"), time.monotonic()
    process.close()
    assert time.monotonic() - begin < LONG_S
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)
