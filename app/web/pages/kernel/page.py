"""The data of the page of a kernel: the typed numbers, the photo, its response, and a channel to compare with."""

from dataclasses import dataclass
from urllib.parse import urlencode

from app.arithmetic.photo_kernel import format_rows
from app.engine.photo_kernels import KernelResponse
from app.nets.network import Network
from app.rendering.scale import Scale, scale_of
from app.web.links import channel_path, pinned_id
from app.web.pages.components import Choice, ColourTable, Notice, colour_filters
from app.web.pages.kernel.address import KernelAddress
from app.web.pages.kernel.gather import KernelData
from app.web.pages.kernel.presets import PRESETS


@dataclass(frozen=True, slots=True)
class KernelResponseView:
    """The response of the photo: its PNG with (width, height), the size as formulas, and the scale of its colours.

    In colour there is no scale.
    """

    src: str
    size: tuple[int, int]
    photo_size: tuple[int, int]
    formulas: tuple[str, ...]
    scale: Scale | None


@dataclass(frozen=True, slots=True)
class OwnFilterView:
    """A channel of a network on the same photo: its map, and the view that it comes from."""

    layer: str
    channel: int
    src: str
    href: str


@dataclass(frozen=True, slots=True)
class KernelPage:
    """The page; `rows` are the numbers of the kernel, and without a `response` the notice says why."""

    address: KernelAddress
    presets: tuple[Choice, ...]
    modes: tuple[Choice, ...]
    rows: tuple[tuple[float, ...], ...]
    photo: str
    response: KernelResponseView | None
    own: OwnFilterView | None
    notice: Notice | None
    unsigned: ColourTable
    signed: ColourTable


def kernel_page(data: KernelData) -> KernelPage:
    """The page of an address."""
    address, kernel = data.address, data.kernel
    chosen = format_rows(kernel.rows) if kernel else ""
    names = {name: format_rows(rows) for name, rows in PRESETS.items()}
    return KernelPage(
        address=address,
        presets=tuple(Choice(name, address.link(kernel=text), text == chosen) for name, text in names.items()),
        modes=tuple(
            Choice(name, address.link(colour=in_colour), address.colour == in_colour)
            for name, in_colour in (("luma", False), ("colour", True))
        ),
        rows=kernel.rows if kernel else (),
        photo=f"api/v1/images/{address.image}.png?size=512",
        response=_response(address, data.response) if data.response else None,
        own=_own_filter(data.network, address) if data.network else None,
        notice=data.notice,
        unsigned=colour_filters("grey")[0],
        signed=colour_filters("auto")[1],
    )


def _response(address: KernelAddress, response: KernelResponse) -> KernelResponseView:
    scale = None if address.colour else scale_of(response.values, "layer")
    colormap = "diverging" if scale and scale.signed else "grey"
    rows, columns = response.values.shape[1:]
    return KernelResponseView(
        src=f"api/v1/images/{address.image}/kernel.png?{address.picture_query(colormap)}",
        size=(columns, rows),
        photo_size=response.photo_size[::-1],
        formulas=response.formulas,
        scale=scale,
    )


def _own_filter(network: Network, address: KernelAddress) -> OwnFilterView:
    """The channel of the address on the same photo."""
    layer, channel = network.layer(str(address.layer)), address.channel or 0
    view = {"model": network.id, "image": address.image, "layer": layer.id, "channel": channel}
    return OwnFilterView(
        layer=layer.name,
        channel=channel,
        src=f"{channel_path(pinned_id(network), address.image, layer.id, channel)}?size=512&domain=layer&colormap=auto",
        href=f"./?{urlencode(view)}",
    )
