"""Everything that the page of a kernel waits for."""

from dataclasses import dataclass

from app.arithmetic.photo_kernel import PhotoKernel
from app.engine.photo_kernels import KernelResponse
from app.errors import ConvScopeError
from app.nets.layer import check_channel
from app.nets.network import Network
from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.pages.kernel.address import KernelAddress


@dataclass(frozen=True, slots=True)
class KernelData:
    """The typed kernel and its response; None where the notice says why. `network` is the one to compare with."""

    address: KernelAddress
    kernel: PhotoKernel | None
    response: KernelResponse | None
    network: Network | None
    notice: Notice | None


async def gather_kernel(client: Client, address: KernelAddress) -> KernelData:
    """The response of the photo to the kernel in the address. An error becomes a notice."""
    kernel, response, network, notice = None, None, None, None
    try:
        client.engine.pictures.require(address.image)
        kernel = address.photo_kernel()
        response = await client.wait(client.engine.photo_kernels.response(address.image, kernel))
        network = _network(client, address)
    except ConvScopeError as error:
        notice = Notice.of(error)
    return KernelData(address, kernel, response, network, notice)


def _network(client: Client, address: KernelAddress) -> Network | None:
    """The network of the address, if it has the channel and its maps; None if the address names none."""
    if not address.model or not address.layer:
        return None
    network = client.engine.network(address.model)
    network.require_weights()
    layer = network.layer(address.layer)
    check_channel(layer, address.channel or 0, layer.channels)
    return network if layer.has_maps else None
