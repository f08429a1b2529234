"""Experiments of many runs: each is computed once for all who ask, in the slow queue, and tells how far it is."""

from collections.abc import Callable
from typing import Any, TypeVar

from app.engine.results import Key, Results
from app.engine.runs import Runs
from app.nets.network import Network
from app.work.job import JobHandle, Progress
from app.work.stop import Stop

T = TypeVar("T")


class ManyRuns:
    """Jobs of many runs of a network, and their progress."""

    def __init__(self, runs: Runs, results: Results) -> None:
        self._runs = runs
        self._results = results
        self._progress: dict[Key[Any], tuple[int, int]] = {}

    def compute(self, key: Key[T], network: Network, work: Callable[[Stop, Progress], T]) -> JobHandle[T]:
        """The result kept under `key`, or what `work` makes by running `network`.

        Raises:
            NotAvailable: the network's weights are not here.
            Overloaded: the queue is full.
        """

        def progress(done: int, total: int) -> None:
            self._progress[key] = (done, total)

        def run(stop: Stop) -> T:
            try:
                return work(stop, progress)
            finally:
                self._progress.pop(key, None)

        return self._results.compute(key, self._runs.prepared(network, run), self._results.slow)

    def cached(self, key: Key[T]) -> T | None:
        """The result kept under `key`, or None."""
        return self._results.cached(key)

    def progress(self, key: Key[Any]) -> tuple[int, int]:
        """How many runs of a job are done, and how many there are; (0, 0) before its first run and after its last."""
        return self._progress.get(key, (0, 0))
