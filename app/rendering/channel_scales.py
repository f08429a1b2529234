"""The scales of a layer's channels, from the layer's statistics: drawing one of 512 channels reads that one alone."""

from collections.abc import Sequence
from math import inf
from typing import Literal

from app.analysis.clipping import Clip
from app.analysis.statistics import LayerStatistics, Statistics
from app.errors import NonFinite
from app.rendering.scale import NOT_FINITE, Domain, Scale, scale_between

SheetDomain = Literal["layer", "channel"]


def channel_scale(
    statistics: Statistics, channel: int, domain: Domain, clip: Clip | None = None, *, signed: bool = False
) -> Scale:
    """The scale of one channel: its own range, or with domain "layer" the range that all channels share.

    The layer's range ends where `clip` says, if it is given.

    A scale is `signed` anyway if the layer has negative values, so that all channels use one colour map. A channel of a
    single cell has no range of its own: it gets the layer's scale, with domain "layer".

    Raises:
        NonFinite: the layer holds NaN or infinity.
    """
    layer, channels = _finite(statistics), statistics.channels
    signed = signed or layer.min < 0
    if domain == "layer" or channels.cells == 1:
        bound = inf if clip is None else clip.bound
        return scale_between(max(layer.min, -bound), min(layer.max, bound), "layer", signed=signed)
    low, high = float(channels.min[channel]), float(channels.max[channel])
    return scale_between(low, high, domain, signed=signed)


def channel_scales(
    statistics: Statistics, domain: Domain, clip: Clip | None = None, *, signed: bool = False
) -> tuple[Scale, ...]:
    """The scale of every channel, as `channel_scale` gives it."""
    count, first = statistics.layer.channels, channel_scale(statistics, 0, domain, clip, signed=signed)
    if first.domain == "layer":  # a vector may have a million values
        return (first,) * count
    return tuple(channel_scale(statistics, channel, domain, clip, signed=signed) for channel in range(count))


def fixed_scale(statistics: Statistics, end: float, *, signed: bool = False) -> Scale:
    """The scale of every channel up to a given `end`, with the negative values as well if the layer has any.

    Raises:
        NonFinite: the layer holds NaN or infinity.
    """
    signed = signed or _finite(statistics).min < 0
    return Scale(-end if signed else 0.0, end, "fixed", signed)


def shared_scale(statistics: Sequence[Statistics], clips: Sequence[Clip]) -> Scale:
    """One scale for several layers, which ends where the last of their clipped scales does.

    Raises:
        NonFinite: one of the layers holds NaN or infinity.
    """
    layers, bound = [_finite(each) for each in statistics], max(clip.bound for clip in clips)
    low, high = min(layer.min for layer in layers), max(layer.max for layer in layers)
    return scale_between(max(low, -bound), min(high, bound), "fixed")


def _finite(statistics: Statistics) -> LayerStatistics:
    layer = statistics.layer
    if layer.nan or layer.inf:
        raise NonFinite(NOT_FINITE)
    return layer
