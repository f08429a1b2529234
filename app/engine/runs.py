"""Runs of networks: what each of them needs before it starts, how many threads it gets, and how many there were."""

from collections.abc import Callable, Hashable, Mapping
from itertools import count
from typing import TypeVar

from app.engine.results import Key, Results
from app.nets.card import InputSpec
from app.nets.catalog import Catalog
from app.nets.network import Network
from app.nets.outputs import Activations, RunKind, Scores
from app.nets.preprocessing.fit import RGB
from app.nets.runtime import Runtime
from app.nets.session import Feeds, Tensor
from app.settings import Settings
from app.work.job import JobHandle
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
        self._made = count(1)
        self.made = 0  # runs since the start

    @property
    def threads(self) -> int:
        """How many threads a run takes that begins now: all of them if it is alone, else its share."""
        load = self._results.runs.load
        alone = load.running + load.waiting < SHARED
        return self._threads if alone else max(1, self._threads // self._slots)

    def activations(self, network: Network, view: RGB, stop: Stop, spec: InputSpec | None = None) -> Activations:
        """One run with every layer's output, in a job that `prepared` it; `spec` as in `Network.activations`."""
        self.made = next(self._made)
        return network.activations(view, stop, self.threads, spec)

    def scores(self, network: Network, view: RGB, stop: Stop, spec: InputSpec | None = None) -> Scores:
        """One run for the scores alone, in a job that `prepared` it; `spec` as in `Network.activations`."""
        self.made = next(self._made)
        return network.classify(view, stop, self.threads, spec)

    def values(self, network: Network, kind: RunKind, feeds: Feeds, stop: Stop) -> Mapping[str, Tensor]:
        """One run on what the network's file takes, in a job that `prepared` it; gives the values by ONNX name."""
        self.made = next(self._made)
        return network.run(kind, feeds, stop, self.threads)[0]

    def compute(
        self, key: Key[T], network: Network, work: Callable[[Stop], T], source: Hashable | None = None
    ) -> JobHandle[T]:
        """What `work` makes by running `network`, once for all who ask; `source` is what it starts from.

        Raises:
            NotAvailable: the network's weights are not here.
        """
        return self._results.compute(key, self.prepared(network, work), self._results.runs, source)

    def submit(self, key: Key[T], network: Network, work: Callable[[Stop], T]) -> JobHandle[T]:
        """As `compute`, but the result is not kept: it is small beside the run's other results, which are."""
        return self._results.runs.submit(key, self.prepared(network, work))

    def submit_alone(self, network: Network, work: Callable[[Stop], T]) -> JobHandle[T]:
        """What `work` makes by running `network` for this caller alone; raises as `compute` does."""
        return self._results.runs.submit(object(), self.prepared(network, work))

    def prepared(self, network: Network, work: Callable[[Stop], T]) -> Callable[[Stop], T]:
        """`work` as a job does it: the network's weights are here, and it stays open.

        Raises:
            NotAvailable: the network's weights are not here.
        """
        network.require_weights()

        def run(stop: Stop) -> T:
            self._catalog.mark_used(network)
            return work(stop)

        return run
