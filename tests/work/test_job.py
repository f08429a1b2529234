"""Handles on jobs: two jobs in a row seen as one."""

import threading
from concurrent.futures import Future

import pytest

from app.errors import Cancelled, Overloaded
from app.work.job import JobHandle
from app.work.runner import Runner, RunnerLimits
from app.work.stop import Stop


def test_a_job_that_follows_gets_the_first_ones_result() -> None:
    assert JobHandle.ready(20).then(lambda value: JobHandle.ready(value + 1)).result() == 21


def test_an_error_of_the_first_job_is_the_error_of_both() -> None:
    future = Future[int]()
    future.set_exception(Overloaded("busy"))
    first = JobHandle(future, lambda: None)
    with pytest.raises(Overloaded):
        first.then(lambda value: JobHandle.ready(value)).result()


def test_an_error_in_starting_the_second_job_is_raised_by_the_handle() -> None:
    def refuse(value: int) -> JobHandle[int]:
        raise Overloaded("busy")

    with pytest.raises(Overloaded):
        JobHandle.ready(1).then(refuse).result()


def test_no_thread_waits_between_the_jobs() -> None:
    runner = Runner("one", RunnerLimits(slots=1, waiting=4, seconds=10))
    try:
        first = runner.submit("first", lambda stop: 1)
        assert first.then(lambda value: runner.submit("second", lambda stop: value + 1)).result() == 2
    finally:
        runner.close(5)


def test_releasing_the_handle_stops_the_job_under_way() -> None:
    runner = Runner("one", RunnerLimits(slots=1, waiting=4, seconds=10))
    begun, stopped = threading.Event(), threading.Event()

    def wait(stop: Stop) -> int:
        begun.set()
        stop.on_set(stopped.set)
        stopped.wait(10)
        return 0

    try:
        handle = JobHandle.ready(1).then(lambda value: runner.submit("second", wait))
        assert begun.wait(10)
        handle.release()
        assert stopped.wait(10)
    finally:
        runner.close(5)


def test_after_a_release_the_second_job_is_not_started() -> None:
    future = Future[int]()
    handle = JobHandle(future, lambda: None).then(lambda value: JobHandle.ready(value))
    handle.release()
    future.set_result(1)
    with pytest.raises(Cancelled):
        handle.result()


def test_an_error_of_the_second_job_is_the_error_of_both() -> None:
    future = Future[int]()
    both = JobHandle.ready(1).then(lambda value: JobHandle(future, lambda: None))
    future.set_exception(Overloaded("busy"))
    with pytest.raises(Overloaded):
        both.result()
