"""Runs of a network over the photos of a data set: each photo is run once, with most layers as outputs."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.errors import ConvScopeError, NonFinite
from app.experiments.accuracy.evaluation import PictureResult, best_classes
from app.experiments.class_scores import class_scores
from app.jobs.channel_maxima import ChannelMaxima
from app.jobs.result import JobResult, PhotoResult
from app.jobs.strongest_cells import MAX_CHANNELS, CellValues, PhotoCells, strongest_cells_of
from app.nets.network import Network
from app.nets.outputs import Activations, Scores, output_of, read_scores
from app.nets.preprocessing.fit import RGB
from app.work.batches import map_in_order
from app.work.stop import Stop

BLOCK = 25  # photos after which a result is stored, and of a task on another machine
WORKING_BYTES = 260_000_000  # of the memory of a job, for what is no activation: the program, and photos being decoded


@dataclass(frozen=True)
class PhotoRuns:
    """How the photos of a data set are run: `view` gives a photo as the network receives it, by its number.

    What it raises as a ConvScopeError is the photo's problem, and the job goes on.
    """

    network: Network
    view: Callable[[int, Stop], RGB]

    def run(
        self, photos: Iterable[int], result: JobResult, stop: Stop, concurrent: int = 1
    ) -> Generator[int, None, None]:
        """Add what the network says of each photo to `result`, in order, and give the numbers of those that are done.

        `concurrent` photos are under way, each on one core; a single one on all cores.

        Raises:
            ConvScopeError: the reason of `stop`.
            NetworkError, NetworkCrashed: the network can't be run.
        """
        threads = 1 if concurrent > 1 else 0

        def result_of(photo: int) -> tuple[int, PhotoResult]:
            # Others may be added meanwhile. They only raise what a channel must reach.
            return photo, self._result_of(photo, result.cells.values[:, -1], stop, threads)

        for photo, each in map_in_order(result_of, photos, concurrent):
            result.add(photo, each)
            yield photo

    def block(self, photos: Iterable[int], strongest: int, stop: Stop) -> JobResult:
        """The result of some photos, one after the other: what another machine computes, to be merged."""
        result = JobResult.empty(self.network.graph, strongest)
        for _ in self.run(photos, result, stop):
            pass
        return result

    @cached_property
    def _maxima(self) -> ChannelMaxima:
        return ChannelMaxima.of(self.network.graph)

    @cached_property
    def _values(self) -> tuple[str, ...]:
        """The names of the values that a run has to give."""
        graph = self.network.graph
        return tuple(dict.fromkeys(layer.output for layer in (*self._maxima.read, graph.logits, graph.scores)))

    def _result_of(self, photo: int, least: CellValues, stop: Stop, threads: int) -> PhotoResult:
        stop.check()
        try:
            view = self.view(photo, stop)
        except ConvScopeError as error:
            stop.check()
            return PhotoResult(PictureResult((), (), error.message))
        network = self.network
        values, seconds = network.run(self._values, network.feeds(network.input_tensor(view)), stop, threads)
        prediction = self._prediction(read_scores(network.graph.head, values, seconds))
        outputs = {layer.id: output_of(layer, values) for layer in self._maxima.read}
        strongest = self._maxima.strongest(outputs, least)
        if strongest is None:
            strongest = _strongest_cells(network, network.activations(view, stop, threads))
        return PhotoResult(prediction, strongest)

    def _prediction(self, scores: Scores) -> PictureResult:
        if not self.network.classes:
            return PictureResult((), ())
        try:
            return PictureResult(best_classes(class_scores(scores)), ())
        except NonFinite as error:
            return PictureResult((), (), error.message)


def concurrent_photos(network: Network, memory_bytes: int) -> int:
    """How many photos may be under way so that a job stays within its memory, besides the network's weights."""
    room = max(0, memory_bytes - WORKING_BYTES) // max(1, photo_bytes(network))
    return max(1, min(network.max_concurrent_runs, room))


def photo_bytes(network: Network) -> int:
    """What running one photo takes: twice the activations, those under way and those of the layers in memory."""
    return 2 * network.graph.activation_bytes


def _strongest_cells(network: Network, activations: Activations) -> PhotoCells:
    """Those of all channels, from every layer's output: what `ChannelMaxima` can't tell where a cell is NaN."""
    layers = [layer for layer in network.graph.layers if layer.channels <= MAX_CHANNELS]
    pairs = [strongest_cells_of(layer.maps_of(activations.layers[layer.id])) for layer in layers]
    values, places = (np.concatenate(each) for each in zip(*pairs, strict=True))
    return PhotoCells(np.arange(len(values)), values, places)
