"""The network: its card, its totals, and its layers grouped by block."""

from dataclasses import dataclass
from itertools import groupby

from app.analysis.operator_kind import operator_kind
from app.nets.card import Card, InputSpec
from app.nets.catalog import BrokenNetwork, Catalog
from app.nets.graph_outputs.output import OutputKind, kinds_of
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.pages.explorer.formulas import FormulasView, formulas_of
from app.web.pages.explorer.gather import PageData
from app.web.pages.silhouette import SilhouetteShape, silhouette
from app.web.pages.sums import SumView, sum_view
from app.web.pages.thumbnails import ThumbnailView, thumbnail
from app.web.pages.wording import short_name

DESCRIPTION = ("idea", "drawback", "family", "year", "paper", "trained_on", "licence", "source")


@dataclass(frozen=True, slots=True)
class LayerRowView:
    """One layer in the list of layers."""

    layer: Layer
    name: str
    kind: str
    href: str
    formulas: FormulasView
    thumbnail: ThumbnailView | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class BlockView:
    """Consecutive layers of one block; `name` is None for layers outside all blocks."""

    name: str | None
    rows: tuple[LayerRowView, ...]
    params: int
    macs: int


@dataclass(frozen=True, slots=True)
class TotalsView:
    """The figures of a whole network, and what its outputs are."""

    layers: int
    params: SumView
    macs: SumView
    depth: int
    classes: int
    outputs: tuple[OutputKind, ...]


@dataclass(frozen=True, slots=True)
class NetworkView:
    """The chosen network and its preprocessing. `ready` is whether it has weights, `ready_count` how many networks do.

    `remarks` say what of it is not as one would think, `unknown` are the fields of its card that say nothing, `nbytes`
    is the size of its file with weights. `broken` are those that can't be used. `blocks` is empty unless the whole page
    is asked for, `silhouette` where the view is of something in the network.
    """

    card: Card
    input: InputSpec
    remarks: tuple[str, ...]
    unknown: tuple[str, ...]
    nbytes: int
    ready: bool
    totals: TotalsView
    ready_count: int
    broken: tuple[BrokenNetwork, ...]
    blocks: tuple[BlockView, ...]
    silhouette: tuple[SilhouetteShape, ...]


def network_view(catalog: Catalog, data: PageData) -> NetworkView:
    """The network of the view. Its layers have thumbnails if there is a run."""
    network, graph = data.network, data.network.graph
    blocks = groupby(graph.layers, key=lambda layer: layer.block) if data.part == "page" else ()
    return NetworkView(
        card=network.card,
        input=network.input_spec,
        remarks=network.graph.remarks,
        unknown=_unknown_fields(network),
        nbytes=network.nbytes,
        totals=TotalsView(
            layers=len(graph.layers),
            params=sum_view(graph.layers, "params", graph.params),
            macs=sum_view(graph.layers, "macs", graph.macs),
            depth=graph.depth,
            classes=network.classes,
            outputs=kinds_of(network.outputs),
        ),
        ready=network.has_weights,
        ready_count=sum(each.has_weights for each in catalog),
        broken=catalog.broken,
        blocks=tuple(_block(name, tuple(layers), data) for name, layers in blocks),
        silhouette=() if data.address.layer or data.explanation else silhouette(network),
    )


def _unknown_fields(network: Network) -> tuple[str, ...]:
    """The facts on a card that this one does not have; of a network without classes, labels are none of them."""
    empty = [name for name in DESCRIPTION if getattr(network.card, name) is None]
    return (*empty, "labels") if network.classes and not network.class_names else tuple(empty)


def _block(name: str | None, layers: tuple[Layer, ...], data: PageData) -> BlockView:
    rows = tuple(_row(layer, data) for layer in layers)
    return BlockView(name, rows, sum(layer.params for layer in layers), sum(layer.macs for layer in layers))


def _row(layer: Layer, data: PageData) -> LayerRowView:
    address, run = data.address, data.run
    return LayerRowView(
        layer=layer,
        name=short_name(layer),
        kind=operator_kind(layer.op),
        href=address.link(layer=layer.id, channel=None),
        formulas=formulas_of(data.network, layer),
        thumbnail=thumbnail(data.network, layer, address, run.statistics[layer.id]) if run else None,
        chosen=layer.id == address.layer,
    )
