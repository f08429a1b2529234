"""Activations: every layer's output for a picture, its statistics, and what is computed or drawn of one layer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from app.analysis.channel import ChannelAnalysis, MapCell, analyse_channel, map_cell, receptive_field_edges
from app.analysis.clipping import Clip, clip_of
from app.analysis.filters import LayerFilters, layer_filters
from app.analysis.statistics import Statistics, statistics_of, statistics_of_all
from app.engine.inference import Inference
from app.engine.pictures import Pictures
from app.engine.results import DrawingKey, Key, Results
from app.engine.runs import Runs
from app.nets.layer import CellPlace, Layer, check_channel
from app.nets.network import Network
from app.nets.outputs import Activations, Scores
from app.rendering.drawing import Drawing
from app.work.job import JobHandle
from app.work.stop import Stop

Values = NDArray[np.float32]
Edges = list[tuple[int, int]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run gave, without its arrays: the scores, and the statistics of every layer by layer id."""

    scores: Scores
    statistics: Mapping[str, Statistics]


@dataclass(frozen=True, slots=True)
class ActivationsKey(Key[Activations]):
    """Every layer's output for a picture."""

    network: str
    image: str


@dataclass(frozen=True, slots=True)
class SummaryKey(Key[RunSummary]):
    """The scores for a picture and the statistics of every layer."""

    network: str
    image: str


@dataclass(frozen=True, slots=True)
class LayerStatisticsKey(Key[Statistics]):
    """The statistics of one layer for a picture."""

    network: str
    image: str
    layer: str


@dataclass(frozen=True, slots=True)
class ClipKey(Key[Clip]):
    """Where the scale of a layer is clipped for a picture."""

    network: str
    image: str
    layer: str
    share: float


@dataclass(frozen=True, slots=True)
class ChannelKey(Key[ChannelAnalysis]):
    """The analysis of one channel for a picture."""

    network: str
    image: str
    layer: str
    channel: int


@dataclass(frozen=True, slots=True)
class CellKey(Key[MapCell]):
    """One cell of a map for a picture."""

    network: str
    image: str
    place: CellPlace


@dataclass(frozen=True, slots=True)
class FiltersKey(Key[LayerFilters]):
    """The filters of a layer, compared with each other."""

    network: str
    layer: str


@dataclass(frozen=True, slots=True)
class EdgesKey(Key[tuple[Edges, Edges]]):
    """The edges of the receptive fields of a layer's cells."""

    network: str
    layer: str


class LayerOutputs:
    """One run of a network gives every layer's output; the rest is computed from that.

    Whatever needs a run's arrays is computed in one turn with it, so that nothing that waits holds any.
    """

    def __init__(self, runs: Runs, pictures: Pictures, results: Results) -> None:
        self._runs = runs
        self._pictures = pictures
        self._results = results

    def activations(self, inference: Inference) -> JobHandle[Activations]:
        """Every layer's output for a stored picture. Whoever waits for something else must not hold them.

        Raises:
            NotAvailable: the network's weights are not here.
            UnknownImage, TimedOut: through the handle.
        """
        return self.compute(ActivationsKey(*inference.identity), inference, lambda activations, stop: activations)

    def summary(self, inference: Inference) -> JobHandle[RunSummary]:
        """The scores and the statistics of every layer; raises as `activations` does."""

        def work(activations: Activations, stop: Stop) -> RunSummary:
            layers = inference.network.graph.layers
            values = {layer.id: layer.values_of(activations.layers[layer.id]) for layer in layers}
            return RunSummary(activations.scores, statistics_of_all(values, self._runs.threads))

        return self.compute(SummaryKey(*inference.identity), inference, work)

    def clip(self, inference: Inference, layer: Layer, share: float) -> JobHandle[Clip]:
        """Where the layer's scale ends so that at most this share of its values is off it; raises as `activations`."""

        def work(activations: Activations, stop: Stop) -> Clip:
            return clip_of(activations.layers[layer.id], share)

        return self.compute(ClipKey(*inference.identity, layer.id, share), inference, work)

    def channel(self, inference: Inference, layer: Layer, index: int) -> JobHandle[ChannelAnalysis]:
        """The analysis of one channel: histogram, strongest cell, filter; raises as `activations` does.

        Raises:
            UnknownChannel: the layer has fewer.
        """
        check_channel(layer, index, layer.channels)

        def work(activations: Activations, stop: Stop) -> ChannelAnalysis:
            tensor = partial(self._pictures.input_tensor, inference)
            return analyse_channel(inference.network, layer, index, activations.layers, tensor)

        return self.compute(ChannelKey(*inference.identity, layer.id, index), inference, work)

    def cell(self, inference: Inference, place: CellPlace) -> JobHandle[MapCell]:
        """A cell of a map with its value and its receptive field; raises as `activations` does.

        Raises:
            UnknownChannel: the layer has fewer.
        """
        layer = inference.network.layer(place.layer)
        check_channel(layer, place.channel, layer.channels)

        def work(activations: Activations, stop: Stop) -> MapCell:
            output = activations.layers[layer.id]
            return map_cell(inference.network.graph, layer, output, place)

        return self.compute(CellKey(*inference.identity, place), inference, work)

    def filters(self, network: Network, layer: Layer) -> JobHandle[LayerFilters]:
        """The layer's filters described and compared with each other; raises NotAvailable, also by the handle."""
        weights = network.weights(layer.id)
        key = FiltersKey(network.fingerprint, layer.id)
        return self._results.compute(key, lambda stop: layer_filters(weights), self._results.drawing)

    def edges(self, network: Network, layer: Layer) -> JobHandle[tuple[Edges, Edges]]:
        """The edges of the receptive fields, by row and by column, of a layer's cells."""
        key = EdgesKey(network.fingerprint, layer.id)
        work = partial(receptive_field_edges, network.graph, layer)
        return self._results.compute(key, lambda stop: work(), self._results.drawing)

    def draw(
        self, key: DrawingKey, inference: Inference, layer: Layer, draw: Callable[[Values, Statistics], Drawing]
    ) -> JobHandle[Drawing]:
        """What `draw` makes of one layer's output and its statistics, without a run where the picture is kept."""

        def work(activations: Activations, stop: Stop) -> Drawing:
            output = activations.layers[layer.id]
            return draw(layer.maps_of(output), self._layer_statistics(inference, layer, output))

        return self.compute(key, inference, work)

    def compute(self, key: Key[T], inference: Inference, work: Callable[[Activations, Stop], T]) -> JobHandle[T]:
        """What `work` makes of the activations, which are run in the same turn unless they are in memory.

        Raises as `activations` does.
        """

        def run(stop: Stop) -> T:
            return work(self._now(inference, stop), stop)

        return self._runs.compute(key, inference.network, run, source=ActivationsKey(*inference.identity))

    def compute_pair(
        self, key: Key[T], pair: tuple[Inference, Inference], work: Callable[[Activations, Activations], T]
    ) -> JobHandle[T]:
        """What `work` makes of the activations of two runs, which are made in one turn unless they are in memory.

        Raises as `activations` does.
        """
        one, other = pair
        first = self._runs.prepared(one.network, lambda stop: self._now(one, stop))

        def run(stop: Stop) -> T:
            return work(first(stop), self._now(other, stop))

        return self._runs.compute(key, other.network, run, source=ActivationsKey(*other.identity))

    def _now(self, inference: Inference, stop: Stop) -> Activations:
        """The activations in memory, or those of a run that is made here and now."""
        key = ActivationsKey(*inference.identity)
        known = self._results.cached(key)
        if known is None:
            known = self._runs.activations(inference.network, self._pictures.view(inference), stop)
            self._results.put(key, known)
        return known

    def _layer_statistics(self, inference: Inference, layer: Layer, output: Values) -> Statistics:
        """The statistics of one layer, from those of all layers if they are kept."""
        summary = self._results.cached(SummaryKey(*inference.identity))
        if summary is not None:
            return summary.statistics[layer.id]
        key = LayerStatisticsKey(*inference.identity, layer.id)
        known = self._results.cached(key)
        if known is None:
            known = statistics_of(layer.values_of(output))
            self._results.put(key, known)
        return known
