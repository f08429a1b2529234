"""Everything that the page of a job waits for."""

import asyncio
from dataclasses import dataclass

from app.engine.jobs.jobs import StrongPatch
from app.errors import ConvScopeError, NotAvailable
from app.experiments.accuracy.evaluation import Evaluation
from app.jobs.record import JobRecord
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.pages.experiments.map_layers import default_layer, map_layers, named_layer
from app.web.pages.jobs.address import JobAddress


@dataclass(frozen=True, slots=True)
class JobData:
    """The network, and the job of the address with what is known so far; None without a job.

    `layer` is that of the address or the default one, None where nothing is known yet; `patches` are those of the
    channel of the address.
    """

    network: Network
    record: JobRecord | None
    evaluation: Evaluation | None
    layer: Layer | None
    patches: tuple[StrongPatch, ...] | None
    notice: Notice | None


async def gather_job(client: Client, address: JobAddress) -> JobData:
    """What is known for an address.

    Raises:
        UnknownModel, UnknownJob: there is no such network or job.
        InvalidRequest: no network can run.
    """
    if address.job is None:
        network = await client.network(address.model) if address.model else client.engine.default_network()
        return JobData(network, None, None, None, None, None)
    record = await asyncio.to_thread(client.engine.jobs.get, address.job)
    network = await client.network(record.request.network)
    if not record.done:
        return JobData(network, record, None, None, None, None)
    evaluation, layer, patches, notice = None, None, None, None
    try:
        evaluation = await _evaluation(client, network, record)
        layer = named_layer(network, address.layer) if address.layer else default_layer(map_layers(network))
        if address.channel is not None:
            channels = range(address.channel, address.channel + 1)
            (patches,) = await client.wait(client.engine.jobs.patches(record.id, layer.id, channels))
    except ConvScopeError as error:
        notice = Notice.of(error)
    return JobData(network, record, evaluation, layer, patches, notice)


async def _evaluation(client: Client, network: Network, record: JobRecord) -> Evaluation | None:
    """How the network does on the photos that are done; None without classes, or where nothing is stored yet."""
    if not network.classes:
        return None
    try:
        return await client.wait(client.engine.jobs.evaluation(record.id))
    except NotAvailable:
        return None
