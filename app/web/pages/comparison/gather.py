"""The numbers behind the comparison: runs of the networks and times, which a route waits for."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from app.engine.activations import RunSummary
from app.engine.inference import Inference
from app.errors import ConvScopeError, NetworkError
from app.nets.network import Network
from app.web.deps import Client
from app.web.pages.components import Notice


@dataclass(frozen=True, slots=True)
class NetworkRun:
    """A network and its activations for a picture, or the reason why there are none."""

    network: Network
    summary: RunSummary | None
    note: str | None = None
    notice: Notice | None = None


async def gather_runs(client: Client, image: str, networks: Sequence[Network]) -> list[NetworkRun]:
    """The run of each network; the failure of one does not affect the others.

    Raises:
        ConvScopeError: there is no such picture.
    """
    await asyncio.to_thread(client.engine.pictures.get, image)
    return [await _run(client, Inference(network, image)) for network in networks]


async def measure_times(client: Client) -> None:
    """Measure the time of one run of every network that has weights.

    Raises:
        NetworkError: one of them can't be run; the others are measured.
        ConvScopeError: the server is busy or a run takes too long.
    """
    failure: NetworkError | None = None
    for network in client.engine.catalog:
        if network.has_weights:
            try:
                await client.wait(client.engine.timings.measure(network))
            except NetworkError as error:
                failure = failure or error
    if failure is not None:
        raise failure


async def _run(client: Client, inference: Inference) -> NetworkRun:
    try:
        summary = await client.wait(client.engine.layers.summary(inference))
        note = await client.picture_note(inference)
        await client.wait(client.engine.timings.measure(inference.network))
    except ConvScopeError as error:
        return NetworkRun(inference.network, None, None, Notice.of(error))
    return NetworkRun(inference.network, summary, note)
