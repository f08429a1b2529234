"""Explanations: maps, their faithfulness, sanity checks, one method over every layer, effective receptive fields."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, Self, TypeVar

import numpy as np

from app.analysis.effective_field import EffectiveReceptiveField, effective_receptive_field
from app.attribution.all_layers import explain_all_layers
from app.attribution.availability import Availability, availability
from app.attribution.evaluation.faithfulness import Faithfulness, faithfulness
from app.attribution.evaluation.sanity_check import Stage, cascade, randomised_task
from app.attribution.explain import Explanation, explain
from app.attribution.method import OptionValue
from app.attribution.target import Target
from app.attribution.task import AttributionTask
from app.engine.inference import Inference
from app.engine.pictures import Pictures
from app.engine.question import ExplanationRequest
from app.engine.results import Key, Results
from app.engine.runs import Runs
from app.gradients.differentiable import Differentiable
from app.gradients.targets import CellValue
from app.nets.layer import INPUT
from app.nets.network import Network
from app.settings import Settings
from app.work.job import JobHandle
from app.work.runner import Load, Runner, RunnerLimits
from app.work.stop import Stop

T = TypeVar("T")
Product = Literal["explanation", "faithfulness", "cascade", "sweep"]
MOST_NETWORKS = 2  # whose backward graphs stay loaded
RECORD_BYTES = 4096  # about, of a result without its maps
SLOTS, PER_CLIENT = 2, 1  # explanations of many runs at a time: one of each client, so that others are served too


@dataclass(frozen=True, slots=True)
class RequestKey(Key[T]):
    """All that a product of a request depends on."""

    network: str
    image: str
    method: str
    target: Target
    layer: str | None
    options: tuple[tuple[str, OptionValue], ...]
    random: int

    @classmethod
    def of(cls, inference: Inference, request: ExplanationRequest) -> Self:
        layer = request.layer.id if request.layer else None
        name, target, options = request.method.name, request.target, request.options
        return cls(*inference.identity, name, target, layer, options, request.random)

    def size_of(self, result: T) -> int:
        return RECORD_BYTES


class ExplanationKey(RequestKey[Explanation]):
    """A map."""

    __slots__ = ()

    def size_of(self, result: Explanation) -> int:
        return _size_of(result)


class FaithfulnessKey(RequestKey[Faithfulness]):
    """How faithful a map is."""

    __slots__ = ()


class CascadeKey(RequestKey[tuple[Stage, ...]]):
    """A map held against those with random weights."""

    __slots__ = ()

    def size_of(self, result: tuple[Stage, ...]) -> int:
        return sum(_size_of(stage.explanation) for stage in result)


class SweepKey(RequestKey[tuple[Explanation, ...]]):
    """A method's maps at every suitable layer."""

    __slots__ = ()

    def size_of(self, result: tuple[Explanation, ...]) -> int:
        return sum(map(_size_of, result))


@dataclass(frozen=True, slots=True)
class EffectiveFieldKey(Key[EffectiveReceptiveField]):
    """The effective receptive field of one cell."""

    network: str
    image: str
    cell: CellValue

    def size_of(self, result: EffectiveReceptiveField) -> int:
        return result.values.nbytes


@dataclass(frozen=True, slots=True)
class AvailabilityKey(Key[Availability]):
    """Which methods can explain a network."""

    network: str

    def size_of(self, result: Availability) -> int:
        return RECORD_BYTES


KEYS: dict[Product, type[RequestKey[Any]]] = {
    "explanation": ExplanationKey,
    "faithfulness": FaithfulnessKey,
    "cascade": CascadeKey,
    "sweep": SweepKey,
}


class Explanations:
    """Explanations of networks' predictions for stored pictures.

    What takes one run or two waits among the runs. What takes many has a queue of its own.
    """

    def __init__(self, runs: Runs, pictures: Pictures, results: Results, settings: Settings) -> None:
        self._runs = runs
        self._pictures = pictures
        self._results = results
        self._many = Runner("explain", RunnerLimits(SLOTS, settings.queue, settings.explain_time_limit_s, PER_CLIENT))
        self._opening = threading.Lock()
        self._networks: OrderedDict[str, Differentiable] = OrderedDict()
        self._progress: dict[RequestKey[Any], tuple[int, int]] = {}

    @property
    def load(self) -> Load:
        """How busy the queue of what takes many runs is."""
        return self._many.load

    def close(self, timeout_s: float) -> None:
        """Accept nothing more, and let what runs finish within `timeout_s` seconds."""
        self._many.close(timeout_s)

    def available(self, network: Network) -> JobHandle[Availability]:
        """Which methods can explain the network, and at which layers."""
        key = AvailabilityKey(network.sha256)
        return self._results.compute(key, lambda stop: availability(network), self._results.drawing)

    def explain(self, inference: Inference, request: ExplanationRequest) -> JobHandle[Explanation]:
        """The map that is asked for.

        Raises:
            NotAvailable: the network's weights are not here; through the handle: the method can't explain it.
            UnknownImage, NonFinite, TimedOut: through the handle.
        """

        def work(task: AttributionTask) -> Explanation:
            task = randomised_task(task, request.random) if request.random else task
            return explain(task, request.method, dict(request.options))

        slow = request.method.slow or request.random > 0
        return self._compute(ExplanationKey.of(inference, request), inference, request, work, many=slow)

    def faithfulness(self, inference: Inference, request: ExplanationRequest) -> JobHandle[Faithfulness]:
        """How faithful the map that is asked for is; raises as `explain` does."""

        def measure(found: Explanation) -> JobHandle[Faithfulness]:
            def work(task: AttributionTask) -> Faithfulness:
                return faithfulness(task, request.method.ranking(found.values))

            return self._compute(FaithfulnessKey.of(inference, request), inference, request, work, many=True)

        return self.explain(inference, request).then(measure)

    def cascade(self, inference: Inference, request: ExplanationRequest) -> JobHandle[tuple[Stage, ...]]:
        """The map held against those of the network with its weights randomised from the last layer, stage by stage."""

        def check(found: Explanation) -> JobHandle[tuple[Stage, ...]]:
            def work(task: AttributionTask) -> tuple[Stage, ...]:
                stages = []
                for stage in cascade(task, request.method, dict(request.options), found):
                    self._put(inference, replace(request, random=stage.count), stage.explanation)
                    stages.append(stage)
                return tuple(stages)

            return self._compute(CascadeKey.of(inference, request), inference, request, work, many=True)

        return self.explain(inference, request).then(check)

    def sweep(self, inference: Inference, request: ExplanationRequest) -> JobHandle[tuple[Explanation, ...]]:
        """The method's map at every suitable layer, inputs first; raises InvalidRequest if it takes none."""

        def work(task: AttributionTask) -> tuple[Explanation, ...]:
            maps = []
            for each in explain_all_layers(task, request.method, dict(request.options)):
                self._put(inference, replace(request, layer=inference.network.layer(str(each.layer))), each)
                maps.append(each)
            return tuple(maps)

        return self._compute(SweepKey.of(inference, request), inference, request, work, many=True)

    def product(self, product: Product, inference: Inference, request: ExplanationRequest) -> JobHandle[Any]:
        """The product of this name for a request: what the method of that name gives."""
        makers: dict[Product, Callable[[Inference, ExplanationRequest], JobHandle[Any]]] = {
            "explanation": self.explain,
            "faithfulness": self.faithfulness,
            "cascade": self.cascade,
            "sweep": self.sweep,
        }
        return makers[product](inference, request)

    def cached(self, product: Product, inference: Inference, request: ExplanationRequest) -> Any | None:
        """The product of this name for a request, if it was made before and is still kept."""
        return self._results.cached(KEYS[product].of(inference, request))

    def progress(self, product: Product, inference: Inference, request: ExplanationRequest) -> tuple[int, int]:
        """How many of how many runs are done for what is being computed: the map itself, then the product of it.

        (0, 0) before it begins and once it ends.
        """
        own = self._progress.get(KEYS[product].of(inference, request))
        return own or self._progress.get(ExplanationKey.of(inference, request), (0, 0))

    def effective_field(self, inference: Inference, cell: CellValue) -> JobHandle[EffectiveReceptiveField]:
        """The effective receptive field of a cell: how strongly each pixel of the view moves its value.

        Raises:
            NotAvailable: the network's weights are not here.
            NotDifferentiable, InvalidRequest, UnknownImage, TimedOut: through the handle; there may be no such cell.
        """

        def work(stop: Stop) -> EffectiveReceptiveField:
            tensor = self._pictures.input_tensor(inference)[np.newaxis]
            differentiable = self._differentiable(inference.network)
            answer = differentiable.gradients(tensor, cell, with_respect_to=(INPUT,), stop=stop)
            return effective_receptive_field(answer.gradients[INPUT][0])

        return self._runs.compute(EffectiveFieldKey(*inference.identity, cell), inference.network, work)

    def _compute(
        self,
        key: RequestKey[T],
        inference: Inference,
        request: ExplanationRequest,
        work: Callable[[AttributionTask], T],
        *,
        many: bool,
    ) -> JobHandle[T]:
        """What `work` makes of the task, once for all who ask; `many` where it takes many runs."""

        def progress(done: int, total: int) -> None:
            self._progress[key] = (done, total)

        def run(stop: Stop) -> T:
            tensor = self._pictures.input_tensor(inference)
            network = inference.network
            differentiable = self._differentiable(network)
            try:
                return work(
                    AttributionTask(network, differentiable, tensor, request.target, request.layer, stop, progress)
                )
            finally:
                self._progress.pop(key, None)

        if many:
            return self._results.compute(key, self._runs.prepared(inference.network, run), self._many)
        return self._runs.compute(key, inference.network, run)

    def _put(self, inference: Inference, request: ExplanationRequest, found: Explanation) -> None:
        self._results.put(ExplanationKey.of(inference, request), found)

    def _differentiable(self, network: Network) -> Differentiable:
        """The network's backward graphs. Those of the network unused for longest are closed."""
        with self._opening:
            run = self._networks.pop(network.sha256, None) or Differentiable(network)
            self._networks[network.sha256] = run
            stale = self._networks.popitem(last=False)[1] if len(self._networks) > MOST_NETWORKS else None
        if stale is not None:
            stale.close()
        return run


def _size_of(explanation: Explanation) -> int:
    return explanation.values.nbytes + RECORD_BYTES
