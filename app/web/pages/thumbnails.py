"""A layer in small: its strongest channel, or the bars of a vector."""

from dataclasses import dataclass

from app.analysis.statistics import Statistics
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.links import channel_path, layer_path, pinned_id
from app.web.pages.address import Address

THUMBNAIL_SIDE = 64
BARS_SIDE = 48  # as wide as the list shows them
OTHERS = 3


@dataclass(frozen=True, slots=True)
class ThumbnailView:
    """A layer in small: its strongest channel, or without a channel all its values; `others` come next in strength."""

    src: str
    channel: int | None
    signed: bool
    others: tuple[int, ...] = ()


def thumbnail(network: Network, layer: Layer, address: Address, found: Statistics) -> ThumbnailView | None:
    """The strongest channel, or where channels are single values all of them, as bars."""
    whole = found.layer
    if address.image is None or whole.nan or whole.inf:
        return None
    signed = whole.min < 0
    if found.channels.cells == 1:
        return ThumbnailView(
            f"{layer_path(pinned_id(network), address.image, layer.id)}.png?size={BARS_SIDE}", None, signed
        )
    strongest, *others = (strong.channel for strong in whole.strongest[: 1 + OTHERS])
    path = channel_path(pinned_id(network), address.image, layer.id, strongest)
    return ThumbnailView(f"{path}?size={THUMBNAIL_SIDE}", strongest, signed, tuple(others))
