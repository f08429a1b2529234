"""Work with a bounded queue in front of it: each key is worked on once, and stopped when nobody waits or time is up."""

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from app.errors import Cancelled, Overloaded, TimedOut
from app.work.stop import Stop

T = TypeVar("T")
CHECK_S = 1.0  # how often, at least, running work is held to its time limit


@dataclass(slots=True, eq=False)
class _Flight:
    """One piece of work and everyone who waits for it."""

    key: Hashable
    work: Callable[[Stop], Any]
    future: Future[Any] = field(default_factory=Future)
    stop: Stop = field(default_factory=Stop)
    askers: int = 1
    running: bool = False
    ended: bool = False


class Ticket(Generic[T]):
    """One asker's hold on a piece of work. Release it when the asker goes: the last one out stops the work."""

    def __init__(self, future: Future[T], release: Callable[[], None]) -> None:
        self.future = future
        self._release = release
        self._held = threading.Lock()

    @classmethod
    def ready(cls, value: T) -> "Ticket[T]":
        """A ticket for something already there."""
        future = Future[T]()
        future.set_result(value)
        return cls(future, lambda: None)

    def release(self) -> None:
        """Give the place up. Safe to call more than once, and after the work has ended."""
        if self._held.acquire(blocking=False):
            self._release()

    def result(self) -> T:
        """Wait for the work in this thread and return what it made."""
        try:
            return self.future.result()
        finally:
            self.release()


@dataclass(frozen=True, slots=True)
class Load:
    """How busy a runner is: pieces `waiting` and `running` now, `started` and `refused` since the start."""

    waiting: int
    running: int
    started: int
    refused: int


class Runner:
    """`slots` threads behind a queue of at most `queue_limit` pieces of work, each allowed `time_limit_s` seconds."""

    def __init__(self, name: str, slots: int, queue_limit: int, time_limit_s: float) -> None:
        self._queue_limit = queue_limit
        self._time_limit_s = time_limit_s
        self._slots = slots
        self._queue: deque[_Flight] = deque()
        self._flights: dict[Hashable, _Flight] = {}
        self._changed = threading.Condition()
        self._closed = False
        self._running: dict[_Flight, float] = {}  # when each began
        self._started = 0
        self._refused = 0
        self._typical_s = 0.1
        self._threads = [threading.Thread(target=self._serve, name=f"{name}-{n}", daemon=True) for n in range(slots)]
        for thread in self._threads:
            thread.start()
        self._watched = threading.Event()
        threading.Thread(target=self._watch, name=f"{name}-watch", daemon=True).start()

    @property
    def load(self) -> Load:
        with self._changed:
            return Load(len(self._queue), len(self._running), self._started, self._refused)

    def submit(self, key: Hashable, work: Callable[[Stop], T]) -> Ticket[T]:
        """Join the work already under way for `key`, or queue it.

        Raises:
            Overloaded: the queue is full, or the runner is closing; `details.retry_after_s` says when to come back.
        """
        with self._changed:
            flight = self._flights.get(key)
            if flight is not None:
                flight.askers += 1
            else:
                flight = self._enqueue(key, work)
        joined = flight
        return Ticket(joined.future, lambda: self._leave(joined))

    def close(self, timeout_s: float) -> None:
        """Take no more work, drop what waits, let what runs finish, and stop it when `timeout_s` is over."""
        with self._changed:
            self._closed = True
            waiting = tuple(self._queue)
            self._queue.clear()
            self._changed.notify_all()
        for flight in waiting:
            self._end(flight, error=Overloaded("The server is shutting down.", retry_after_s=5))
        deadline = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        with self._changed:
            late = tuple(self._flights.values())
        for flight in late:
            flight.stop.set(Cancelled("The server is shutting down."))
        self._watched.set()

    def _enqueue(self, key: Hashable, work: Callable[[Stop], Any]) -> _Flight:
        busy = len(self._running) >= self._slots
        if self._closed or (busy and len(self._queue) >= self._queue_limit):
            self._refused += 1
            wait_s = math.ceil(self._typical_s * (len(self._queue) + 1) / self._slots)
            raise Overloaded(
                f"All places are taken: {len(self._queue)} requests are waiting. Try again in {max(1, wait_s)} s.",
                retry_after_s=max(1, wait_s),
            )
        flight = _Flight(key, work)
        flight.future.set_running_or_notify_cancel()  # one asker's cancel() must not end it for the others
        self._flights[key] = flight
        self._queue.append(flight)
        self._changed.notify()
        return flight

    def _leave(self, flight: _Flight) -> None:
        with self._changed:
            flight.askers -= 1
            if flight.askers or flight.ended:
                return
            self._forget(flight)
            if not flight.running and flight in self._queue:
                self._queue.remove(flight)
        gone = Cancelled("Everyone who asked for this has gone.")
        flight.stop.set(gone)
        if not flight.running:
            self._end(flight, error=gone)

    def _serve(self) -> None:
        while (flight := self._next()) is not None:
            try:
                result = flight.work(flight.stop)
            except BaseException as error:
                self._finish(flight)
                self._end(flight, error=error)
            else:
                self._finish(flight)
                self._end(flight, result=result)
            del flight

    def _next(self) -> _Flight | None:
        with self._changed:
            while not self._queue:
                if self._closed:
                    return None
                self._changed.wait()
            flight = self._queue.popleft()
            flight.running = True
            self._running[flight] = time.monotonic()
            self._started += 1
            return flight

    def _finish(self, flight: _Flight) -> None:
        with self._changed:
            begin = self._running.pop(flight)
            self._typical_s += 0.2 * (time.monotonic() - begin - self._typical_s)

    def _watch(self) -> None:
        """Stop what has run for too long. One thread looks now and then: a timer for each run would cost each run."""
        limit = self._time_limit_s
        while not self._watched.wait(min(CHECK_S, limit / 10)):
            with self._changed:
                late = [flight for flight, begin in self._running.items() if time.monotonic() - begin > limit]
            for flight in late:
                flight.stop.set(TimedOut(f"This took longer than {limit:g} s and was stopped."))

    def _end(self, flight: _Flight, *, result: Any = None, error: BaseException | None = None) -> None:
        with self._changed:
            self._forget(flight)
            if flight.ended:
                return
            flight.ended = True
        if error is None:
            flight.future.set_result(result)
        else:
            flight.future.set_exception(error)

    def _forget(self, flight: _Flight) -> None:
        if self._flights.get(flight.key) is flight:
            del self._flights[flight.key]
