"""How many processes there are, and which one ends."""

import re
import threading
import time
from pathlib import Path

import pytest

from app.errors import ConvScopeError, Overloaded
from app.sandbox.isolated_runtime import IsolatedRuntime
from app.work.stop import Stop
from tests.sandbox.processes import children, endless, ramp, scaled

ANYWHERE = Path("/")


def shared_bytes() -> int:
    """The shared memory of this process that is in use."""
    found = re.search(r"RssShmem:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def is_running(process: int | None) -> bool:
    return Path(f"/proc/{process}").exists()


def test_the_process_that_was_idle_longest_makes_room() -> None:
    with children(processes=2) as group:
        runtimes = [IsolatedRuntime(group, threads=1) for _ in range(3)]
        for runtime in runtimes:
            runtime.open(scaled(1.0), ANYWHERE)
        assert [is_running(runtime.process_id) for runtime in runtimes] == [False, True, True]


def test_a_process_that_ends_leaves_no_shared_memory() -> None:
    with children(processes=1) as group:
        runtimes = [IsolatedRuntime(group, threads=1) for _ in range(3)]
        before = shared_bytes()
        for runtime in runtimes:
            session = runtime.open(scaled(1.0, ("n", 1_000_000)), ANYWHERE)
            session.run({"x": ramp(5, 1_000_000)}, Stop())
        assert shared_bytes() - before < 60_000_000  # of the last one: 20 MB of numbers to it and from it


def test_processes_at_work_are_not_ended_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.sandbox.children.WAIT_S", 0.3)
    stop = Stop()
    with children(processes=1) as group:
        busy = IsolatedRuntime(group, threads=1)
        loop = busy.open(endless(), ANYWHERE)

        def run() -> None:
            with pytest.raises(ConvScopeError):
                loop.run({"x": ramp(1)}, stop)

        running = threading.Thread(target=run)
        running.start()
        time.sleep(0.3)
        with pytest.raises(Overloaded):
            IsolatedRuntime(group, threads=1).open(scaled(1.0), ANYWHERE)
        stop.set(Overloaded("enough"))
        running.join()


def test_a_network_waits_for_one_that_is_about_to_end() -> None:
    stop = Stop()
    with children(processes=1) as group:
        loop = IsolatedRuntime(group, threads=1).open(endless(), ANYWHERE)

        def run() -> None:
            with pytest.raises(Overloaded, match="enough"):
                loop.run({"x": ramp(1)}, stop)

        running = threading.Thread(target=run)
        running.start()
        time.sleep(0.3)
        threading.Timer(0.5, stop.set, (Overloaded("enough"),)).start()
        session = IsolatedRuntime(group, threads=1).open(scaled(2.0), ANYWHERE)
        assert session.run({"x": ramp(2, 3)}, Stop())["y"].sum() == 30
        running.join()


def test_an_idle_process_ends_after_its_time() -> None:
    with children(idle_s=0.4) as group:
        runtime = IsolatedRuntime(group, threads=1)
        session = runtime.open(scaled(2.0), ANYWHERE)
        end = time.monotonic() + 10
        while is_running(runtime.process_id) and time.monotonic() < end:
            time.sleep(0.05)
        assert group.alive == 0
        assert session.run({"x": ramp(2, 3)}, Stop())["y"].sum() == 30


def test_none_is_left_after_closing() -> None:
    with children() as group:
        runtime = IsolatedRuntime(group, threads=1)
        runtime.open(scaled(1.0), ANYWHERE)
    assert not is_running(runtime.process_id)
