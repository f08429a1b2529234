"""The data of the page of a kernel: the typed numbers, the photo, its response, and a channel to compare with."""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from app.arithmetic.photo_kernel import Rows, format_row, format_rows
from app.engine.photo_kernels import KernelResponse
from app.rendering.channel_scales import channel_scale
from app.rendering.colormap import ColormapName
from app.rendering.scale import Scale, scale_of
from app.web.links import channel_path, pinned_id
from app.web.pages.components import Choice, ColourTable, Notice, colour_filters
from app.web.pages.kernel.address import KernelAddress
from app.web.pages.kernel.gather import KernelData, OwnFilter
from app.web.pages.presets import PRESETS

MAP_SIDE = 512  # pixels


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
    """A channel of a network on the same photo: its map with the scale of its colours, and the view it comes from."""

    layer: str
    channel: int
    src: str
    scale: Scale
    href: str


@dataclass(frozen=True, slots=True)
class KernelPage:
    """The page; `rows` are the numbers of the kernel, and without a `response` the notice says why.

    `lines` is the kernel as it is typed.
    """

    address: KernelAddress
    presets: tuple[Choice, ...]
    modes: tuple[Choice, ...]
    rows: Rows
    lines: tuple[str, ...]
    photo: str
    response: KernelResponseView | None
    own: OwnFilterView | None
    notice: Notice | None
    unsigned: ColourTable
    signed: ColourTable

    @property
    def is_kernel_wrong(self) -> bool:
        """Whether the notice is about what was typed."""
        return self.notice is not None and self.notice.status == HTTPStatus.BAD_REQUEST


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
        lines=tuple(map(format_row, kernel.rows)) if kernel else (address.kernel,),
        photo=f"api/v1/images/{address.image}.png?size=512",
        response=_response(address, data.response) if data.response else None,
        own=_own_filter(data.own, address) if data.own else None,
        notice=data.notice,
        unsigned=colour_filters("grey")[0],
        signed=colour_filters("auto")[1],
    )


def _response(address: KernelAddress, response: KernelResponse) -> KernelResponseView:
    scale = None if address.colour else scale_of(response.values, "layer")
    rows, columns = response.values.shape[1:]
    return KernelResponseView(
        src=f"api/v1/images/{address.image}/kernel.png?{address.picture_query(_colormap(scale))}",
        size=(columns, rows),
        photo_size=response.photo_size[::-1],
        formulas=response.formulas,
        scale=scale,
    )


def _own_filter(own: OwnFilter, address: KernelAddress) -> OwnFilterView:
    """The channel of the address on the same photo, on its own range as the response is."""
    scale = channel_scale(own.statistics, own.channel, "channel")
    path = channel_path(pinned_id(own.network), address.image, own.layer.id, own.channel)
    query = {"size": MAP_SIDE, "domain": "channel", "colormap": _colormap(scale)}
    view = {"model": own.network.id, "image": address.image, "layer": own.layer.id, "channel": own.channel}
    return OwnFilterView(own.layer.name, own.channel, f"{path}?{urlencode(query)}", scale, f"./?{urlencode(view)}")


def _colormap(scale: Scale | None) -> ColormapName:
    """The colours of the page's legends."""
    return "diverging" if scale and scale.signed else "grey"
