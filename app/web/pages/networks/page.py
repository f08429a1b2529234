"""The data of the page of networks: cards, grouped by family."""

from dataclasses import dataclass
from types import SimpleNamespace

from app.nets.catalog import BrokenNetwork, Catalog
from app.nets.network import Network
from app.web.pages.address import Address
from app.web.pages.components import Notice
from app.web.pages.network_card import NetworkCardView, network_card


@dataclass(frozen=True, slots=True)
class NetworkGroupView:
    """The networks of one family; `family` is None for those of no family of the lecture."""

    family: SimpleNamespace | None
    cards: tuple[NetworkCardView, ...]


@dataclass(frozen=True, slots=True)
class NetworksPage:
    """All networks, those that are ready first in each group. `view` is the query of the view that one chooses for.

    `notice` tells why a network of one's own was not opened.
    """

    view: str
    groups: tuple[NetworkGroupView, ...]
    broken: tuple[BrokenNetwork, ...]
    notice: Notice | None


def networks_page(
    catalog: Catalog, families: list[SimpleNamespace], view: Address, notice: Notice | None = None
) -> NetworksPage:
    """The page; `families` are those of the lecture, in its order. The links lead to the view with another network."""
    networks = sorted(catalog, key=lambda network: not network.has_weights)
    copies = {catalog.original_of(network): network for network in networks if network.has_weights}

    def group(family: SimpleNamespace | None, members: list[Network]) -> NetworkGroupView:
        return NetworkGroupView(
            family, tuple(network_card(network, view, copies.get(network.id)) for network in members)
        )

    groups = [group(family, [each for each in networks if each.card.family in family.match]) for family in families]
    named = {name for family in families for name in family.match}
    groups.append(group(None, [network for network in networks if network.card.family not in named]))
    return NetworksPage(view.link(), tuple(each for each in groups if each.cards), catalog.broken, notice)
