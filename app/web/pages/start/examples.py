"""The samples that have already run on the network of the start page."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from app.analysis.statistics import Statistics
from app.engine.engine import Engine
from app.engine.inference import Inference
from app.errors import ConvScopeError, NetworkError, UnknownImage, UnknownModel
from app.nets.catalog import Catalog
from app.nets.network import Network
from app.nets.outputs import Scores
from app.web.pages.samples import SampleChoice
from app.web.samples import SAMPLES, Sample
from app.work.job import JobHandle, T

FIRST_NETWORK = "resnet18-imagenette"  # its maps are few enough to be drawn side by side
MAX_EXAMPLES = 7


@dataclass(frozen=True, slots=True)
class Example:
    """A sample in the store, and the network's scores for it; the first one has the statistics of every layer."""

    sample: Sample
    image: str
    scores: Scores
    statistics: Mapping[str, Statistics]


class Examples:
    """The runs of the samples, made in the background at the first view and kept."""

    def __init__(self, engine: Engine, samples: Iterable[Sample]) -> None:
        self._engine = engine
        self._samples = tuple(samples)
        self._ready: list[Example] = []
        self._task: asyncio.Task[None] | None = None
        self.network: Network | None = None
        self.samples: tuple[Sample, ...] = ()

    async def ready(self, within_s: float) -> tuple[Example, ...]:
        """The examples that are there within some seconds; what is missing goes on."""
        await asyncio.to_thread(self._choose)
        await self._forget_deleted()
        if self.network and not (self.is_running or self.is_complete):
            self._task = asyncio.create_task(self._run(self.network))
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=within_s)
        return tuple(self._ready)

    @property
    def is_running(self) -> bool:
        """Whether more examples are on their way."""
        return self._task is not None and not self._task.done()

    @property
    def is_complete(self) -> bool:
        """Whether every sample has run."""
        return len(self._ready) == len(self.samples)

    def _choose(self) -> None:
        """The network of the lecture, or the first one that has a sample."""
        if self.network is not None:
            return
        for network in ready_networks(self._engine.catalog, (FIRST_NETWORK,)):
            known = SampleChoice.of(self._samples, (network,)).known
            if known and network.classes and network.class_names:
                self.network, self.samples = network, known[:MAX_EXAMPLES]
                return

    async def _forget_deleted(self) -> None:
        """Start anew if someone has deleted one of the pictures."""
        if self.is_running:
            return
        try:
            for example in self._ready:
                await asyncio.to_thread(self._engine.pictures.require, example.image)
        except UnknownImage:
            self._ready = []

    async def _run(self, network: Network) -> None:
        """Run what is missing, one after the other; a failure leaves the rest for the next view."""
        for sample in self.samples[len(self._ready) :]:
            try:
                self._ready.append(await self._example(network, sample))
            except ConvScopeError:
                return

    async def _example(self, network: Network, sample: Sample) -> Example:
        upload = await _result(self._engine.pictures.add((SAMPLES / sample.file).read_bytes))
        inference = Inference(network, upload.stored.id)
        if self._ready:
            scores = await _result(self._engine.predictions.scores(inference))
            return Example(sample, inference.image, scores, {})
        run = await _result(self._engine.layers.summary(inference))
        return Example(sample, inference.image, run.scores, run.statistics)


def ready_networks(catalog: Catalog, first: Iterable[str]) -> Iterator[Network]:
    """The networks with weights, those of the ids `first` before the others, each read when its turn comes."""
    ids = tuple(first)
    for identity in ids:
        with suppress(UnknownModel, NetworkError):
            network = catalog.get(identity)
            if network.has_weights:
                yield network
    yield from (network for network in catalog if network.has_weights and network.id not in ids)


async def _result(handle: JobHandle[T]) -> T:
    try:
        return await asyncio.wrap_future(handle.future)
    finally:
        handle.release()
