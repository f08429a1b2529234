"""The silhouette of a network: a bar for each layer with weights, as high as its maps and as wide as it has channels.

Both are on a logarithmic scale.
"""

import math
from dataclasses import dataclass

from app.analysis.operator_kind import operator_kind
from app.nets.layer import Layer
from app.nets.network import Network

WIDTH, HEIGHT = 360, 72
DRAWN = {"convolution", "pooling", "merge", "dense"}
LEAST, GAP = 4.0, 1.5
GAPS = 0.3  # the share of the width that all gaps have at most


@dataclass(frozen=True, slots=True)
class SilhouetteShape:
    """One layer: the points of its polygon, coloured by its kind of operator."""

    kind: str
    points: str


def silhouette(network: Network) -> tuple[SilhouetteShape, ...]:
    """The layers with weights, poolings and merges from left to right, filling the whole width."""
    layers = [layer for layer in network.graph.layers if operator_kind(layer.op) in DRAWN]
    largest = max((max(layer.map_size) for layer in layers), default=1)
    widths = [_width(layer) for layer in layers]
    gap = min(GAP, GAPS * WIDTH / max(1, len(layers)))
    unit = (WIDTH - gap * (len(layers) - 1)) / max(1.0, sum(widths))
    shapes, left, before = [], 0.0, float(HEIGHT)
    for layer, width in zip(layers, widths, strict=True):
        height = LEAST + (HEIGHT - LEAST) * math.log2(max(layer.map_size)) / max(1.0, math.log2(largest))
        right = left + width * unit
        shapes.append(SilhouetteShape(operator_kind(layer.op), _points(layer, (left, right), (before, height))))
        left, before = right + gap, height
    return tuple(shapes)


def _width(layer: Layer) -> float:
    if operator_kind(layer.op) in {"pooling", "merge"}:
        return 3.0
    return 1 + math.log2(1 + layer.channels)


def _points(layer: Layer, sides: tuple[float, float], heights: tuple[float, float]) -> str:
    """A funnel for pooling, a diamond for a merge, a rectangle for all others."""
    (left, right), (before, height), middle = sides, heights, HEIGHT / 2
    kind = operator_kind(layer.op)
    if kind == "merge":
        corners = [(left, middle), ((left + right) / 2, middle - height / 2), (right, middle)]
        corners.append(((left + right) / 2, middle + height / 2))
    else:
        first = before if kind == "pooling" else height
        corners = [(left, middle - first / 2), (right, middle - height / 2)]
        corners += [(right, middle + height / 2), (left, middle + first / 2)]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
