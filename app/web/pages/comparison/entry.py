"""One network's figures in a comparison: from its graph, its card and the times measured here."""

from dataclasses import dataclass

from app.engine.engine import Engine
from app.nets.card import Accuracy, Card
from app.nets.network import Network
from app.web.pages.sums import SumView, sum_view


@dataclass(frozen=True, slots=True)
class NetworkEntry:
    """One network and its figures. `original` is the name of the network that it is a narrower copy of.

    `field` is the larger side of the last map's receptive field in pixels. `accuracy` is the first measurement of the
    weights that are here or are known to fit. `published` is the top-1 accuracy of the paper, None for a copy.
    """

    card: Card
    ready: bool
    original: str | None
    has_copy: bool
    depth: int
    params: int
    params_sum: SumView
    macs: int
    macs_sum: SumView
    nbytes: int
    activation_bytes: int
    field: float | None
    milliseconds: float | None
    accuracy: Accuracy | None
    published: float | None


def network_entry(engine: Engine, network: Network, has_copy: bool = False) -> NetworkEntry:
    """The figures of one network: the time is measured, all others follow from its graph and its card."""
    graph = network.graph
    original = engine.catalog.original_of(network)
    last, seconds = graph.last_map, engine.timings.known(network)
    return NetworkEntry(
        card=network.card,
        ready=network.has_weights,
        original=engine.catalog.published[original].name if original else None,
        has_copy=has_copy,
        depth=graph.depth,
        params=graph.params,
        params_sum=sum_view(graph.layers, "params", graph.params),
        macs=graph.macs,
        macs_sum=sum_view(graph.layers, "macs", graph.macs),
        nbytes=network.nbytes,
        activation_bytes=graph.activation_bytes,
        field=max(last.receptive_field.size) if last else None,
        milliseconds=None if seconds is None else 1e3 * seconds,
        accuracy=next(iter(network.accuracy), None),
        published=network.card.paper.top1 if network.card.paper and not original else None,
    )
