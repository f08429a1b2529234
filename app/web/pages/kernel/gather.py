"""Everything that the page of a kernel waits for."""

from dataclasses import dataclass

from app.analysis.statistics import Statistics
from app.arithmetic.photo_kernel import PhotoKernel
from app.engine.inference import Inference
from app.engine.photo_kernels import KernelResponse
from app.errors import ConvScopeError
from app.nets.layer import Layer, check_channel
from app.nets.network import Network
from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.pages.kernel.address import KernelAddress
from app.web.photo import photo_of


@dataclass(frozen=True, slots=True)
class OwnFilter:
    """A channel of a network to compare with, and the statistics of its layer for the photo."""

    network: Network
    layer: Layer
    channel: int
    statistics: Statistics


@dataclass(frozen=True, slots=True)
class KernelData:
    """The typed kernel and its response; None where the notice says why. `own` is the filter to compare with."""

    address: KernelAddress
    kernel: PhotoKernel | None
    response: KernelResponse | None
    own: OwnFilter | None
    notice: Notice | None


async def gather_kernel(client: Client, address: KernelAddress) -> KernelData:
    """The response of the photo to the kernel in the address. An error becomes a notice."""
    kernel, response, own, notice = None, None, None, None
    try:
        address = address.model_copy(update={"image": await photo_of(client, address.image)})
        kernel = address.photo_kernel()
        response = await client.wait(client.engine.photo_kernels.response(address.image, kernel))
        own = await _own_filter(client, address)
    except ConvScopeError as error:
        notice = Notice.of(error)
    return KernelData(address, kernel, response, own, notice)


async def _own_filter(client: Client, address: KernelAddress) -> OwnFilter | None:
    """The channel of the address; None if it names none, or one without finite maps."""
    if not address.model or not address.layer:
        return None
    network = await client.network(address.model)
    network.require_weights()
    layer, channel = network.layer(address.layer), address.channel or 0
    check_channel(layer, channel, layer.channels)
    run = await client.wait(client.engine.layers.summary(Inference(network, address.image)))
    statistics = run.statistics[layer.id]
    is_finite = not (statistics.layer.nan or statistics.layer.inf)
    return OwnFilter(network, layer, channel, statistics) if layer.has_maps and is_finite else None
