"""How long runs and layers take on this machine."""

from dataclasses import dataclass
from statistics import median

import numpy as np

from app.engine.results import Key
from app.engine.runs import Runs
from app.nets.network import Network
from app.nets.profile import LayerTimes, time_layers
from app.work.job import JobHandle
from app.work.stop import Stop

MEASURED_RUNS = 5  # after one that warms up


@dataclass(frozen=True, slots=True)
class RunTimeKey(Key[float]):
    """The time of one run of a network."""

    network: str


@dataclass(frozen=True, slots=True)
class LayerTimesKey(Key[LayerTimes]):
    """The times of a network's layers."""

    network: str


class Timings:
    """Measurements on this machine, each made once. Other runs at the same time slow them down."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._seconds: dict[str, float] = {}

    def known(self, network: Network) -> float | None:
        """How many seconds one run takes, if `measure` has been asked for it."""
        return self._seconds.get(network.fingerprint)

    def measure(self, network: Network) -> JobHandle[float]:
        """How many seconds one run takes: the median of a few plain runs, measured once and then known.

        Raises:
            NotAvailable: the network's weights are not here.
        """
        network.require_weights()
        known = self.known(network)
        if known is not None:
            return JobHandle.ready(known)
        size = network.card.input
        view = np.full((size.height, size.width, 3), 128, np.uint8)

        def work(stop: Stop) -> float:
            network.classify(view, stop)
            typical = median(network.classify(view, stop).seconds for _ in range(MEASURED_RUNS))
            return self._seconds.setdefault(network.fingerprint, typical)

        return self._runs.submit(RunTimeKey(network.fingerprint), network, work)

    def layers(self, network: Network) -> JobHandle[LayerTimes]:
        """How long each layer takes; raises NotAvailable if the network's weights are not here."""
        return self._runs.compute(LayerTimesKey(network.fingerprint), network, lambda stop: time_layers(network, stop))
