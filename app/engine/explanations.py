"""The facade for explanations: maps, how far to believe them, sanity checks and sweeps, each made once and kept."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any, Literal, TypeVar

import numpy as np

from app.analysis.effective_field import EffectiveField, effective_field
from app.attribution.case import Case
from app.attribution.evaluation.faithfulness import Faithfulness, faithfulness
from app.attribution.evaluation.sanity_check import Stage, cascade, randomised_case
from app.attribution.explain import Explanation, explain
from app.attribution.sweep import sweep
from app.engine.engine import Engine
from app.engine.question import Asked
from app.gradients.differentiable import Differentiable
from app.gradients.targets import Cell
from app.nets.layer import INPUT, Layer
from app.nets.network import Network
from app.settings import Settings
from app.work.runner import Load, Runner, Ticket
from app.work.stop import Stop

T = TypeVar("T")
Kind = Literal["explanation", "faithfulness", "cascade", "sweep"]
MOST_NETWORKS = 2  # whose backward graphs stay loaded
SMALL = 4096  # bytes, about, of an answer without its maps
SLOTS = 1  # one explanation of many runs at a time: beside it others want their predictions


class Explainer:
    """Explanations of an engine's networks and pictures.

    What takes one run or two waits among the runs; what takes many has a queue of its own, so that predictions go on
    meanwhile. The same question asked twice is answered once.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._many = Runner("explain", SLOTS, settings.queue, settings.explain_time_limit_s)
        self._opening = threading.Lock()
        self._networks: OrderedDict[str, Differentiable] = OrderedDict()
        self._progress: dict[Hashable, tuple[int, int]] = {}

    @property
    def load(self) -> Load:
        """How busy the queue of what takes many runs is."""
        return self._many.load

    def close(self, timeout_s: float) -> None:
        """Finish what runs, within `timeout_s` seconds; take nothing new."""
        self._many.close(timeout_s)

    def explain(self, network: Network, image: str, asked: Asked) -> Ticket[Explanation]:
        """The map that is asked for.

        Raises:
            NotAvailable: the network's weights are not here; through the ticket: the method can't explain it.
            UnknownImage, NonFinite, TimedOut: through the ticket.
        """

        def work(case: Case) -> tuple[Explanation, int]:
            found = self._explained(case, asked)
            return found, found.values.nbytes + SMALL

        slow = asked.method.slow or asked.random > 0
        return self._answered("explanation", network, image, asked, work, many=slow)

    def faithfulness(self, network: Network, image: str, asked: Asked, found: Explanation) -> Ticket[Faithfulness]:
        """How far to believe `found`, which is what was asked for; raises as `explain` does."""

        def work(case: Case) -> tuple[Faithfulness, int]:
            return faithfulness(case, asked.method.ranking(found.values)), SMALL

        return self._answered("faithfulness", network, image, asked, work, many=True)

    def cascade(self, network: Network, image: str, asked: Asked, found: Explanation) -> Ticket[tuple[Stage, ...]]:
        """`found` held against the maps of the network with its weights randomised from the top, stage by stage."""

        def work(case: Case) -> tuple[tuple[Stage, ...], int]:
            stages = []
            for stage in cascade(case, asked.method, dict(asked.options), found):
                self._put(network, image, replace(asked, random=stage.count), stage.explanation)
                stages.append(stage)
            return tuple(stages), sum(stage.explanation.values.nbytes + SMALL for stage in stages)

        return self._answered("cascade", network, image, asked, work, many=True)

    def sweep(self, network: Network, image: str, asked: Asked) -> Ticket[tuple[Explanation, ...]]:
        """The method's map at every suitable layer, inputs first; raises InvalidRequest if it takes none."""

        def work(case: Case) -> tuple[tuple[Explanation, ...], int]:
            found = []
            for each in sweep(case, asked.method, dict(asked.options)):
                self._put(network, image, replace(asked, layer=network.layer(str(each.layer))), each)
                found.append(each)
            return tuple(found), sum(each.values.nbytes + SMALL for each in found)

        return self._answered("sweep", network, image, asked, work, many=True)

    def effective(
        self, network: Network, image: str, layer: Layer, channel: int, y: int, x: int
    ) -> Ticket[EffectiveField]:
        """What of its receptive field a cell really depends on, for one picture.

        Raises:
            NotAvailable: the network's weights are not here.
            NotDifferentiable, InvalidRequest, UnknownImage, TimedOut: through the ticket; there may be no such cell.
        """
        network.require_weights()

        def run(stop: Stop) -> tuple[EffectiveField, int]:
            self._engine.catalog.used(network)
            fed = self._engine.tensor(network, image)[np.newaxis]
            cell = Cell(layer.id, channel, y, x)
            answer = self._run_of(network).gradients(fed, cell, with_respect_to=(INPUT,), stop=stop)
            found = effective_field(answer.gradients[INPUT][0])
            return found, found.values.nbytes

        return self._engine.keep(("effective", network.sha256, image, layer.id, channel, y, x), run)

    def progress(self, kind: Kind, network: Network, image: str, asked: Asked) -> tuple[int, int]:
        """How many of how many runs are done for what is being made; (0, 0) before it begins and once it ends."""
        return self._progress.get((kind, network.sha256, image, asked.key), (0, 0))

    def known(self, kind: Kind, network: Network, image: str, asked: Asked) -> Any | None:
        """What the method of this name has made for this question before, while it is kept; else None."""
        return self._engine.kept((kind, network.sha256, image, asked.key))

    def _explained(self, case: Case, asked: Asked) -> Explanation:
        options = dict(asked.options)
        return explain(randomised_case(case, asked.random) if asked.random else case, asked.method, options)

    def _answered(
        self,
        kind: Kind,
        network: Network,
        image: str,
        asked: Asked,
        work: Callable[[Case], tuple[T, int]],
        *,
        many: bool,
    ) -> Ticket[T]:
        """What `work` makes of the case, once for all who ask."""
        network.require_weights()
        key = (kind, network.sha256, image, asked.key)

        def run(stop: Stop) -> tuple[T, int]:
            self._engine.catalog.used(network)
            tensor = self._engine.tensor(network, image)

            def progress(done: int, total: int) -> None:
                self._progress[key] = (done, total)

            try:
                return work(Case(network, self._run_of(network), tensor, asked.target, asked.layer, stop, progress))
            finally:
                self._progress.pop(key, None)

        return self._engine.keep(key, run, self._many if many else None)

    def _put(self, network: Network, image: str, asked: Asked, found: Explanation) -> None:
        key = ("explanation", network.sha256, image, asked.key)
        self._engine.put(key, found, found.values.nbytes + SMALL)

    def _run_of(self, network: Network) -> Differentiable:
        """The network's backward graphs; those of the network unused for longest are let go of."""
        with self._opening:
            run = self._networks.pop(network.sha256, None) or Differentiable(network)
            self._networks[network.sha256] = run
            stale = self._networks.popitem(last=False)[1] if len(self._networks) > MOST_NETWORKS else None
        if stale is not None:
            stale.close()
        return run
