"""Two classes and the channels of a layer that both have among their strongest."""

from dataclasses import dataclass

import numpy as np

from app.experiments.probe import DEFAULT_STRONGEST, jaccard_matrix, shared_channels
from app.nets.labels import distinct_labels
from app.web.links import channel_path, pinned_id
from app.web.pages.experiments.layers.address import LayersAddress
from app.web.pages.experiments.layers.gather import LayersData, Probing

THUMBNAIL = 96  # pixels


@dataclass(frozen=True, slots=True)
class ChannelTile:
    """A channel of the layer for the picture: its number and the address of its map, None in a vector."""

    channel: int
    src: str | None
    href: str


@dataclass(frozen=True, slots=True)
class ClassPair:
    """Two classes by index, the channels that both share, and those of one alone."""

    one: int
    other: int
    labels: tuple[str, ...]
    count: int
    jaccard: float
    shared: tuple[ChannelTile, ...]
    only_one: tuple[ChannelTile, ...]
    only_other: tuple[ChannelTile, ...]


def class_pair(address: LayersAddress, data: LayersData, probing: Probing) -> ClassPair | None:
    """The classes of the address; by default what the network answers and the class that shares most with it.

    None for a layer without a probe.
    """
    probe = probing.probes.layers.get(data.layer.id)
    if probe is None:
        return None
    network = data.subject.network
    count = max(1, min(DEFAULT_STRONGEST, data.layer.channels // 2))
    one = _class(address.one, network.classes, int(data.scores.scores.argmax()))
    similar = jaccard_matrix(probe.class_means, count)[one]
    similar[one] = -1
    other = _class(address.other, network.classes, int(np.argmax(similar)))
    channels = shared_channels(probe.class_means, one, other, count)

    shared = set(channels.both)
    return ClassPair(
        one=one,
        other=other,
        labels=tuple(distinct_labels(network.labels)),
        count=count,
        jaccard=channels.jaccard,
        shared=tuple(_tile(data, channel) for channel in channels.both),
        only_one=tuple(_tile(data, channel) for channel in channels.one if channel not in shared),
        only_other=tuple(_tile(data, channel) for channel in channels.other if channel not in shared),
    )


def _class(text: str, classes: int, default: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and int(text) < classes else default


def _tile(data: LayersData, channel: int) -> ChannelTile:
    network, image, layer = data.subject.network, data.subject.image, data.layer
    path = channel_path(pinned_id(network), image, layer.id, channel)
    src = f"{path}?domain=layer&size={THUMBNAIL}" if layer.has_maps else None
    return ChannelTile(channel, src, f"?model={network.id}&image={image}&layer={layer.id}&channel={channel}")
