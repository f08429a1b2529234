"""The runner of jobs: what it writes down of a job's process, from its start to whatever end it comes to."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from app.engine.jobs.process import JobProcess
from app.engine.jobs.runner import ATTEMPTS, JobProgress, JobRunner, Launch
from app.engine.jobs.store import JobStore
from app.errors import StorageFull
from app.jobs.record import JobRecord, JobRequest, JobState
from tests.conftest import wait_until

PHOTOS = 9
Begin = Callable[[Launch, float], JobRunner]


class ScriptedProcess:
    """A process that says these things, None for nothing for a while, and ends with a problem or without."""

    def __init__(self, *messages: Mapping[str, Any] | None, problem: str | None = None) -> None:
        self._messages = iter(messages)
        self._problem = problem
        self.is_closed = False

    def receive(self, timeout_s: float) -> Mapping[str, Any] | None:
        try:
            return next(self._messages)
        except StopIteration:
            raise EOFError from None

    def problem(self) -> str | None:
        return self._problem

    def close(self) -> None:
        self.is_closed = True


class EndlessProcess(ScriptedProcess):
    """A process that goes on for ever."""

    def receive(self, timeout_s: float) -> None:
        return None


@pytest.fixture
def store(tmp_path: Path) -> JobStore:
    return JobStore(tmp_path, 10_000, 1_000)


@pytest.fixture
def begin(store: JobStore) -> Iterator[Begin]:
    """Begins to run the jobs of the store in processes that are given."""
    runners = []

    def begin(launch: Launch, limit_s: float = 100) -> JobRunner:
        runners.append(JobRunner(store, launch, limit_s))
        runners[-1].wake()
        return runners[-1]

    yield begin
    for runner in runners:
        runner.close(5)


def add(store: JobStore, created: float = 1.0, **fields: Any) -> str:
    """A job that was asked for at this time; its id."""
    request = JobRequest("net", "0" * 64, f"{created:032.0f}")
    return store.add(replace(JobRecord(request, PHOTOS, created), **fields)).id


def launching(process: ScriptedProcess) -> Launch:
    return lambda record, descriptor: cast("JobProcess", process)


def ended(store: JobStore, job: str) -> JobRecord:
    wait_until(lambda: store.get(job).is_ended, "the job ends", 10)
    return store.get(job)


def test_how_far_a_job_is_and_how_fast_is_written_down(store: JobStore, begin: Begin) -> None:
    job, seen = add(store, attempts=1, seconds=90.0), list[JobRecord]()

    class Observed(ScriptedProcess):
        def receive(self, timeout_s: float) -> Mapping[str, Any] | None:
            seen.append(store.get(job))
            return super().receive(timeout_s)

    process = Observed({"done": 3}, {"done": 3}, {"done": 5})
    begin(launching(process), 100)
    record = ended(store, job)
    assert [each.done for each in seen] == [0, 3, 3, 5]
    assert [each.attempts for each in seen] == [2, 2, 2, 0]  # which count while nothing was done
    assert [each.photos_per_s for each in seen[:3]] == [None] * 3
    assert record.photos_per_s == pytest.approx(2 / (record.seconds - 90.0))
    assert (record.state, record.problem) == ("complete", None)
    wait_until(lambda: process.is_closed, "its process is ended", 10)


@pytest.mark.parametrize(
    ("process", "limit_s", "problem"),
    [
        (ScriptedProcess({"done": 1}, problem="It was killed."), 100, "It was killed."),
        (ScriptedProcess({"problem": "The network is broken."}, {"done": 1}), 100, "The network is broken."),
        (ScriptedProcess({"done": 1}, None, {"done": 2}), 0, "No photo was done within 0 s."),
    ],
    ids=["ends", "says why", "is late"],
)
def test_a_job_fails_with_its_process(
    process: ScriptedProcess, limit_s: float, problem: str, store: JobStore, begin: Begin
) -> None:
    job = add(store)
    begin(launching(process), limit_s)
    record = ended(store, job)
    assert (record.state, str(record.problem).startswith(problem)) == ("failed", True)
    assert record.done < 2
    wait_until(lambda: process.is_closed, "its process is ended", 10)


@pytest.mark.parametrize("state", ["cancelled", "waiting"])
def test_a_job_that_is_cancelled_or_whose_server_is_closed_has_no_process(
    state: JobState, store: JobStore, begin: Begin
) -> None:
    job, process = add(store, attempts=1), EndlessProcess()
    runner = begin(launching(process), 100)
    wait_until(lambda: store.get(job).state == "running", "the job runs", 10)
    if state == "cancelled":
        store.change(job, JobRecord.cancelled)
        wait_until(lambda: process.is_closed, "its process is ended", 10)
    runner.close(5)
    record = store.get(job)
    assert (record.state, process.is_closed) == (state, True)
    assert record.attempts == (2 if state == "cancelled" else 0)  # a server that is closed as it should be counts not


def test_a_job_whose_server_ended_each_time_is_not_tried_for_ever(store: JobStore, begin: Begin) -> None:
    given_up, tried = add(store, 1.0, attempts=ATTEMPTS), add(store, 2.0, attempts=ATTEMPTS - 1)
    launched = []

    def launch(record: JobRecord, descriptor: int) -> JobProcess:
        launched.append(record.id)
        return cast("JobProcess", ScriptedProcess())

    begin(launch, 100)
    assert ended(store, tried).state == "complete"
    assert "ended 3 times" in str(ended(store, given_up).problem)
    assert launched == [tried]


def test_who_has_waited_longest_has_the_first_turn(store: JobStore, begin: Begin) -> None:
    jobs, launched = [add(store, created) for created in (2.0, 1.0, 3.0)], []

    def launch(record: JobRecord, descriptor: int) -> JobProcess:
        launched.append(record.created)
        return cast("JobProcess", ScriptedProcess())

    begin(launch, 100)
    for job in jobs:
        ended(store, job)
    assert launched == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("error", [BlockingIOError("no more processes"), OSError("no more open files")], ids=str)
def test_a_job_whose_process_can_not_be_started_fails_and_the_next_one_has_its_turn(
    error: OSError, store: JobStore, begin: Begin
) -> None:
    jobs = [add(store, created) for created in (1.0, 2.0)]

    def launch(record: JobRecord, descriptor: int) -> JobProcess:
        raise error

    begin(launch, 100)
    assert all("could not be started" in str(ended(store, job).problem) for job in jobs)


def test_a_full_disk_is_logged_once_and_the_job_runs_when_there_is_room(
    store: JobStore, begin: Begin, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    change, failures = store.change, [StorageFull("The server has no space left.")] * 3

    def change_later(job: str, how: Callable[[JobRecord], JobRecord]) -> JobRecord:
        if failures:
            raise failures.pop()
        return change(job, how)

    monkeypatch.setattr(store, "change", change_later)
    monkeypatch.setattr("app.engine.jobs.runner.LOOK_S", 0.01)
    job = add(store)
    with caplog.at_level(logging.WARNING):
        begin(launching(ScriptedProcess()), 100)
        assert ended(store, job).state == "complete"
    assert [record.getMessage() for record in caplog.records] == ["Jobs have to wait. The server has no space left."]
    assert caplog.records[0].exc_info is None


def test_a_turn_is_taken_only_where_a_job_waits_and_nobody_else_runs_one(store: JobStore) -> None:
    """Whoever has had one looks again at once."""
    launched = []

    def launch(record: JobRecord, descriptor: int) -> JobProcess:
        launched.append(record.id)
        return cast("JobProcess", ScriptedProcess())

    runner = JobRunner(store, launch, 100)
    assert not runner._run_next()
    job = add(store)
    with store.turn():
        assert not runner._run_next()
    assert runner._run_next()
    assert not runner._run_next()
    assert (launched, runner.started) == ([job], 1)


def test_a_job_that_is_cancelled_as_its_turn_comes_is_not_started(
    store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that others have ended since the jobs were listed."""
    add(store)
    listed = store.list()
    monkeypatch.setattr(store, "list", lambda: listed)
    store.change(listed[0].id, JobRecord.cancelled)
    runner = JobRunner(store, lambda record, descriptor: pytest.fail("started"), 100)
    monkeypatch.setattr(store, "has_unfinished", lambda: True)
    assert runner._run_next()


def test_the_speed_is_that_since_the_first_photo_that_this_process_says(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter((50.0, 52.0, 54.0))
    monkeypatch.setattr("app.engine.jobs.runner.time.monotonic", lambda: next(clock))
    record = replace(JobRecord(JobRequest("net", "0" * 64, "1" * 32), PHOTOS, 1.0), seconds=100.0, attempts=2)
    progress, seen = JobProgress(record), []
    for done in (3, 3, 7):
        record = progress.after(done)(record)
        seen.append((record.done, record.seconds, record.photos_per_s, record.attempts))
    assert seen == [(3, 100.0, None, 2), (3, 102.0, None, 2), (7, 104.0, 1.0, 0)]
