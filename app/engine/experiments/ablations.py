"""Ablations of networks for pictures: what follows from parts that are switched off, and the effect of each channel."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from app.analysis.statistics import Statistics, statistics_of
from app.engine.activations import LayerOutputs, Values
from app.engine.experiments.many_runs import ManyRuns
from app.engine.inference import Inference
from app.engine.pictures import Pictures
from app.engine.results import DrawingKey, Key, Results
from app.errors import NonFinite
from app.experiments.ablation import Ablation, interventions, layers_after, relative_changes, scaled_values
from app.experiments.channel_effects import ChannelEffects, EffectTask, channel_effects
from app.experiments.intervention import IntervenedNetwork
from app.nets.layer import Layer
from app.nets.network import Network
from app.nets.outputs import Activations, Scores
from app.nets.taps import ScaledValue
from app.rendering.drawing import Drawing
from app.work.job import JobHandle, Progress
from app.work.stop import Stop

T = TypeVar("T")
MOST_GRAPHS = 3  # that stay loaded


@dataclass(frozen=True, slots=True)
class AblatedRun:
    """The scores before and after an ablation, and how far each layer from it on moved, by layer id."""

    before: Scores
    after: Scores
    changes: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class AblatedActivationsKey(Key[Activations]):
    """Every layer's output for a picture with something switched off."""

    network: str
    image: str
    ablation: Ablation


@dataclass(frozen=True, slots=True)
class AblatedRunKey(Key[AblatedRun]):
    """What follows from an ablation for a picture."""

    network: str
    image: str
    ablation: Ablation


@dataclass(frozen=True, slots=True)
class ChannelEffectsKey(Key[ChannelEffects]):
    """The effect of each channel of a layer for a picture; the ablation says how each is switched off."""

    network: str
    image: str
    ablation: Ablation


class Ablations:
    """Runs networks with parts switched off. Ablations are in the form that `read_ablation` gives."""

    def __init__(self, many_runs: ManyRuns, layers: LayerOutputs, pictures: Pictures, results: Results) -> None:
        self._many_runs = many_runs
        self._layers = layers
        self._pictures = pictures
        self._results = results
        self._opening = threading.Lock()
        self._networks: OrderedDict[tuple[str, tuple[ScaledValue, ...]], IntervenedNetwork] = OrderedDict()

    def run(self, inference: Inference, ablation: Ablation) -> JobHandle[AblatedRun]:
        """The prediction and the change of each layer.

        Raises:
            NotAvailable: the network's weights are not here.
            UnknownImage, TimedOut, NetworkError, NonFinite: through the handle.
        """

        def work(before: Activations, after: Activations) -> AblatedRun:
            if not np.isfinite(after.scores.logits).all():
                raise NonFinite("The network's output holds NaN or infinity: its values overflow with this change.")
            changed = layers_after(inference.network.graph, ablation.layer)
            return AblatedRun(before.scores, after.scores, relative_changes(before, after, changed))

        return self._compute(AblatedRunKey(*inference.identity, ablation), inference, ablation, work)

    def draw(
        self,
        key: DrawingKey,
        inference: Inference,
        ablation: Ablation,
        layer: Layer,
        draw: Callable[[Values, Statistics], Drawing],
    ) -> JobHandle[Drawing]:
        """What `draw` makes of a layer's output after the ablation, and of its statistics before it."""

        def work(before: Activations, after: Activations) -> Drawing:
            statistics = statistics_of(layer.values_of(before.layers[layer.id]))
            return draw(layer.maps_of(after.layers[layer.id]), statistics)

        return self._compute(key, inference, ablation, work)

    def effects(self, inference: Inference, ablation: Ablation) -> JobHandle[ChannelEffects]:
        """What follows from each channel of the layer switched off by itself, as the ablation says how.

        Raises:
            NotAvailable: the network's weights are not here. Through the handle: see `channel_effects`.
            UnknownImage, TimedOut, NonFinite: through the handle.
        """

        def work(stop: Stop, progress: Progress) -> ChannelEffects:
            handle = self._layers.activations(inference)  # held only while this runs, not while it waits
            stop.on_set(handle.release)
            task = EffectTask(inference.network, self._pictures.input_tensor(inference), handle.result(), ablation)
            return channel_effects(task, stop, progress)

        return self._many_runs.compute(ChannelEffectsKey(*inference.identity, ablation), inference.network, work)

    def cached_effects(self, inference: Inference, ablation: Ablation) -> ChannelEffects | None:
        """The effects of the channels if they are in the cache, else None."""
        return self._results.cached(ChannelEffectsKey(*inference.identity, ablation))

    def progress(self, inference: Inference, ablation: Ablation) -> tuple[int, int]:
        """How many channels are done, and how many there are; (0, 0) before the first and after the last."""
        return self._many_runs.progress(ChannelEffectsKey(*inference.identity, ablation))

    def _compute(
        self,
        key: Key[T],
        inference: Inference,
        ablation: Ablation,
        work: Callable[[Activations, Activations], T],
    ) -> JobHandle[T]:
        """What `work` makes of the activations before and after the ablation, in one turn with the runs for them."""

        def run(before: Activations, stop: Stop) -> T:
            return work(before, self._after(inference, ablation, before, stop))

        return self._layers.compute(key, inference, run)

    def _after(self, inference: Inference, ablation: Ablation, before: Activations, stop: Stop) -> Activations:
        key = AblatedActivationsKey(*inference.identity, ablation)
        known = self._results.cached(key)
        if known is None:
            changed = self._network(inference.network, scaled_values(inference.network.graph, ablation))
            changes = interventions(inference.network.graph, ablation, before)
            known = changed.run(self._pictures.input_tensor(inference), changes, stop)
            self._results.put(key, known)
        return known

    def _network(self, network: Network, values: tuple[ScaledValue, ...]) -> IntervenedNetwork:
        """The network with these values open to change; the graphs used last stay loaded."""
        key = (network.fingerprint, values)
        with self._opening:
            changed = self._networks.pop(key, None) or IntervenedNetwork(network, values)
            self._networks[key] = changed
            if len(self._networks) > MOST_GRAPHS:
                self._networks.popitem(last=False)
        return changed
