"""Everything that the page of a folder waits for."""

import asyncio
from dataclasses import dataclass

from app.errors import ConvScopeError, InvalidRequest
from app.experiments.accuracy.evaluation import Evaluation
from app.experiments.accuracy.evaluation_sweep import EvaluationSweep
from app.experiments.folder_effects import FolderEffects
from app.experiments.sweep import SweepAxis, read_sweep
from app.images.collections import Collection, CollectionPicture
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.pages.experiments.folder.address import FolderAddress
from app.web.pages.experiments.map_layers import named_layer
from app.web.samples import read_samples, store_samples


@dataclass(frozen=True, slots=True)
class LayerEffects:
    """The layer of the address, None without one, and its effects, None while they are to be computed."""

    layer: Layer | None
    effects: FolderEffects | None
    notice: Notice | None


@dataclass(frozen=True, slots=True)
class FolderData:
    """A collection and what is in memory of its evaluation and of the sweep; None while that is to be computed.

    `axis` is None without a sweep, or where the notice says why there is none.
    """

    network: Network
    collection: Collection
    evaluation: Evaluation | None
    axis: SweepAxis | None
    sweep: EvaluationSweep | None
    effects: LayerEffects
    notice: Notice | None


async def gather_folder(client: Client, address: FolderAddress) -> FolderData:
    """What is in memory for an address; all of it if the address says to wait.

    Raises:
        UnknownModel, UnknownCollection: there is no such network or collection.
        NotAvailable: the network's weights are not here, or it has no classes.
    """
    network = await client.network(address.model) if address.model else client.engine.default_network()
    collection = await _collection(client, address.collection)
    axis, notice = _read_axis(address.sweep)
    evaluations = client.engine.evaluations
    evaluation, sweep = await asyncio.to_thread(evaluations.cached, network, collection), None
    try:
        if axis is not None:
            sweep = await asyncio.to_thread(evaluations.cached_sweep, network, collection, axis)
            if sweep is None and address.wait:
                sweep = await client.wait(await asyncio.to_thread(evaluations.sweep, network, collection, axis))
        if evaluation is None and address.wait:
            evaluation = await client.wait(await asyncio.to_thread(evaluations.evaluate, network, collection))
    except ConvScopeError as error:
        axis, notice = None, Notice.of(error)
    effects = await _effects(client, network, collection, address)
    return FolderData(network, collection, evaluation, axis, sweep, effects, notice)


async def _effects(client: Client, network: Network, collection: Collection, address: FolderAddress) -> LayerEffects:
    """What is in memory of the effects of the layer's channels; the effects themselves if the address says to wait."""
    if not address.layer:
        return LayerEffects(None, None, None)
    ablations = client.engine.folder_ablations
    try:
        layer = named_layer(network, address.layer)
        question = await asyncio.to_thread(ablations.question, network, layer, collection)
        effects = ablations.cached(question)
        if effects is None and address.wait:
            effects = await client.wait(ablations.effects(question))
    except ConvScopeError as error:
        return LayerEffects(None, None, Notice.of(error))
    return LayerEffects(layer, effects, None)


def _read_axis(text: str) -> tuple[SweepAxis | None, Notice | None]:
    """The change that grows, or why there is none."""
    if not text:
        return None, None
    try:
        sweep = read_sweep(text)
        if sweep.second is not None:
            raise InvalidRequest("A sweep over many pictures has one change.")
    except InvalidRequest as error:
        return None, Notice.of(error)
    return sweep.axis, None


async def _collection(client: Client, identity: str | None) -> Collection:
    """The collection with this id; without one that of the samples, each in a folder named after its first class."""
    if identity:
        return await asyncio.to_thread(client.engine.collections.get, identity)
    samples = [sample for sample in read_samples() if sample.classes and "/" not in sample.file]
    images = await store_samples(client, samples)
    collection = Collection(
        tuple(
            CollectionPicture(image, sample.file, sample.classes[0])
            for image, sample in zip(images, samples, strict=True)
        )
    )
    await asyncio.to_thread(client.engine.collections.store, collection)
    return collection
