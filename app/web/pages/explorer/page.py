"""What the page's template is given: all three places together."""

from dataclasses import dataclass

from app.errors import UnknownChannel, UnknownLayer
from app.nets.layer import INPUT
from app.nets.network import Network
from app.web.deps import Client
from app.web.pages.address import Address, Part
from app.web.pages.components import Choice, ColourTable, Notice, colormap_choices, colour_filters
from app.web.pages.explanation.panel import ExplanationView, explanation_view
from app.web.pages.explorer.downloads import TakeAway, take_away
from app.web.pages.explorer.gather import Found, Seen
from app.web.pages.explorer.input import Prepared
from app.web.pages.explorer.layer import LayerContext, layer_context
from app.web.pages.explorer.network import NetworkContext, network_context
from app.web.pages.explorer.picture import Shown
from app.web.pages.samples import Sample
from app.web.pages.site import Site


@dataclass(frozen=True, slots=True)
class Page:
    """The page. `inspected` is what the third place shows: the network itself until a layer is chosen,
    or what the network was given, if that is `prepared`, or an `explanation`."""

    address: Address
    part: Part
    samples: tuple[Sample, ...]
    network: NetworkContext
    shown: Shown | None
    inspected: LayerContext | None
    prepared: Prepared | None
    explanation: ExplanationView | None
    takeaway: TakeAway
    picture_notice: Notice | None
    layer_notice: Notice | None
    colormaps: tuple[Choice, ...]
    unsigned: ColourTable
    signed: ColourTable
    max_bytes: int

    @property
    def status(self) -> int:
        notice = self.picture_notice or self.layer_notice or (self.explanation.notice if self.explanation else None)
        return notice.status if notice else 200


def _context(client: Client, network: Network, address: Address, part: Part, seen: Seen) -> Page:
    site: Site = client.request.app.state.site
    statistics = seen.run.statistics if seen.run else None
    inspected, layer_notice = _inspected(network, address, seen.found)
    unsigned, signed = colour_filters(address.colormap)
    return Page(
        address=address,
        part=part,
        samples=site.samples,
        network=network_context(client.engine.catalog, network, address, statistics, listed=part == "page"),
        shown=seen.shown,
        inspected=inspected,
        prepared=seen.prepared,
        explanation=explanation_view(network, address, seen.explanation) if seen.explanation else None,
        takeaway=_takeaway(client, network, address, seen),
        picture_notice=seen.notice,
        layer_notice=layer_notice,
        colormaps=colormap_choices(address),
        unsigned=unsigned,
        signed=signed,
        max_bytes=site.max_bytes,
    )


def _takeaway(client: Client, network: Network, address: Address, seen: Seen) -> TakeAway:
    """What can be taken away of what is shown: nothing of a picture or an explanation where there is none."""
    if seen.run is None:
        address = address.model_copy(update={"image": None})
    if seen.explanation is not None and seen.explanation.notice is not None:
        address = address.model_copy(update={"why": None})
    effective = seen.found.effective is not None and address.why is None
    return take_away(network, address, str(client.request.base_url), effective=effective)


def _inspected(network: Network, address: Address, found: Found) -> tuple[LayerContext | None, Notice | None]:
    """The layer that is looked at; where the channel or the layer is unknown, what there is and a word about it."""
    if address.layer is None or address.layer == INPUT:
        return None, None
    try:
        layer = network.layer(address.layer)
    except UnknownLayer as error:
        return None, Notice.of(error)
    try:
        return layer_context(network, layer, address, found), found.notice
    except UnknownChannel as error:
        return layer_context(network, layer, address.model_copy(update={"channel": None}), found), Notice.of(error)
