"""Thumbnails of layers: the strongest channel, all channels of a matrix, or the bars of a vector."""

from dataclasses import dataclass

from app.analysis.statistics import Statistics
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.links import channel_path, layer_path, pinned_id
from app.web.pages.address import Address

THUMBNAIL_SIDE = 64
BARS_SIDE = 48  # pixels, the width in the list
OTHERS = 3


@dataclass(frozen=True, slots=True)
class ThumbnailView:
    """A thumbnail of the strongest channel, or of all values of a vector or a matrix, which fills a square.

    `others` are the next strongest channels.
    """

    src: str
    channel: int | None
    signed: bool
    others: tuple[int, ...] = ()
    is_matrix: bool = False


def thumbnail(network: Network, layer: Layer, address: Address, statistics: Statistics) -> ThumbnailView | None:
    """The thumbnail of a layer; None without a picture or with NaN or infinity."""
    layer_statistics = statistics.layer
    if address.image is None or layer_statistics.nan or layer_statistics.inf:
        return None
    signed = layer_statistics.min < 0
    if statistics.channels.cells == 1:
        return ThumbnailView(
            f"{layer_path(pinned_id(network), address.image, layer.id)}.png?size={BARS_SIDE}", None, signed
        )
    height, width = layer.map_size
    if height == 1 < width:  # a row for each channel: one alone is a line
        src = f"{layer_path(pinned_id(network), address.image, layer.id)}.png?size={THUMBNAIL_SIDE}"
        return ThumbnailView(src, None, signed, is_matrix=True)
    strongest, *others = (strong.channel for strong in layer_statistics.strongest[: 1 + OTHERS])
    path = channel_path(pinned_id(network), address.image, layer.id, strongest)
    return ThumbnailView(f"{path}?size={THUMBNAIL_SIDE}", strongest, signed, tuple(others))
