"""The jobs that wait, and which of them runs next."""

from collections.abc import Callable, Collection, Hashable
from concurrent.futures import Future
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from app.work.stop import Stop

CLIENT: ContextVar[str] = ContextVar("client", default="")  # who asks, as far as the caller knows
PREPARED_IN_A_ROW = 8
CLIENTS_REMEMBERED = 1000


@dataclass(slots=True, eq=False)
class Job:
    """A piece of work and the number of callers that wait for it.

    `source` names what the work starts from, such as the activations of a picture: the first job that needs it prepares
    it, and those that follow find it in memory. `client` is who asked first.
    """

    key: Hashable
    work: Callable[[Stop], Any]
    source: Hashable | None = None
    client: str = ""
    future: Future[Any] = field(default_factory=Future)
    stop: Stop = field(default_factory=Stop)
    callers: int = 1
    running: bool = False
    ended: bool = False


class JobQueue:
    """The jobs that wait. Not thread-safe: its owner holds a lock.

    - Clients take turns. A client's own jobs run in the order in which they came.
    - A job whose source is in memory runs before one that must prepare its own, so that what is in memory is used
      before it has to go. After some of them in a row, one of the others runs.
    - No two jobs prepare the same source at the same time: the second waits for the first.
    """

    def __init__(self, is_prepared: Callable[[Hashable], bool], most_per_client: int) -> None:
        self._is_prepared = is_prepared
        self._most_per_client = most_per_client
        self._jobs: list[Job] = []
        self._turns: dict[str, int] = {}  # when each client was last served, by the count of jobs
        self._count = 0
        self._in_a_row = 0

    def __len__(self) -> int:
        return len(self._jobs)

    def append(self, job: Job) -> None:
        self._jobs.append(job)

    def discard(self, job: Job) -> None:
        if job in self._jobs:
            self._jobs.remove(job)

    def clear(self) -> tuple[Job, ...]:
        """Remove all jobs and return them."""
        jobs = tuple(self._jobs)
        self._jobs.clear()
        return jobs

    def pop(self, running: Collection[Job]) -> Job | None:
        """Remove and return the job that runs next beside those that are `running`, or None if none can."""
        being_prepared = {job.source for job in running if job.source is not None and not self._is_prepared(job.source)}
        clients = [job.client for job in running]
        ready: list[Job] = []
        others: list[Job] = []
        for job in self._jobs:
            if clients.count(job.client) >= self._most_per_client or job.source in being_prepared:
                continue
            prepared = job.source is not None and self._is_prepared(job.source)
            (ready if prepared else others).append(job)
        if ready and (self._in_a_row < PREPARED_IN_A_ROW or not others):
            self._in_a_row += 1
            return self._take(ready)
        self._in_a_row = 0
        return self._take(others) if others else None

    def _take(self, jobs: list[Job]) -> Job:
        job = min(jobs, key=lambda each: self._turns.get(each.client, -1))
        self._jobs.remove(job)
        self._count += 1
        self._turns.pop(job.client, None)
        self._turns[job.client] = self._count
        if len(self._turns) > CLIENTS_REMEMBERED:
            del self._turns[next(iter(self._turns))]
        return job
