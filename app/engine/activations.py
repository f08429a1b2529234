"""Activations: every layer's output for a picture, its statistics, and what is computed or drawn of one layer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.analysis.channel import ChannelAnalysis, analyse_channel, receptive_field_edges
from app.analysis.filters import MOST_PAIRS, LayerFilters, layer_filters
from app.analysis.statistics import Statistics, statistics_of, statistics_of_all
from app.engine.inference import Inference
from app.engine.pictures import Pictures
from app.engine.results import DrawingKey, Key, Results
from app.engine.runs import Runs
from app.nets.layer import Layer, check_channel
from app.nets.network import Activations, Network
from app.rendering.drawing import Drawing
from app.work.job import JobHandle
from app.work.stop import Stop

NUMBER_BYTES, RECORD_BYTES = 8, 4096  # of a number in an array, and about of a result without its arrays
STATISTICS = 7  # arrays of numbers per channel
FILTER_BYTES, PAIR_BYTES, CONTRIBUTION_BYTES, EDGE_BYTES = 400, 200, 32, 120  # about, of the figures of one
Values = NDArray[np.float32]
Edges = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class DescribedActivations:
    """Every layer's output for a picture, with its statistics by layer id."""

    activations: Activations
    statistics: Mapping[str, Statistics]


@dataclass(frozen=True, slots=True)
class ActivationsKey(Key[Activations]):
    """Every layer's output for a picture."""

    network: str
    image: str

    def size_of(self, result: Activations) -> int:
        return result.nbytes


@dataclass(frozen=True, slots=True)
class StatisticsKey(Key[Mapping[str, Statistics]]):
    """The statistics of every layer for a picture."""

    network: str
    image: str

    def size_of(self, result: Mapping[str, Statistics]) -> int:
        return sum(_size_of(each) for each in result.values())


@dataclass(frozen=True, slots=True)
class LayerStatisticsKey(Key[Statistics]):
    """The statistics of one layer for a picture."""

    network: str
    image: str
    layer: str

    def size_of(self, result: Statistics) -> int:
        return _size_of(result)


@dataclass(frozen=True, slots=True)
class ChannelKey(Key[ChannelAnalysis]):
    """The analysis of one channel for a picture."""

    network: str
    image: str
    layer: str
    channel: int

    def size_of(self, result: ChannelAnalysis) -> int:
        found = result.filter.contributions if result.filter else None
        return RECORD_BYTES + (CONTRIBUTION_BYTES * found.inputs.size if found else 0)


@dataclass(frozen=True, slots=True)
class FiltersKey(Key[LayerFilters]):
    """The filters of a layer, compared with each other."""

    network: str
    layer: str
    filters: int

    def size_of(self, result: LayerFilters) -> int:
        return FILTER_BYTES * self.filters + PAIR_BYTES * MOST_PAIRS


@dataclass(frozen=True, slots=True)
class EdgesKey(Key[tuple[Edges, Edges]]):
    """The edges of the receptive fields of a layer's cells."""

    network: str
    layer: str

    def size_of(self, result: tuple[Edges, Edges]) -> int:
        return EDGE_BYTES * sum(map(len, result))


class LayerOutputs:
    """One run of a network gives every layer's output; the rest is computed from that."""

    def __init__(self, runs: Runs, pictures: Pictures, results: Results) -> None:
        self._runs = runs
        self._pictures = pictures
        self._results = results

    def activations(self, inference: Inference) -> JobHandle[Activations]:
        """Every layer's output for a stored picture.

        Raises:
            NotAvailable: the network's weights are not here.
            UnknownImage, TimedOut: through the handle.
        """

        def work(stop: Stop) -> Activations:
            return inference.network.activations(self._pictures.view(inference), stop, self._runs.threads)

        return self._runs.compute(ActivationsKey(*inference.identity), inference.network, work)

    def described(self, inference: Inference) -> JobHandle[DescribedActivations]:
        """The activations with the statistics of every layer; raises as `activations` does."""

        def describe(activations: Activations) -> JobHandle[DescribedActivations]:
            handle = self._statistics(inference, activations)
            return handle.then(lambda found: JobHandle.ready(DescribedActivations(activations, found)))

        return self.activations(inference).then(describe)

    def statistics(self, inference: Inference) -> JobHandle[Mapping[str, Statistics]]:
        """The statistics of every layer by layer id; raises as `activations` does."""
        known = self._results.cached(StatisticsKey(*inference.identity))
        if known is not None:
            return JobHandle.ready(known)
        return self.activations(inference).then(lambda activations: self._statistics(inference, activations))

    def channel(self, inference: Inference, layer: Layer, number: int) -> JobHandle[ChannelAnalysis]:
        """The analysis of one channel: histogram, strongest cell, filter; raises as `activations` does.

        Raises:
            UnknownChannel: the layer has fewer.
        """
        check_channel(layer, number, layer.channels)
        key = ChannelKey(*inference.identity, layer.id, number)

        def analyse(activations: Activations) -> JobHandle[ChannelAnalysis]:
            def work(stop: Stop) -> ChannelAnalysis:
                tensor = lambda: self._pictures.input_tensor(inference)  # noqa: E731
                return analyse_channel(inference.network, layer, number, activations.layers, tensor)

            return self._results.compute(key, work, self._results.drawing)

        known = self._results.cached(key)
        return JobHandle.ready(known) if known is not None else self.activations(inference).then(analyse)

    def filters(self, network: Network, layer: Layer) -> JobHandle[LayerFilters]:
        """The layer's filters described and compared with each other; raises NotAvailable, also by the handle."""
        weights = network.weights(layer.id)
        key = FiltersKey(network.sha256, layer.id, len(weights))
        return self._results.compute(key, lambda stop: layer_filters(weights), self._results.drawing)

    def edges(self, network: Network, layer: Layer) -> JobHandle[tuple[Edges, Edges]]:
        """The edges of the receptive fields, by row and by column, of a layer's cells."""
        key = EdgesKey(network.sha256, layer.id)
        return self._results.compute(
            key, lambda stop: receptive_field_edges(network.graph, layer), self._results.drawing
        )

    def draw(
        self, key: DrawingKey, inference: Inference, layer: Layer, draw: Callable[[Values, Statistics], Drawing]
    ) -> JobHandle[Drawing]:
        """What `draw` makes of one layer's output and its statistics, run only if the picture is not kept."""
        known = self._results.drawn(key)
        if known is not None:
            return JobHandle.ready(known)

        def work(activations: Activations) -> Drawing:
            values = activations.layers[layer.id]
            return draw(values, self._layer_statistics(inference, layer, values))

        handle = self.activations(inference)
        return handle.then(lambda activations: self._results.draw(key, lambda: work(activations)))

    def _statistics(self, inference: Inference, activations: Activations) -> JobHandle[Mapping[str, Statistics]]:
        def work(stop: Stop) -> Mapping[str, Statistics]:
            return statistics_of_all(activations.layers, self._runs.threads)

        return self._results.compute(StatisticsKey(*inference.identity), work, self._results.drawing)

    def _layer_statistics(self, inference: Inference, layer: Layer, values: Values) -> Statistics:
        """The statistics of one layer, from those of all layers if they are kept."""
        of_all = self._results.cached(StatisticsKey(*inference.identity))
        if of_all is not None:
            return of_all[layer.id]
        key = LayerStatisticsKey(*inference.identity, layer.id)
        known = self._results.cached(key)
        if known is None:
            known = statistics_of(values)
            self._results.put(key, known)
        return known


def _size_of(statistics: Statistics) -> int:
    return NUMBER_BYTES * STATISTICS * statistics.channels.mean.size
