"""The runner: one run per key, a bounded queue, places freed by those who leave, a time limit."""

import operator
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from types import SimpleNamespace

import pytest

from app.errors import Cancelled, Overloaded, TimedOut
from app.work.queue import CLIENT
from app.work.runner import Runner, RunnerLimits
from app.work.stop import Stop
from tests.conftest import wait_until

WAIT_S = 10


@pytest.fixture
def runner() -> Iterator[Runner]:
    runner = Runner("test", RunnerLimits(slots=1, waiting=2, seconds=WAIT_S))
    yield runner
    runner.close(timeout_s=1)


class Gate:
    """Work that says when it has begun and ends when it is opened, or stopped."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.opened = threading.Event()
        self.runs = 0

    def __call__(self, stop: Stop) -> str:
        self.runs += 1
        stop.on_set(self.opened.set)
        self.begun.set()
        assert self.opened.wait(WAIT_S)
        stop.check()
        return "done"


def test_twenty_askers_of_one_key_make_one_run(runner: Runner) -> None:
    gate = Gate()
    tickets = [runner.submit("key", gate) for _ in range(20)]
    gate.opened.set()
    assert [ticket.result() for ticket in tickets] == ["done"] * 20
    assert gate.runs == 1
    assert runner.load.started == 1


def test_what_a_job_asks_for_is_for_its_client(runner: Runner) -> None:
    clients = ("somebody", "another")

    def ask(client: str) -> str:
        CLIENT.set(client)
        return runner.submit(client, lambda stop: CLIENT.get()).result()

    assert tuple(copy_context().run(ask, client) for client in clients) == clients


def test_a_key_asked_again_after_its_end_runs_again(runner: Runner) -> None:
    assert runner.submit("key", lambda stop: 1).result() == 1
    assert runner.submit("key", lambda stop: 2).result() == 2


def test_a_full_queue_refuses_and_says_when_to_come_back(runner: Runner) -> None:
    gate = Gate()
    tickets = [runner.submit("running", gate)]
    assert gate.begun.wait(WAIT_S)
    tickets += [runner.submit(f"waiting {n}", gate) for n in range(2)]
    with pytest.raises(Overloaded) as refusal:
        runner.submit("one too many", gate)
    assert refusal.value.details["retry_after_s"] >= 1
    assert runner.load.refused == 1
    gate.opened.set()
    assert [ticket.result() for ticket in tickets] == ["done"] * 3


def test_who_is_refused_comes_back_when_those_before_are_likely_done(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("app.work.runner.time", SimpleNamespace(monotonic=lambda: now[0]))
    runner = Runner("test", RunnerLimits(slots=2, waiting=1, seconds=1e9))
    runner.submit("before", lambda stop: operator.setitem(now, 0, 100.1)).result()
    gate = Gate()
    tickets = [runner.submit(f"{n}", gate) for n in range(3)]
    wait_until(lambda: runner.load.running == 2, "two jobs run")
    with pytest.raises(Overloaded, match="in 21 s") as refusal:  # 0.1 + 0.2 * 100
        runner.submit("one too many", gate)
    assert refusal.value.details["retry_after_s"] == 21
    gate.opened.set()
    assert [ticket.result() for ticket in tickets] == ["done"] * 3
    runner.close(timeout_s=1)


def test_the_jobs_of_one_client_are_bounded_while_a_slot_is_free() -> None:
    runner = Runner("test", RunnerLimits(slots=2, waiting=2, seconds=WAIT_S, per_client=1))
    gate = Gate()
    tickets = [runner.submit("running", gate)]
    assert gate.begun.wait(WAIT_S)
    tickets += [runner.submit(f"waiting {n}", gate) for n in range(3)]
    with pytest.raises(Overloaded):
        runner.submit("one too many", gate)
    gate.opened.set()
    assert [ticket.result() for ticket in tickets] == ["done"] * 4
    runner.close(timeout_s=1)


def test_joining_work_under_way_takes_no_place_in_a_full_queue(runner: Runner) -> None:
    gate = Gate()
    tickets = [runner.submit("running", gate)]
    assert gate.begun.wait(WAIT_S)
    tickets += [runner.submit(f"waiting {n}", gate) for n in range(2)]
    tickets += [runner.submit("running", gate)]
    gate.opened.set()
    assert [ticket.result() for ticket in tickets] == ["done"] * 4


def test_an_asker_who_leaves_frees_a_waiting_place(runner: Runner) -> None:
    gate = Gate()
    running = runner.submit("running", gate)
    assert gate.begun.wait(WAIT_S)
    waiting = runner.submit("waiting", gate)
    waiting.release()
    assert runner.load.waiting == 0
    with pytest.raises(Cancelled):
        waiting.result()
    gate.opened.set()
    assert running.result() == "done"


def test_work_that_nobody_waits_for_is_stopped(runner: Runner) -> None:
    gate = Gate()
    ticket = runner.submit("key", gate)
    assert gate.begun.wait(WAIT_S)
    ticket.release()
    with pytest.raises(Cancelled):
        ticket.future.result(WAIT_S)


def test_work_goes_on_while_one_of_two_askers_waits(runner: Runner) -> None:
    gate = Gate()
    first, second = runner.submit("key", gate), runner.submit("key", gate)
    assert gate.begun.wait(WAIT_S)
    first.release()
    first.release()
    gate.opened.set()
    assert second.result() == "done"


def test_a_newcomer_does_not_join_work_that_is_being_stopped(runner: Runner) -> None:
    abandoned, fresh = Gate(), Gate()
    fresh.opened.set()
    ticket = runner.submit("key", abandoned)
    assert abandoned.begun.wait(WAIT_S)
    ticket.release()
    assert runner.submit("key", fresh).result() == "done"


def test_work_is_stopped_by_its_time_limit() -> None:
    runner = Runner("test", RunnerLimits(slots=1, waiting=1, seconds=0.05))
    with pytest.raises(TimedOut):
        runner.submit("key", Gate()).result()
    assert runner.submit("key", lambda stop: "next").result() == "next"
    runner.close(timeout_s=1)


def test_an_error_reaches_every_asker_and_the_thread_lives_on(runner: Runner) -> None:
    gate = Gate()

    def fail(stop: Stop) -> None:
        gate(stop)
        raise ValueError("broken")

    tickets = [runner.submit("key", fail) for _ in range(3)]
    gate.opened.set()
    for ticket in tickets:
        with pytest.raises(ValueError, match="broken"):
            ticket.result()
    assert runner.submit("key", lambda stop: "next").result() == "next"


def test_closing_finishes_what_runs_and_drops_what_waits() -> None:
    runner = Runner("test", RunnerLimits(slots=1, waiting=2, seconds=WAIT_S))
    gate = Gate()
    running, waiting = runner.submit("running", gate), runner.submit("waiting", gate)
    assert gate.begun.wait(WAIT_S)
    with ThreadPoolExecutor(1) as closer:
        closed = closer.submit(runner.close, WAIT_S)
        with pytest.raises(Overloaded):
            waiting.result()
        gate.opened.set()
        closed.result(WAIT_S)
    assert running.result() == "done"
    with pytest.raises(Overloaded):
        runner.submit("late", gate)


def test_closing_stops_what_still_runs_after_its_time() -> None:
    runner = Runner("test", RunnerLimits(slots=1, waiting=2, seconds=WAIT_S))
    gate = Gate()
    running = runner.submit("running", gate)
    assert gate.begun.wait(WAIT_S)
    runner.close(timeout_s=0.05)
    with pytest.raises(Cancelled, match="shutting down"):
        running.result()


def test_a_thread_that_waits_holds_nothing_of_what_it_has_computed(runner: Runner) -> None:
    class Result:
        pass

    results = list[weakref.ref[Result]]()

    def work(stop: Stop) -> Result:
        result = Result()
        results.append(weakref.ref(result))
        return result

    runner.submit("key", work).result()
    wait_until(lambda: results[0]() is None, "nothing holds the result", WAIT_S)
