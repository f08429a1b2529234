"""Runs of a network over the photos of a data set: each photo is run once, with every layer as an output."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np

from app.errors import ConvScopeError, NonFinite
from app.experiments.accuracy.evaluation import PictureResult, best_classes
from app.experiments.class_scores import class_scores
from app.jobs.result import JobResult, PhotoResult
from app.jobs.strongest_cells import MAX_CHANNELS, CellIndices, CellValues, strongest_cells_of
from app.nets.network import Network
from app.nets.outputs import Activations
from app.nets.preprocessing.fit import RGB
from app.work.batches import map_in_order
from app.work.stop import Stop

BLOCK = 25  # photos after which a result is stored, and of a task on another machine
WORKING_BYTES = 260_000_000  # of the memory of a job, for what is no activation: the program, and photos being decoded


@dataclass(frozen=True, slots=True)
class PhotoRuns:
    """How the photos of a data set are run: `view` gives a photo as the network receives it, by its number.

    What it raises as a ConvScopeError is the photo's problem, and the job goes on.
    """

    network: Network
    view: Callable[[int, Stop], RGB]

    def result_of(self, photo: int, stop: Stop, threads: int = 1) -> PhotoResult:
        """What the network says of one photo.

        Raises:
            ConvScopeError: the reason of `stop`.
            NetworkError, NetworkCrashed: the network can't be run.
        """
        stop.check()
        try:
            view = self.view(photo, stop)
        except ConvScopeError as error:
            stop.check()
            return PhotoResult(PictureResult((), (), error.message))
        activations = self.network.activations(view, stop, threads)
        return PhotoResult(self._prediction(activations), *_strongest_cells(self.network, activations))

    def results(self, photos: Iterable[int], stop: Stop, concurrent: int = 1) -> Generator[PhotoResult, None, None]:
        """What the network says of each photo, in order, with `concurrent` of them under way; raises as `result_of`."""
        threads = 1 if concurrent > 1 else 0
        yield from map_in_order(partial(self.result_of, stop=stop, threads=threads), photos, concurrent)

    def block(self, photos: Iterable[int], strongest: int, stop: Stop) -> JobResult:
        """The result of some photos, one after the other: what another machine computes, to be merged."""
        result = JobResult.empty(self.network.graph, strongest)
        for photo in photos:
            result.add(photo, self.result_of(photo, stop))
        return result

    def _prediction(self, activations: Activations) -> PictureResult:
        if not self.network.classes:
            return PictureResult((), ())
        try:
            return PictureResult(best_classes(class_scores(activations.scores)), ())
        except NonFinite as error:
            return PictureResult((), (), error.message)


def concurrent_photos(network: Network, memory_bytes: int) -> int:
    """How many photos may be under way so that a job stays within its memory, besides the network's weights."""
    room = max(0, memory_bytes - WORKING_BYTES) // max(1, photo_bytes(network))
    return max(1, min(network.max_concurrent_runs, room))


def photo_bytes(network: Network) -> int:
    """What running one photo takes: twice the activations, those under way and those of the layers in memory."""
    return 2 * network.graph.activation_bytes


def _strongest_cells(network: Network, activations: Activations) -> tuple[CellValues, CellIndices]:
    """The greatest value of each channel of every layer, and its place, in the order of `channel_rows`."""
    layers = [layer for layer in network.graph.layers if layer.channels <= MAX_CHANNELS]
    pairs = [strongest_cells_of(layer.maps_of(activations.layers[layer.id])) for layer in layers]
    return np.concatenate([values for values, _ in pairs]), np.concatenate([places for _, places in pairs])
