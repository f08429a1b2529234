"""Everything that the page of the layers waits for."""

import asyncio
from dataclasses import dataclass
from math import isfinite

from app.engine.experiments.layer_reading import ImageIds
from app.engine.inference import Inference
from app.errors import ConvScopeError, InvalidRequest, NotAvailable
from app.experiments.damage import MAX_AMOUNT, Damage, DamagedAnswer, can_be_damaged
from app.experiments.folder_probes import FolderProbes, folder_photos
from app.experiments.probe import ProbeReading, probe_layers
from app.experiments.probe_file import Probes
from app.nets.layer import Layer
from app.nets.network import Network
from app.nets.outputs import Scores
from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.pages.experiments.layers.address import LayersAddress
from app.web.pages.experiments.subject import gather_subject
from app.web.samples import Sample, fixed_samples, read_samples, store_samples

MAX_SEED = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Probing:
    """The probes of a network, and what they answer for the picture."""

    probes: Probes
    readings: tuple[ProbeReading, ...]


@dataclass(frozen=True, slots=True)
class FolderReading:
    """A collection of the reader's own photos, and how well layers tell its folders apart.

    `probes` are None while they are to be computed, or where the notice says why there are none.
    """

    collection: str
    probes: FolderProbes | None
    notice: Notice | None


@dataclass(frozen=True, slots=True)
class LayersData:
    """What the page is made of. `answers` are those of the picture and of each sample, empty without damage.

    `notice` says what of the address is wrong, `damage_notice` why there are no answers.
    """

    subject: Inference
    layer: Layer
    scores: Scores
    samples: tuple[Sample, ...]
    sample_ids: ImageIds
    probing: Probing | None
    folders: FolderReading | None
    answers: tuple[DamagedAnswer, ...]
    notice: Notice | None
    damage_notice: Notice | None


async def gather_layers(client: Client, address: LayersAddress) -> LayersData:
    """All that the page of an address needs, with notices where a part of the address is wrong.

    Raises:
        ConvScopeError: there is no such network or picture, or the network can't run on it.
    """
    network = await client.network(address.model) if address.model else _first_with_probes(client)
    samples = fixed_samples(network, read_samples())
    ids = await store_samples(client, samples)
    subject = await gather_subject(client, network.id, address.image or ids[0])
    scores = await client.wait(client.engine.predictions.scores(subject))
    probing = await _probing(client, subject)
    layer, notice = _layer(network, address.layer), None
    if address.layer is not None and layer.id != address.layer:
        notice = Notice("unknown_layer", f"{network.card.name} has no such layer. This is another one.", 404)
    answers, damage_notice = await _answers(client, subject, address, ids)
    folders = await _folders(client, network, address) if address.collection else None
    return LayersData(subject, layer, scores, samples, ids, probing, folders, answers, notice, damage_notice)


def read_damage(address: LayersAddress) -> Damage:
    """The damage of an address.

    Raises:
        InvalidRequest: there is no such kind, or a number is out of range.
    """
    try:
        amount, seed = float(address.amount.replace(",", ".")), int(address.seed)
    except ValueError as error:
        raise InvalidRequest("The size of the noise is a number, and its seed a whole one.") from error
    if not isfinite(amount) or not 0 <= amount <= MAX_AMOUNT:
        raise InvalidRequest(f"The noise is at most {MAX_AMOUNT:g} times as large as the weights.", largest=MAX_AMOUNT)
    if not 0 <= seed <= MAX_SEED:
        raise InvalidRequest(f"The seed is a whole number from 0 to {MAX_SEED}.", largest=MAX_SEED)
    if address.damage == "noise":
        return Damage(address.damaged, "noise", amount, seed)
    if address.damage == "no_biases":
        return Damage(address.damaged, "no_biases")
    raise InvalidRequest("Damage is either noise or no_biases.", known=["noise", "no_biases"])


def damageable_layers(network: Network) -> tuple[Layer, ...]:
    """The layers whose weights or biases can be damaged; none of a network that predicts no classes."""
    layers = network.graph.layers if network.classes else ()
    return tuple(
        layer
        for layer in layers
        if can_be_damaged(network, layer, "noise") or can_be_damaged(network, layer, "no_biases")
    )


def _first_with_probes(client: Client) -> Network:
    """The first network that has probes, else the default one."""
    has_probes = client.engine.layer_reading.probes.has
    ready = (network for network in client.engine.catalog if network.has_weights and has_probes(network))
    return next(ready, None) or client.engine.default_network()


async def _probing(client: Client, subject: Inference) -> Probing | None:
    reading = client.engine.layer_reading
    try:
        answers = await client.wait(reading.readings(subject))
        return Probing(await asyncio.to_thread(reading.probes.of, subject.network), answers)
    except NotAvailable:
        return None


def _layer(network: Network, name: str | None) -> Layer:
    """The layer of this id; without one that is known, an early one of those that get a probe and have maps."""
    if name is not None and name in network.graph.by_id:
        return network.graph.by_id[name]
    layers = probe_layers(network.graph) or network.graph.layers
    with_maps = [layer for layer in layers if layer.has_maps] or layers
    return with_maps[len(with_maps) // 3]


async def _folders(client: Client, network: Network, address: LayersAddress) -> FolderReading:
    """What is in memory of the probes for a collection; all of it if the address says to wait."""
    identity, engine = str(address.collection), client.engine
    try:
        collection = await asyncio.to_thread(engine.collections.get, identity)
        photos = folder_photos(await asyncio.to_thread(engine.collections.in_folders, collection))
        probes = engine.layer_reading.cached_folder_probes(network, photos)
        if probes is None and address.wait:
            probes = await client.wait(engine.layer_reading.folder_probes(network, photos))
        return FolderReading(identity, probes, None)
    except ConvScopeError as error:
        return FolderReading(identity, None, Notice.of(error))


async def _answers(
    client: Client, subject: Inference, address: LayersAddress, samples: ImageIds
) -> tuple[tuple[DamagedAnswer, ...], Notice | None]:
    if not address.damage:
        return (), None
    try:
        handle = client.engine.layer_reading.damage(subject, read_damage(address), samples)
        return await client.wait(handle), None
    except ConvScopeError as error:
        return (), Notice.of(error)
