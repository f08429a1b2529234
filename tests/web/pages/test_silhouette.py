"""The silhouette of a network: one shape for each layer that it names, within its frame."""

from itertools import pairwise
from math import log2

import pytest

from app.analysis.operator_kind import operator_kind
from app.engine.engine import Engine
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.pages.silhouette import DRAWN, HEIGHT, LEAST, WIDTH, SilhouetteShape, silhouette

ROUNDED = 0.11  # pixels: places have one decimal


def test_lenet_is_its_seven_layers_ever_lower(network: Network) -> None:
    shapes = silhouette(network)
    assert [shape.kind for shape in shapes] == [
        *("convolution", "pooling", "convolution", "pooling", "convolution", "dense", "dense")
    ]
    ends = [max(float(point.split(",")[1]) for point in shape.points.split()) for shape in shapes]
    assert ends == sorted(ends, reverse=True)


def test_every_point_is_within_the_frame(network: Network) -> None:
    points = [point.split(",") for shape in silhouette(network) for point in shape.points.split()]
    assert all(0 <= float(x) <= WIDTH + 1 and 0 <= float(y) <= HEIGHT for x, y in points)


def places(shape: SilhouetteShape) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (point.split(",") for point in shape.points.split())]


def sides(shape: SilhouetteShape) -> tuple[float, float]:
    across = [x for x, _ in places(shape)]
    return min(across), max(across)


def height_at(shape: SilhouetteShape, x: float) -> float:
    down = [y for at, y in places(shape) if at == x]
    return max(down) - min(down)


def drawn(network: Network) -> list[tuple[Layer, SilhouetteShape]]:
    layers = [layer for layer in network.graph.layers if operator_kind(layer.op) in DRAWN]
    return list(zip(layers, silhouette(network), strict=True))


@pytest.mark.parametrize("model", ["lenet5", "resnet18-imagenette"])
def test_shapes_stand_side_by_side_over_the_whole_width_and_even_about_the_middle(engine: Engine, model: str) -> None:
    shapes = [shape for _, shape in drawn(engine.network(model))]
    assert (sides(shapes[0])[0], sides(shapes[-1])[1]) == pytest.approx((0, WIDTH), abs=ROUNDED)
    gaps = [other[0] - one[1] for one, other in pairwise(map(sides, shapes))]
    assert gaps == pytest.approx([1.5] * len(gaps), abs=ROUNDED)
    for shape in shapes:
        turned = sorted((x, HEIGHT - y) for x, y in places(shape))
        assert [place for pair in turned for place in pair] == pytest.approx(
            [place for pair in sorted(places(shape)) for place in pair], abs=ROUNDED
        )


@pytest.mark.parametrize("model", ["lenet5", "resnet18-imagenette"])
def test_heights_are_logarithms_of_maps_and_widths_of_channels(engine: Engine, model: str) -> None:
    layers = drawn(engine.network(model))
    largest = max(max(layer.map_size) for layer, _ in layers)
    weighted = [(layer, shape) for layer, shape in layers if shape.kind in ("convolution", "dense")]
    units = [(sides(shape)[1] - sides(shape)[0]) / (1 + log2(1 + layer.channels)) for layer, shape in weighted]
    assert units == pytest.approx([units[0]] * len(units), abs=ROUNDED)
    for layer, shape in layers:
        left, right = sides(shape)
        expected = LEAST + (HEIGHT - LEAST) * log2(max(layer.map_size)) / log2(largest)
        tall = max(y for _, y in places(shape)) - min(y for _, y in places(shape))
        assert (tall if shape.kind == "merge" else height_at(shape, right)) == pytest.approx(expected, abs=2 * ROUNDED)
        if shape.kind == "merge":
            middles = [x for x, y in places(shape) if abs(y - HEIGHT / 2) > 1]
            assert middles == pytest.approx([(left + right) / 2] * 2, abs=ROUNDED)
        if shape.kind not in ("convolution", "dense"):
            assert right - left == pytest.approx(3 * units[0], abs=2 * ROUNDED)


def test_a_pooling_leads_from_the_height_before_it_to_its_own(network: Network) -> None:
    for (_, before), (_, shape) in pairwise(drawn(network)):
        if shape.kind == "pooling":
            assert height_at(shape, sides(shape)[0]) == height_at(before, sides(before)[1])
            assert height_at(shape, sides(shape)[1]) < height_at(shape, sides(shape)[0])
