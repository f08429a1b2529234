"""Threads behind a bounded queue: each key is computed once, and stopped when no caller waits or its time is up."""

import math
import sys
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from app.errors import RESTART_S, Cancelled, Overloaded, TimedOut
from app.work.deadline import Deadline
from app.work.job import JobHandle
from app.work.queue import CLIENT, Job, JobQueue
from app.work.stop import Stop

T = TypeVar("T")
CHECK_S = 1.0  # longest interval between two checks of the time limit


@dataclass(frozen=True, slots=True)
class RunnerLimits:
    """What a runner may use.

    Args:
        slots: jobs that run at the same time.
        waiting: jobs that may wait, besides those for which a slot is free.
        seconds: how long one job may run.
        per_client: jobs of one client that run at the same time.
    """

    slots: int
    waiting: int
    seconds: float
    per_client: int = sys.maxsize


@dataclass(frozen=True, slots=True)
class Load:
    """How busy a runner is: jobs `waiting` and `running` now, `started` and `refused` since the start."""

    waiting: int
    running: int
    started: int
    refused: int


class Runner:
    """Threads behind a queue, within limits.

    `is_prepared` says whether what a job starts from is in memory; `JobQueue` says what follows from that.
    """

    def __init__(
        self, name: str, limits: RunnerLimits, is_prepared: Callable[[Hashable], bool] = lambda source: False
    ) -> None:
        self._limits = limits
        self._queue = JobQueue(is_prepared, limits.per_client)
        self._jobs: dict[Hashable, Job] = {}
        self._changed = threading.Condition()
        self._closed = False
        self._running: dict[Job, float] = {}  # start times
        self._started = 0
        self._refused = 0
        self._typical_s = 0.1
        self._threads = [
            threading.Thread(target=self._serve, name=f"{name}-{n}", daemon=True) for n in range(limits.slots)
        ]
        for thread in self._threads:
            thread.start()
        self._watched = threading.Event()
        threading.Thread(target=self._watch, name=f"{name}-watch", daemon=True).start()

    @property
    def load(self) -> Load:
        with self._changed:
            return Load(len(self._queue), len(self._running), self._started, self._refused)

    def submit(self, key: Hashable, work: Callable[[Stop], T], source: Hashable | None = None) -> JobHandle[T]:
        """Join the job that is under way for `key`, or queue a new one, which starts from `source`.

        Raises:
            Overloaded: the queue is full, or the runner is closing; `details.retry_after_s` says when to come back.
        """
        with self._changed:
            job = self._jobs.get(key)
            if job is not None:
                job.callers += 1
            else:
                job = self._enqueue(key, work, source)
        joined = job
        return JobHandle(joined.future, lambda: self._leave(joined))

    def close(self, timeout_s: float) -> None:
        """Accept no more jobs, drop those that wait, and stop those that run after `timeout_s` seconds."""
        with self._changed:
            self._closed = True
            waiting = self._queue.clear()
            self._changed.notify_all()
        for job in waiting:
            self._end(job, error=Overloaded("The server is shutting down.", retry_after_s=RESTART_S))
        deadline = Deadline(timeout_s)
        for thread in self._threads:
            thread.join(deadline.left_s)
        with self._changed:
            late = tuple(self._jobs.values())
        for job in late:
            job.stop.set(Cancelled("The server is shutting down."))
        self._watched.set()

    def _enqueue(self, key: Hashable, work: Callable[[Stop], Any], source: Hashable | None) -> Job:
        under_way = len(self._running) + len(self._queue)  # a job may have to wait while a slot is free
        if self._closed or under_way >= self._limits.slots + self._limits.waiting:
            self._refused += 1
            wait_s = math.ceil(self._typical_s * (len(self._queue) + 1) / self._limits.slots)
            raise Overloaded(
                f"The server is busy. Requests that wait: {len(self._queue)}. Try again in {max(1, wait_s)} s.",
                retry_after_s=max(1, wait_s),
            )
        job = Job(key, work, source, CLIENT.get())
        job.future.set_running_or_notify_cancel()  # one caller's cancel() must not end it for the others
        self._jobs[key] = job
        self._queue.append(job)
        self._changed.notify()
        return job

    def _leave(self, job: Job) -> None:
        with self._changed:
            job.callers -= 1
            if job.callers or job.ended:
                return
            self._forget(job)
            if not job.running:
                self._queue.discard(job)
        gone = Cancelled("Every client that asked for this has gone.")
        job.stop.set(gone)
        if not job.running:
            self._end(job, error=gone)

    def _serve(self) -> None:
        while (job := self._next()) is not None:
            CLIENT.set(job.client)  # what a job asks for in its turn is for the same client
            try:
                result = job.work(job.stop)
            except BaseException as error:
                self._finish(job)
                self._end(job, error=error)
            else:
                self._finish(job)
                self._end(job, result=result)
                del result  # of a thread that waits nothing is held
            del job

    def _next(self) -> Job | None:
        with self._changed:
            while (job := self._queue.pop(self._running)) is None:
                if self._closed and not len(self._queue):
                    return None
                self._changed.wait()
            job.running = True
            self._running[job] = time.monotonic()
            self._started += 1
            return job

    def _finish(self, job: Job) -> None:
        with self._changed:
            begin = self._running.pop(job)
            self._typical_s += 0.2 * (time.monotonic() - begin - self._typical_s)
            self._changed.notify_all()  # what it prepared, or its client's next job, may be what others wait for

    def _watch(self) -> None:
        """Stop jobs that exceed the time limit. One thread checks them all: a timer per job would slow each down."""
        limit = self._limits.seconds
        while not self._watched.wait(min(CHECK_S, limit / 10)):
            with self._changed:
                late = [job for job, begin in self._running.items() if time.monotonic() - begin > limit]
            for job in late:
                job.stop.set(TimedOut(f"This took longer than {limit:g} s and was stopped."))

    def _end(self, job: Job, *, result: Any = None, error: BaseException | None = None) -> None:
        with self._changed:
            self._forget(job)
            if job.ended:
                return
            job.ended = True
        if error is None:
            job.future.set_result(result)
        else:
            job.future.set_exception(error)

    def _forget(self, job: Job) -> None:
        if self._jobs.get(job.key) is job:
            del self._jobs[job.key]
