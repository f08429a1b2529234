"""The counterpart of a layer in a network: the layer that is worth comparing with it, and those to subtract."""

from math import log2, prod

from app.experiments.comparison.difference import cells_of
from app.nets.graph import Graph
from app.nets.layer import Layer

VISIBLE_SHARE = 10  # the maps of the first choice have at least this part of the input's height


def first_choice(graph: Graph) -> Layer:
    """The layer to compare where none is named: the last one with maps of at least a tenth of the input's height."""
    height = graph.input.shape[1]
    visible = [layer for layer in graph.layers if layer.has_maps and VISIBLE_SHARE * layer.map_size[0] >= height]
    return visible[-1] if visible else graph.last_map or graph.logits


def counterpart(graph: Graph, layer: Layer, other: Graph) -> Layer:
    """The layer of `other` that is most like `layer` of `graph`.

    Outputs that can be subtracted come first, then maps of about the same size, then a layer of the same id, then the
    same operator; of several, the one at about the same share of the depth.
    """
    depths = {each.id: place / len(other.layers) for place, each in enumerate(other.layers)}
    depth = graph.layers.index(layer) / len(graph.layers)

    def unlikeness(each: Layer) -> tuple[bool, float, bool, bool, float]:
        return (
            cells_of(each) != cells_of(layer),
            abs(log2(prod(each.map_size) / prod(layer.map_size))),
            each.id != layer.id,
            each.op != layer.op,
            abs(depths[each.id] - depth),
        )

    return min(other.layers, key=unlikeness)


def comparable_layers(graph: Graph, other: Graph) -> tuple[tuple[Layer, Layer], ...]:
    """Pairs of layers of two networks whose maps can be subtracted: of each shape the last ones."""
    own, others = ({cells_of(layer): layer for layer in each.layers if layer.has_maps} for each in (graph, other))
    return tuple((layer, others[shape]) for shape, layer in own.items() if shape in others)
