"""A network in short: the silhouette of its layers, its figures, and whether it is ready."""

from dataclasses import dataclass

from app.nets.card import Accuracy, Card
from app.nets.network import Network
from app.web.pages.address import Address
from app.web.pages.silhouette import SilhouetteShape, silhouette


@dataclass(frozen=True, slots=True)
class NetworkCardView:
    """A network; `copy_href` leads to the small copy of one that has no weights here, if there is a copy."""

    card: Card
    href: str
    silhouette: tuple[SilhouetteShape, ...]
    params: int
    macs: int
    layers: int
    classes: int
    accuracy: Accuracy | None
    ready: bool
    chosen: bool
    copy_href: str | None = None


def network_card(network: Network, *, chosen: bool = False, small_copy: Network | None = None) -> NetworkCardView:
    """The card of a network; `small_copy` stands in for one without weights."""
    graph = network.graph
    needed = small_copy if not network.has_weights else None
    return NetworkCardView(
        card=network.card,
        href=f"./{Address(model=network.id).link()}",
        silhouette=silhouette(network),
        params=graph.params,
        macs=graph.macs,
        layers=len(graph.layers),
        classes=network.classes,
        accuracy=next(iter(network.accuracy), None),
        ready=network.has_weights,
        chosen=chosen,
        copy_href=f"./{Address(model=needed.id).link()}" if needed else None,
    )
