"""The data of the comparison of two layers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args
from urllib.parse import urlencode

from app.engine.engine import Engine
from app.errors import ConvScopeError
from app.experiments.comparison.counterpart import comparable_layers
from app.experiments.comparison.difference import Difference
from app.nets.card import Card
from app.nets.layer import Layer
from app.rendering.channel_scales import shared_scale
from app.rendering.scale import Scale
from app.web.links import image_api_path, pinned_id
from app.web.pages.address import Address
from app.web.pages.components import Choice, ColourTable, NetworkOption, Notice, colour_filters
from app.web.pages.experiments.compare.address import PATH, LayerPairAddress, ScaleChoice
from app.web.pages.experiments.compare.figures import MapsView, difference_maps, side_maps
from app.web.pages.experiments.compare.gather import LayerPair, SideRun
from app.web.pages.experiments.subject import SubjectPlace, SubjectView, subject_view
from app.web.pages.legend import map_legend
from app.web.pages.prediction import TopClassesView, top_classes, unit_name
from app.web.pages.site import Site

CLASSES = 3  # of each prediction
LISTED = 8  # channels or units that differ most
SUBTRACTABLE = 4  # pairs of layers that are offered where two can't be subtracted


@dataclass(frozen=True, slots=True)
class LayerOption:
    """A layer to choose."""

    id: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class LayerSideView:
    """One of the layers: its network, its input with the prediction, and its maps.

    `href` is the layer in the Explorer, `options` are the layers to choose from. Without a run there are no maps.
    """

    card: Card
    layer: Layer
    view: str
    href: str
    options: tuple[LayerOption, ...]
    prediction: TopClassesView | None
    maps: MapsView | None


@dataclass(frozen=True, slots=True)
class DifferingChannelView:
    """A channel, the root mean square of its differences, and the page with its maps."""

    channel: int
    rms: float
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class DifferingUnitView:
    """A unit of a vector with both values and their difference; `name` is that of its class."""

    unit: int
    name: str | None
    values: tuple[float, float]
    difference: float


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """How far the second layer is from the first one, its maps, and the channels or units that differ most."""

    difference: Difference
    maps: MapsView | None
    channels: tuple[DifferingChannelView, ...]
    units: tuple[DifferingUnitView, ...]


@dataclass(frozen=True, slots=True)
class LayerPairLink:
    """Two layers of the same shape, and their comparison."""

    names: tuple[str, str]
    href: str


@dataclass(frozen=True, slots=True)
class LayerPairPage:
    """The page: two layers, their difference or the `reason` why there is none, and the forms that choose them.

    Without a difference, `subtractable` are layers that have one.
    `channel` is the one whose maps are drawn, one of `channels`, and `previous` and `following` are the pages of its
    neighbours; `search` is the query without it. `other` has the networks to compare with, and `other_picture` is where
    a photo for the second layer is sent; `changed_picture` changes the photo of the first one. `networks` is the
    comparison of both networks as a whole.
    """

    address: LayerPairAddress
    subject: SubjectView
    sides: tuple[LayerSideView, LayerSideView]
    difference: DifferenceView | None
    reason: str | None
    subtractable: tuple[LayerPairLink, ...]
    channel: int
    channels: int
    previous: str | None
    following: str | None
    other: tuple[NetworkOption, ...]
    other_picture: str
    changed_picture: str
    swapped: str
    search: str
    networks: str | None
    notices: tuple[Notice, ...]
    other_notice: Notice | None
    scales: tuple[Choice, ...]
    unsigned: ColourTable
    signed: ColourTable


def layer_pair_page(site: Site, engine: Engine, pair: LayerPair, refusal: Notice | None) -> LayerPairPage:
    """The page of two layers; `refusal` says why a photo was not added."""
    address, adds_other = pair.address, pair.address.adds == "other_image"
    one, other = (compared.layer for compared in pair.layers)
    channels = min(one.channels, other.channels)
    channel = _channel(pair, channels)
    scales, notices = _scales(pair)
    return LayerPairPage(
        address=address,
        subject=_subject(site, engine, pair, None if adds_other else refusal),
        sides=(_side(pair, 0, channel, scales), _side(pair, 1, channel, scales)),
        difference=_difference(pair, channel) if scales else None,
        reason=pair.reason,
        subtractable=_subtractable(pair) if pair.reason else (),
        channel=channel,
        channels=channels,
        previous=address.link(channel=channel - 1) if channel > 0 else None,
        following=address.link(channel=channel + 1) if channel + 1 < channels else None,
        other=_networks(engine, pair),
        other_picture=address.link(other_image=None, channel=None, adds="other_image"),
        changed_picture=_changed_picture(address),
        swapped=address.swapped(),
        search=address.link(channel=None).removeprefix(PATH),
        networks=_whole_networks(pair),
        notices=notices,
        other_notice=refusal if adds_other else None,
        scales=tuple(Choice(name, address.link(scale=name), name == address.scale) for name in get_args(ScaleChoice)),
        **dict(zip(("unsigned", "signed"), colour_filters("auto"), strict=True)),
    )


def _channel(pair: LayerPair, channels: int) -> int:
    """The channel of the address, else the one that differs most, else the strongest one of the first layer."""
    if pair.address.channel is not None:
        return pair.address.channel
    if pair.difference:
        return int(pair.difference.order[0])
    strongest = pair.runs[0].statistics.layer.strongest if pair.runs else ()
    return next((strong.channel for strong in strongest if strong.channel < channels), 0)


def _scales(pair: LayerPair) -> tuple[tuple[Scale, ...], tuple[Notice, ...]]:
    """The scale of each layer; none and a notice where one of them holds NaN or infinity."""
    runs = pair.runs or ()
    together = [runs] * len(runs) if pair.address.scale == "shared" else [(run,) for run in runs]
    try:
        return tuple(_scale_of(group) for group in together), pair.notices
    except ConvScopeError as error:
        return (), (*pair.notices, Notice.of(error))


def _scale_of(runs: Sequence[SideRun]) -> Scale:
    return shared_scale([run.statistics for run in runs], [run.clip for run in runs])


def _subject(site: Site, engine: Engine, pair: LayerPair, refusal: Notice | None) -> SubjectView:
    address = pair.address
    place = SubjectPlace(
        action=PATH,
        hidden=address.query(model=None, layer=None, channel=None),
        with_picture=address.link(image=None, channel=None),
    )
    return subject_view(site, engine, pair.layers[0].inference, place, refusal)


def _side(pair: LayerPair, index: int, channel: int, scales: Sequence[Scale]) -> LayerSideView:
    compared = pair.layers[index]
    inference, layer = compared.inference, compared.layer
    network = inference.network
    address = Address(model=network.id, image=inference.image, layer=layer.id, top_k=CLASSES)
    run: SideRun | None = pair.runs[index] if pair.runs else None
    place = {"layer": layer.id} | ({"channel": channel} if layer.has_maps else {})
    return LayerSideView(
        card=network.card,
        layer=layer,
        view=f"{image_api_path(pinned_id(network), inference.image)}/view.png",
        href=Address(model=network.id, image=inference.image).link(**place),
        options=tuple(LayerOption(each.id, each.name, each is layer) for each in network.graph.layers),
        prediction=top_classes(network, run.run.scores, address) if run else None,
        maps=side_maps(compared, channel, scales[index]) if scales else None,
    )


def _difference(pair: LayerPair, channel: int) -> DifferenceView | None:
    difference = pair.difference
    if difference is None:
        return None
    layer, statistics = pair.layers[1].layer, difference.statistics.layer
    drawn = None
    if not (statistics.nan or statistics.inf):
        bound = difference.clip.bound
        scale = Scale(-bound, bound, "layer", signed=True)
        drawn = difference_maps(pair.layers, channel, scale, map_legend(scale, statistics, difference.clip))
    return DifferenceView(
        difference=difference,
        maps=drawn,
        channels=_channels(pair.address, difference, channel) if layer.has_maps else (),
        units=() if layer.has_maps else _units(pair, difference),
    )


def _channels(address: LayerPairAddress, difference: Difference, channel: int) -> tuple[DifferingChannelView, ...]:
    return tuple(
        DifferingChannelView(each, float(difference.channel_rms[each]), address.link(channel=each), each == channel)
        for each in difference.order[:LISTED].tolist()
    )


def _units(pair: LayerPair, difference: Difference) -> tuple[DifferingUnitView, ...]:
    """The units of two vectors that differ most; the mean of a channel of one cell is its value."""
    if pair.runs is None:
        return ()
    one, other = (run.statistics.channels.mean for run in pair.runs)
    compared = pair.layers[1]
    return tuple(
        DifferingUnitView(
            unit,
            name if name != str(unit) else None,
            (float(one[unit]), float(other[unit])),
            float(other[unit] - one[unit]),
        )
        for unit in difference.order[:LISTED].tolist()
        for name in [unit_name(compared.inference.network, compared.layer, unit)]
    )


def _subtractable(pair: LayerPair) -> tuple[LayerPairLink, ...]:
    graphs = [compared.inference.network.graph for compared in pair.layers]
    return tuple(
        LayerPairLink((one.name, other.name), pair.address.link(layer=one.id, other_layer=other.id, channel=None))
        for one, other in comparable_layers(*graphs)[-SUBTRACTABLE:]
    )


def _networks(engine: Engine, pair: LayerPair) -> tuple[NetworkOption, ...]:
    """The networks to compare with: those that can run, and own networks that are compared."""
    compared = [each.inference.network for each in pair.layers]
    offered = {network.id: network for network in (*engine.catalog, *compared) if network.has_weights}
    return tuple(
        NetworkOption(each.id, each.card.name, each.has_weights, each.id == compared[1].id) for each in offered.values()
    )


def _changed_picture(address: LayerPairAddress) -> str:
    query = {"model": address.model, "image": address.image, "layer": address.layer}
    return f"experiments/picture?{urlencode(query)}"


def _whole_networks(pair: LayerPair) -> str | None:
    """The comparison of two different networks on the photo of the first one."""
    ids = [compared.inference.network.id for compared in pair.layers]
    if ids[0] == ids[1]:
        return None
    return f"compare?{urlencode({'image': pair.layers[0].inference.image, 'models': ','.join(ids)}, safe=',')}"
