"""Explanations: maps, their faithfulness, sanity checks, maps at every layer, and what else gradients tell."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from app.analysis.effective_field import EffectiveReceptiveField, effective_receptive_field
from app.attribution.all_layers import explain_all_layers
from app.attribution.availability import Availability, availability
from app.attribution.evaluation.faithfulness import Faithfulness, faithfulness
from app.attribution.evaluation.sanity_check import Stage, cascade, randomised_task
from app.attribution.explain import Explanation, explain
from app.attribution.task import AttributionTask
from app.engine.inference import Inference
from app.engine.pictures import Pictures
from app.engine.products import (
    KEYS,
    CascadeKey,
    ExplanationKey,
    FaithfulnessKey,
    Product,
    RequestKey,
    SweepKey,
)
from app.engine.question import ExplanationRequest
from app.engine.results import Key, Results
from app.engine.runs import Runs
from app.gradients.backward_graphs import BackwardGraphs
from app.gradients.differentiable import GradientQuery
from app.gradients.gradient_norms import norm
from app.gradients.targets import CellValue, Logit
from app.nets.layer import INPUT
from app.nets.network import Network
from app.work.job import JobHandle
from app.work.stop import Stop

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class EffectiveFieldKey(Key[EffectiveReceptiveField]):
    """The effective receptive field of one cell."""

    network: str
    image: str
    cell: CellValue


@dataclass(frozen=True, slots=True)
class GradientNormsKey(Key[tuple[float, ...]]):
    """The length of the gradient of a class's logit at some layers."""

    network: str
    image: str
    index: int
    layers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AvailabilityKey(Key[Availability]):
    """Which methods can explain a network."""

    network: str


class Explanations:
    """Explanations of what networks compute for stored images.

    Products of one or two runs wait in the queue of the runs, those of many runs in the slow one.
    """

    def __init__(self, runs: Runs, pictures: Pictures, results: Results, graphs: BackwardGraphs) -> None:
        self._runs = runs
        self._pictures = pictures
        self._results = results
        self._graphs = graphs
        self._progress: dict[RequestKey[Any], tuple[int, int]] = {}

    def available(self, network: Network) -> JobHandle[Availability]:
        """The methods that can explain the network, and the layers they can use."""
        key = AvailabilityKey(network.fingerprint)
        return self._results.compute(key, lambda stop: availability(network), self._results.drawing)

    def explain(self, inference: Inference, request: ExplanationRequest) -> JobHandle[Explanation]:
        """The map of a request.

        Raises:
            NotAvailable: the network's weights are not here. Through the handle: the method can't explain the network.
            UnknownImage, NonFinite, TimedOut: through the handle.
        """

        def work(task: AttributionTask) -> Explanation:
            task = randomised_task(task, request.random) if request.random else task
            return explain(task, request.method, dict(request.options))

        slow = request.method.slow or request.random > 0
        return self._compute(ExplanationKey.of(inference, request), inference, request, work, slow=slow)

    def faithfulness(self, inference: Inference, request: ExplanationRequest) -> JobHandle[Faithfulness]:
        """The faithfulness of the map of a request; raises what `explain` raises."""

        def measure(explanation: Explanation) -> JobHandle[Faithfulness]:
            def work(task: AttributionTask) -> Faithfulness:
                return faithfulness(task, request.method.ranking(explanation.values))

            return self._compute(FaithfulnessKey.of(inference, request), inference, request, work, slow=True)

        return self.explain(inference, request).then(measure)

    def cascade(self, inference: Inference, request: ExplanationRequest) -> JobHandle[tuple[Stage, ...]]:
        """The sanity check of a map: stage by stage, more layers get random weights, from the last one down.

        The map of each stage is kept as the explanation of the same request with that many random layers.
        """

        def check(explanation: Explanation) -> JobHandle[tuple[Stage, ...]]:
            def work(task: AttributionTask) -> tuple[Stage, ...]:
                stages = []
                for stage in cascade(task, request.method, dict(request.options), explanation):
                    self._put(inference, replace(request, random=stage.count), stage.explanation)
                    stages.append(stage)
                return tuple(stages)

            return self._compute(CascadeKey.of(inference, request), inference, request, work, slow=True)

        return self.explain(inference, request).then(check)

    def sweep(self, inference: Inference, request: ExplanationRequest) -> JobHandle[tuple[Explanation, ...]]:
        """The method's map at every suitable layer, from input to output.

        The map of each layer is kept as the explanation of the same request at that layer.

        Raises:
            InvalidRequest: through the handle: the method does not take a layer.
        """

        def work(task: AttributionTask) -> tuple[Explanation, ...]:
            maps = []
            for each in explain_all_layers(task, request.method, dict(request.options)):
                self._put(inference, replace(request, layer=inference.network.layer(str(each.layer))), each)
                maps.append(each)
            return tuple(maps)

        return self._compute(SweepKey.of(inference, request), inference, request, work, slow=True)

    def product(self, product: Product, inference: Inference, request: ExplanationRequest) -> JobHandle[Any]:
        """The product of this name for a request."""
        makers: dict[Product, Callable[[Inference, ExplanationRequest], JobHandle[Any]]] = {
            "explanation": self.explain,
            "faithfulness": self.faithfulness,
            "cascade": self.cascade,
            "sweep": self.sweep,
        }
        return makers[product](inference, request)

    def cached(self, product: Product, inference: Inference, request: ExplanationRequest) -> Any | None:
        """The product of this name for a request if it is in the cache, else None."""
        return self._results.cached(KEYS[product].of(inference, request))

    def progress(self, product: Product, inference: Inference, request: ExplanationRequest) -> tuple[int, int]:
        """How many runs are done, and how many there are: of the map first, then of the product.

        (0, 0) before the first run and after the last.
        """
        own = self._progress.get(KEYS[product].of(inference, request))
        return own or self._progress.get(ExplanationKey.of(inference, request), (0, 0))

    def effective_field(self, inference: Inference, cell: CellValue) -> JobHandle[EffectiveReceptiveField]:
        """The effective receptive field of a cell: the gradient of its value at each pixel of the view.

        Raises:
            NotAvailable: the network's weights are not here.
            InvalidRequest: through the handle: there is no such cell.
            NotDifferentiable, UnknownImage, TimedOut: through the handle.
        """

        def work(stop: Stop) -> EffectiveReceptiveField:
            tensor = self._pictures.input_tensor(inference)[np.newaxis]
            differentiable = self._graphs.of(inference.network)
            result = differentiable.run(tensor, GradientQuery(cell, (INPUT,)), stop)
            return effective_receptive_field(result.gradients[INPUT][0])

        return self._runs.compute(EffectiveFieldKey(*inference.identity, cell), inference.network, work)

    def gradient_norms(self, inference: Inference, index: int, layers: tuple[str, ...]) -> JobHandle[tuple[float, ...]]:
        """The length of the gradient of a class's logit with respect to the output of each layer, in one run.

        Raises:
            NotAvailable: the network's weights are not here.
            UnknownLayer, InvalidRequest: through the handle: there is no such layer or class.
            NotDifferentiable, UnknownImage, TimedOut: through the handle.
        """

        def work(stop: Stop) -> tuple[float, ...]:
            tensor = self._pictures.input_tensor(inference)[np.newaxis]
            differentiable = self._graphs.of(inference.network)
            result = differentiable.run(tensor, GradientQuery(Logit(index), layers), stop)
            return tuple(norm(result.gradients[layer]) for layer in layers)

        key = GradientNormsKey(*inference.identity, index, layers)
        return self._runs.compute(key, inference.network, work)

    def _compute(
        self,
        key: RequestKey[T],
        inference: Inference,
        request: ExplanationRequest,
        work: Callable[[AttributionTask], T],
        *,
        slow: bool,
    ) -> JobHandle[T]:
        """What `work` computes from the task, once for all who ask; `slow` if it takes many runs."""

        def progress(done: int, total: int) -> None:
            self._progress[key] = (done, total)

        def run(stop: Stop) -> T:
            tensor = self._pictures.input_tensor(inference)
            network = inference.network
            differentiable = self._graphs.of(network)
            try:
                return work(
                    AttributionTask(network, differentiable, tensor, request.target, request.layer, stop, progress)
                )
            finally:
                self._progress.pop(key, None)

        if slow:
            return self._results.compute(key, self._runs.prepared(inference.network, run), self._results.slow)
        return self._runs.compute(key, inference.network, run)

    def _put(self, inference: Inference, request: ExplanationRequest, explanation: Explanation) -> None:
        self._results.put(ExplanationKey.of(inference, request), explanation)
