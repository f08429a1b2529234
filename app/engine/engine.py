"""The facade: which networks, add this picture, classify it, show every layer. Arrays out, never PNG or HTTP.

Whatever takes time is answered with a `Ticket`: wait for it with `.result()`, or await its future, and release it when
the one who asked has gone.
"""

import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.analysis.statistics import Statistics, statistics_of_all
from app.images.decode import Limits, Picture, decode
from app.images.store import Store, Stored
from app.nets.catalog import Catalog
from app.nets.network import Activations, Network, Scores
from app.nets.preprocessing.fit import RGB, Fit, fitted
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of
from app.nets.profile import LayerTimes, time_layers
from app.nets.runtime import start_runtime
from app.nets.weights.pull import Line, Pull, Pulls
from app.nets.weights.store import Shelf
from app.settings import Settings
from app.work.cache import Cache, Use
from app.work.runner import Load, Runner, Ticket
from app.work.stop import Stop

T = TypeVar("T")
ARRAYS = 7  # of eight bytes per channel, in its statistics
ALONE = 2  # from so many runs on, those that run and those that wait, each gets its share of the cores
MEASURED_RUNS = 5  # after one that warms up


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture that has come in: where it is stored, and how long decoding took."""

    stored: Stored
    seconds: float


@dataclass(frozen=True, slots=True)
class Classifying:
    """A picture that has come in, and the network's run on it, under way."""

    upload: Upload
    scores: Ticket[Scores]


@dataclass(frozen=True, slots=True)
class Status:
    """What the server is doing, for health checks and metrics."""

    provider_asked: str
    provider_in_use: str
    runtime_version: str
    models_ready: int
    runs: Load
    drawing: Load
    queue_limit: int
    activations: Use
    pictures: Use


class Engine:
    """Networks, pictures and the queues in front of them, wired from the settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._runtime = start_runtime(settings.provider, settings.threads)
        shelf = Shelf(settings.networks_dir)
        self.catalog = Catalog(settings.models_dir, self._runtime, settings.open_networks, shelf)
        line = Line(settings.mirrors, settings.lab_hosts, settings.pull_stall_s, settings.offline)
        self._pulls = Pulls(shelf, line)
        self._limits = Limits(
            settings.max_upload_bytes, settings.max_pixels, settings.max_decoded_pixels, settings.max_side
        )
        self._store = Store(settings.data_dir / "pictures", settings.store_bytes, settings.store_ttl_s)
        self._activations = Cache(settings.cache_bytes)
        self._drawn = Cache(settings.picture_cache_bytes)
        self._seconds: dict[str, float] = {}
        self._runs = Runner("run", settings.run_slots, settings.queue, settings.run_time_limit_s)
        self._drawing = Runner("draw", settings.draw_slots, settings.draw_queue, settings.run_time_limit_s)

    def close(self, timeout_s: float) -> None:
        """Finish what runs, within `timeout_s` seconds; take nothing new. A pull stops, and can be taken up again."""
        self._pulls.close()
        self._drawing.close(timeout_s)
        self._runs.close(timeout_s)

    def status(self) -> Status:
        return Status(
            provider_asked=self._runtime.asked,
            provider_in_use=self._runtime.in_use,
            runtime_version=self._runtime.version,
            models_ready=sum(network.ready for network in self.catalog),
            runs=self._runs.load,
            drawing=self._drawing.load,
            queue_limit=self._settings.queue,
            activations=self._activations.use,
            pictures=self._drawn.use,
        )

    def network(self, model: str) -> Network:
        """The network with this id; raises UnknownModel."""
        return self.catalog.get(model)

    def add_image(self, read: Callable[[], bytes]) -> Ticket[Upload]:
        """Decode a picture and store it; raises PictureError through the ticket. `read`, called when its turn comes so
        that what waits in the queue holds none, gives the file's bytes."""

        def work(stop: Stop) -> Upload:
            picture, seconds = self._decoded(read)
            return Upload(self._store.add(picture), seconds)

        return self._drawing.submit(object(), work)

    def classify(self, network: Network, read: Callable[[], bytes]) -> Ticket[Classifying]:
        """As `add_image`, and the prediction: the network runs while the picture is written to the store.

        Raises:
            NotAvailable: the network's weights are not here.
        """
        network.require_weights()

        def work(stop: Stop) -> Classifying:
            picture, seconds = self._decoded(read)
            view = view_of(picture.rgb, network.card.input)
            scores = self._scores(network, picture.id, lambda: view)
            stop.on_set(scores.release)
            return Classifying(Upload(self._store.add(picture), seconds), scores)

        return self._drawing.submit(object(), work)

    def picture(self, image: str) -> RGB:
        """The stored picture, (H, W, 3) uint8, read-only; raises UnknownImage."""
        return self._store.get(image)

    def view(self, network: Network, image: str, fit: Fit | None = None) -> RGB:
        """The picture exactly as the network sees it, or would if it was made to fit in another way.

        Raises:
            UnknownImage: the picture was never uploaded here, or has expired.
            NotAvailable: the network's weights, which decide what it sees, are not here.
        """
        network.require_weights()
        return view_of(self.picture(image), fitted(network.card.input, fit))

    def tensor(self, network: Network, image: str, fit: Fit | None = None) -> NDArray[np.float32]:
        """What the network is fed for the view, (C, H, W), channels in its order; raises as `view` does."""
        tensor: NDArray[np.float32] = tensor_of(self.view(network, image, fit), network.card.input)[0]
        return tensor

    def scores(self, network: Network, image: str, fit: Fit | None = None) -> Ticket[Scores]:
        """The prediction alone, by the quickest way: from activations that are there, else a run without them.

        With `fit` it is the prediction for a picture made to fit in another way, run once and then kept.

        Raises:
            NotAvailable: the network's weights are not here.
        """
        network.require_weights()
        if fit is None:
            return self._scores(network, image, lambda: self.view(network, image))

        def work(stop: Stop) -> tuple[Scores, int]:
            scores = self._classified(network, self.view(network, image, fit), stop)
            return scores, scores.logits.nbytes + scores.scores.nbytes

        return self._once(self._runs, self._activations, ("scores", network.sha256, image, fit), work)

    def activations(self, network: Network, image: str) -> Ticket[Activations]:
        """Every layer's output for a stored picture; raises UnknownImage through the ticket.

        Raises:
            NotAvailable: the network's weights are not here.
        """
        network.require_weights()

        def work(stop: Stop) -> tuple[Activations, int]:
            self.catalog.used(network)
            activations = network.activations(self.view(network, image), stop, self._threads())
            return activations, activations.nbytes

        return self._once(self._runs, self._activations, ("activations", network.sha256, image), work)

    def statistics(self, network: Network, image: str, activations: Activations) -> Ticket[Mapping[str, Statistics]]:
        """The statistics of every layer of `activations`, by layer id."""

        def work(stop: Stop) -> tuple[Mapping[str, Statistics], int]:
            found = statistics_of_all(activations.layers, self._threads())
            return found, sum(each.channels.mean.nbytes * ARRAYS for each in found.values())

        return self._once(self._drawing, self._activations, ("statistics", network.sha256, image), work)

    def seconds(self, network: Network) -> float | None:
        """How long one run takes here, if `measure` has been asked for it."""
        return self._seconds.get(network.sha256)

    def measure(self, network: Network) -> Ticket[float]:
        """How long one run takes here, in seconds: the median of a few plain ones, measured once and then known.

        Raises:
            NotAvailable: the network's weights are not here.
        """
        network.require_weights()
        known = self.seconds(network)
        if known is not None:
            return Ticket.ready(known)
        size = network.card.input
        view = np.full((size.height, size.width, 3), 128, np.uint8)

        def work(stop: Stop) -> float:
            self.catalog.used(network)
            network.classify(view, stop)
            typical = median(network.classify(view, stop).seconds for _ in range(MEASURED_RUNS))
            return self._seconds.setdefault(network.sha256, typical)

        return self._runs.submit(("seconds", network.sha256), work)

    def layer_times(self, network: Network) -> Ticket[LayerTimes]:
        """How long each layer takes here; raises NotAvailable if the network's weights are not here."""
        network.require_weights()

        def work(stop: Stop) -> tuple[LayerTimes, int]:
            self.catalog.used(network)
            times = time_layers(network, stop)
            return times, times.nbytes

        return self._once(self._runs, self._activations, ("times", network.sha256), work)

    def pull(self, model: str) -> Pull:
        """Bring the weights of an original from a mirror; raises as `Pulls.start` does, and for an unknown id."""
        return self._pulls.start(self.catalog.original(model))

    def draw(self, key: Hashable, work: Callable[[], tuple[T, int]]) -> Ticket[T]:
        """Something drawn: made once by `work`, which also says its bytes, then kept while there is room.

        `key` holds all that it depends on.
        """
        return self._once(self._drawing, self._drawn, key, lambda stop: work())

    def keep(self, key: Hashable, work: Callable[[Stop], tuple[T, int]], runner: Runner | None = None) -> Ticket[T]:
        """Something made by running a network, as `draw` is for drawing; it waits among the runs, or in `runner`."""
        return self._once(runner or self._runs, self._activations, key, work)

    def put(self, key: Hashable, result: object, size: int) -> None:
        """Keep what came out beside something else, for whoever will `keep` it under this key."""
        self._activations.put(key, result, size)

    def kept(self, key: Hashable) -> Any | None:
        """What is kept under this key; None if it is not there, or no longer."""
        return self._activations.get(key)

    def _decoded(self, read: Callable[[], bytes]) -> tuple[Picture, float]:
        """The picture in a file, and how many seconds decoding it took."""
        begin = time.perf_counter()
        return decode(read(), self._limits), time.perf_counter() - begin

    def _scores(self, network: Network, image: str, view: Callable[[], RGB]) -> Ticket[Scores]:
        """The prediction for a picture, `view` of which is what the network sees."""
        of = (network.sha256, image)
        known: Activations | None = self._activations.get(("activations", *of))
        if known is not None:
            return Ticket.ready(known.scores)
        return self._runs.submit(("scores", *of), lambda stop: self._classified(network, view(), stop))

    def _classified(self, network: Network, view: RGB, stop: Stop) -> Scores:
        self.catalog.used(network)
        return network.classify(view, stop, self._threads())

    def _threads(self) -> int:
        """How many threads a run takes that begins now: all if it is alone, else its share of them."""
        load = self._runs.load
        alone = load.running + load.waiting < ALONE
        return self._runtime.threads if alone else max(1, self._runtime.threads // self._settings.run_slots)

    def _once(self, runner: Runner, cache: Cache, key: Hashable, work: Callable[[Stop], tuple[T, int]]) -> Ticket[T]:
        """What `cache` holds under `key`, else the result of one run of `work` for all who ask meanwhile."""
        known: T | None = cache.get(key)
        if known is not None:
            return Ticket.ready(known)

        def work_once(stop: Stop) -> T:
            late: T | None = cache.peek(key)  # another run may have ended between our look and our place in the queue
            if late is not None:
                return late
            result, size = work(stop)
            cache.put(key, result, size)
            return result

        return runner.submit(key, work_once)
