"""What pages draw of given numbers and networks, as digests: `python -m tests.web.pages.drawings` writes them anew."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from app.analysis.histogram import histogram
from app.engine.engine import Engine
from app.nets.network import Network
from app.settings import read_settings
from app.web.pages.address import Address
from app.web.pages.charts.curves import curve_chart
from app.web.pages.charts.histogram import histogram_chart
from app.web.pages.charts.lines import LinePoints, line_chart
from app.web.pages.charts.scatter import Point, scatter_chart
from app.web.pages.charts.wide_lines import Span, wide_chart
from app.web.pages.experiments.layers.depth_chart import depth_chart
from app.web.pages.explorer.gather import LayerData, PageData
from app.web.pages.explorer.ribbon import NodeView, ribbon_view
from app.web.pages.presets import PRESETS
from app.web.pages.silhouette import silhouette
from app.web.pages.sums import sum_view
from tests.digest import digest

TABLE = Path(__file__).parent / "drawings.json"
NETWORKS = ("lenet5", "squeezenet1_1", "googlenet", "resnet50")
CHOSEN = 4  # layers of each network, at equal distances
Drawings = Iterator[object]


def scatter() -> Drawings:
    for count in (1, 2, 5, 17):
        chance = np.random.default_rng(count)
        macs, params, accuracies = (
            chance.uniform(7, 11, count),
            chance.uniform(5, 8.3, count),
            chance.uniform(50, 88, count),
        )
        names = ["x" * int(length) for length in chance.integers(3, 20, count)]
        yield scatter_chart(
            [
                Point(name, name, int(10**work), float(accuracy), int(10**size), True)
                for name, work, size, accuracy in zip(names, macs, params, accuracies, strict=True)
            ]
        )


def lines() -> Drawings:
    """Two lines that end apart, side by side, together, and cross; one alone; none that has a place."""
    ends = {"apart": (1, 9), "near": (5, 5.2), "crossing": (9, 1), "level": (5, 5)}
    for one, other in ends.values():
        for start in (0.5, 3.0, 9.0):
            series: dict[str, LinePoints] = {
                "one": [(at, start + (one - start) * at / 20) for at in range(21)],
                "other": [(at, 4 + (other - 4) * at / 20) for at in range(14)],
            }
            for is_logarithmic in (False, True):
                yield line_chart(series, across=(0, 20), top=start, is_logarithmic=is_logarithmic)
                yield line_chart({"one": series["one"]}, across=(2, 30), is_logarithmic=is_logarithmic)
    steep: LinePoints = [(at, 10.0 ** (at - 7)) for at in range(12)]
    yield line_chart({"one": steep, "other": [(0, -1), (3, math.nan), (4, 1)]}, across=(0, 11), is_logarithmic=True)
    yield line_chart({"one": [(0, math.inf)]}, across=(0, 0))


def wide() -> Drawings:
    for count in (1, 3, 6):
        chance = np.random.default_rng(count)
        series = {f"line {at}": [(x, float(chance.uniform())) for x in range(9)] for at in range(count)}
        yield wide_chart({**series, "empty": []}, Span(8, 0), Span(0, 1))
        yield wide_chart(series, Span(0, 8), Span(-1, 2))


def curves() -> Drawings:
    chance = np.random.default_rng(2)
    own, random = chance.uniform(-0.2, 1, 9), [chance.uniform(0, 1, 9) for _ in range(3)]
    yield curve_chart("deletion", own, random, 1.0)
    yield curve_chart("insertion", abs(own), random, 2.5)
    yield curve_chart("insertion", own * 0, [own * 0], 0.0)


def histograms() -> Drawings:
    chance = np.random.default_rng(3)
    for values in (chance.normal(3, 1, 500), np.maximum(chance.normal(0, 1, 500), 0), np.zeros(9), np.ones(2)):
        yield histogram_chart(histogram(values.astype(np.float32)))


def depths() -> Drawings:
    for last in ((0.9, 0.2), (0.5, 0.51)):
        accuracies = {"first": (0.1, 0.3), "second": (0.4, 0.4), "last": last}
        yield depth_chart(accuracies, 0.1, "second", lambda layer: f"/{layer}")


def presets() -> Drawings:
    yield PRESETS


def networks(draw: Callable[[Network], Drawings]) -> Callable[[], Drawings]:
    """What is drawn of shipped networks, without their weights."""

    def drawings() -> Drawings:
        with TemporaryDirectory() as folder:
            engine = Engine(read_settings(data_dir=Path(folder)))
            try:
                for name in NETWORKS:
                    yield from draw(engine.network(name))
            finally:
                engine.close(5)

    return drawings


def silhouettes(network: Network) -> Drawings:
    yield silhouette(network)


def sums(network: Network) -> Drawings:
    for count in ("params", "macs"):
        layers = network.graph.layers
        total = sum(getattr(layer, count) or 0 for layer in layers)
        yield from (sum_view(each, count, total) for each in (layers, layers[:5], layers[:1]))


def ribbons(network: Network) -> Drawings:
    layers = network.graph.layers
    for layer in (None, *layers[:: math.ceil(len(layers) / CHOSEN)]):
        address = Address(model=network.id, layer=layer.id if layer else None)
        ribbon = ribbon_view(PageData(network, address, "inspector", None, None, LayerData(), None, None, None))
        yield ribbon.width, ribbon.height, ribbon.edges, ribbon.arcs, ribbon.frame, ribbon.input_y, ribbon.current_x
        yield from map(_node, ribbon.nodes)


def _node(node: NodeView) -> object:
    places = (node.x, node.y, node.side, node.middle, node.target)
    return node.layer.id, places, node.name, node.full_name, node.shape, node.kind, node.count, node.formulas


DRAWINGS: Mapping[str, Callable[[], Drawings]] = {
    "scatter chart": scatter,
    "line chart": lines,
    "wide chart": wide,
    "curve chart": curves,
    "histogram": histograms,
    "depth chart": depths,
    "preset kernels": presets,
    "silhouettes": networks(silhouettes),
    "sums": networks(sums),
    "ribbons": networks(ribbons),
}

if __name__ == "__main__":
    TABLE.write_text(json.dumps({name: digest(draw()) for name, draw in DRAWINGS.items()}, indent=4) + "\n")
