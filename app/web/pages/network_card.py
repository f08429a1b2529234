"""A network in short: the silhouette of its layers, its figures, and whether it is ready."""

from dataclasses import dataclass

from app.nets.card import Accuracy, Card
from app.nets.graph_outputs.output import OutputKind, kinds_of
from app.nets.network import Network
from app.web.pages.address import Address
from app.web.pages.silhouette import SilhouetteShape, silhouette


@dataclass(frozen=True, slots=True)
class NetworkCardView:
    """A network; `href` leads to it, and `copy_href` to the small copy of one without weights, if there is a copy.

    `chosen` is whether the view is of this network.
    """

    card: Card
    href: str
    silhouette: tuple[SilhouetteShape, ...]
    params: int
    macs: int
    layers: int
    classes: int
    outputs: tuple[OutputKind, ...]
    accuracy: Accuracy | None
    ready: bool
    chosen: bool
    copy_id: str | None
    copy_href: str | None


def network_card(network: Network, view: Address, small_copy: Network | None = None) -> NetworkCardView:
    """The card of a network; its links keep the picture of the view. `small_copy` is that of one without weights."""
    graph = network.graph
    needed = small_copy if not network.has_weights else None
    return NetworkCardView(
        card=network.card,
        href=_href(view, network),
        silhouette=silhouette(network),
        params=graph.params,
        macs=graph.macs,
        layers=len(graph.layers),
        classes=network.classes,
        outputs=kinds_of(network.outputs),
        accuracy=next(iter(network.accuracy), None),
        ready=network.has_weights,
        chosen=network.id == view.model,
        copy_id=needed.id if needed else None,
        copy_href=_href(view, needed) if needed else None,
    )


def _href(view: Address, network: Network) -> str:
    return f"./{view.link(model=network.id, layer=None, channel=None, open=None)}"
