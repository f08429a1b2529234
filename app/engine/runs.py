"""Runs of networks: what each of them needs before it starts, and how many threads it gets."""

from collections.abc import Callable
from typing import TypeVar

from app.engine.results import Key, Results
from app.nets.catalog import Catalog
from app.nets.network import Network
from app.nets.runtime import Runtime
from app.settings import Settings
from app.work.job import JobHandle
from app.work.runner import Runner
from app.work.stop import Stop

T = TypeVar("T")
SHARED = 2  # from so many runs on, those that run and those that wait, each gets its share of the threads


class Runs:
    """Starts runs, keeps the networks in use open, and shares the threads out."""

    def __init__(self, catalog: Catalog, runtime: Runtime, settings: Settings, results: Results) -> None:
        self._catalog = catalog
        self._threads = runtime.threads
        self._slots = settings.run_slots
        self._results = results

    @property
    def threads(self) -> int:
        """How many threads a run takes that begins now: all of them if it is alone, else its share."""
        load = self._results.runs.load
        alone = load.running + load.waiting < SHARED
        return self._threads if alone else max(1, self._threads // self._slots)

    def compute(
        self, key: Key[T], network: Network, work: Callable[[Stop], T], runner: Runner | None = None
    ) -> JobHandle[T]:
        """What `work` makes by running `network`, once for all who ask; it waits among the runs, or in `runner`.

        Raises:
            NotAvailable: the network's weights are not here.
        """
        return self._results.compute(key, self._prepared(network, work), runner or self._results.runs)

    def submit(self, key: Key[T], network: Network, work: Callable[[Stop], T]) -> JobHandle[T]:
        """As `compute`, but the result is not kept: it is small beside the run's other results, which are."""
        return self._results.runs.submit(key, self._prepared(network, work))

    def _prepared(self, network: Network, work: Callable[[Stop], T]) -> Callable[[Stop], T]:
        network.require_weights()

        def run(stop: Stop) -> T:
            self._catalog.used(network)
            return work(stop)

        return run
