"""The scales of a layer's channels, from the layer's statistics: drawing one of 512 channels reads that one alone."""

from math import inf
from typing import Literal

from app.analysis.clipping import Clip
from app.analysis.statistics import Statistics
from app.errors import NonFinite
from app.rendering.scale import NOT_FINITE, Domain, Scale, scale_between

SheetDomain = Literal["layer", "channel"]


def channel_scale(statistics: Statistics, channel: int, domain: Domain, clip: Clip | None = None) -> Scale:
    """The scale of one channel: its own range, or with domain "layer" the range that all channels share.

    The layer's range ends where `clip` says, if it is given.

    A scale is signed if the layer has negative values, so that all channels use one colour map. A channel of a single
    cell has no range of its own: it gets the layer's scale, with domain "layer".

    Raises:
        NonFinite: the layer holds NaN or infinity.
    """
    layer, channels = statistics.layer, statistics.channels
    if layer.nan or layer.inf:
        raise NonFinite(NOT_FINITE)
    if domain == "layer" or channels.cells == 1:
        bound = inf if clip is None else clip.bound
        return scale_between(max(layer.min, -bound), min(layer.max, bound), "layer")
    low, high = float(channels.min[channel]), float(channels.max[channel])
    return scale_between(low, high, domain, signed=layer.min < 0)


def channel_scales(statistics: Statistics, domain: Domain, clip: Clip | None = None) -> tuple[Scale, ...]:
    """The scale of every channel."""
    return tuple(channel_scale(statistics, channel, domain, clip) for channel in range(statistics.layer.channels))
