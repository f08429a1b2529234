"""A caller's hold on a job that other callers may share."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from typing import Any, Generic, TypeVar

from app.errors import Cancelled

T = TypeVar("T")
U = TypeVar("U")
Progress = Callable[[int, int], None]  # gets how many runs of a job are done, and how many there are


class JobHandle(Generic[T]):
    """One caller's hold on a job. Release it when the caller leaves: the last release stops the job."""

    def __init__(self, future: Future[T], release: Callable[[], None]) -> None:
        self.future = future
        self._release = release
        self._held = threading.Lock()

    @classmethod
    def ready(cls, value: T) -> "JobHandle[T]":
        """A handle on a result that is already there."""
        future = Future[T]()
        future.set_result(value)
        return cls(future, lambda: None)

    def release(self) -> None:
        """Give the hold up. Safe to call more than once, and after the job has ended."""
        if self._held.acquire(blocking=False):
            self._release()

    def result(self) -> T:
        """Block this thread until the job has ended, and return its result."""
        try:
            return self.future.result()
        finally:
            self.release()

    def then(self, follow: Callable[[T], "JobHandle[U]"]) -> "JobHandle[U]":
        """A handle on the job that `follow` starts from this one's result. No thread waits in between.

        Whatever this job or `follow` raises is raised by the new handle. Releasing the new handle releases whichever
        of the two jobs is under way.
        """
        chain, context = _Chain[U](self), copy_context()  # the second job has the same client
        self.future.add_done_callback(lambda done: context.run(chain.go_on, done, follow))
        return JobHandle(chain.future, chain.release)


class _Chain(Generic[U]):
    """Two jobs, one after the other, seen as one."""

    def __init__(self, first: JobHandle[Any]) -> None:
        self.future: Future[U] = Future()
        self.future.set_running_or_notify_cancel()  # a caller's cancel() must not race with the result
        self._lock = threading.Lock()
        self._current: JobHandle[Any] = first
        self._released = False

    def go_on(self, done: Future[Any], follow: Callable[[Any], JobHandle[U]]) -> None:
        """Start the second job, once the first is done."""
        try:
            second = self._start(follow, done.result())
        except BaseException as error:
            self.future.set_exception(error)
            return
        second.future.add_done_callback(self._end)

    def release(self) -> None:
        with self._lock:
            self._released = True
            current = self._current
        current.release()

    def _start(self, follow: Callable[[Any], JobHandle[U]], value: Any) -> JobHandle[U]:
        with self._lock:
            if self._released:
                raise Cancelled("Every client that asked for this has gone.")
            second = follow(value)
            self._current = second
            return second

    def _end(self, done: Future[U]) -> None:
        error = done.exception()
        if error is None:
            self.future.set_result(done.result())
        else:
            self.future.set_exception(error)
