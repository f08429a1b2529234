"""How a number is computed, VGG-16 size: the time and the size of the answer about a cell whose run is kept."""

import time

import numpy as np

from app.arithmetic.working import LISTED
from app.engine.engine import Engine
from app.engine.inference import Inference
from app.nets.layer import CellPlace, Layer
from app.nets.network import Network
from app.web.api.arithmetic.cells import cell_info
from benchmarks.activations import add_noise
from benchmarks.figures import Figure

CELLS = 10  # of each layer, none twice
LARGEST = 95  # percentile
MS = 1e3
KILOBYTES = 1e3
DENSEST = "fc6"  # 25,088 products


def measure(engine: Engine, network: Network) -> list[Figure]:
    """Ask for cells of every layer, each for the first time, from the engine's working to the JSON."""
    inference = Inference(network, add_noise(engine, seed=1_000))
    engine.layers.activations(inference).result()
    answers = {layer.id: [_ask(engine, inference, place) for place in _cells(layer)] for layer in network.graph.layers}
    everything = np.array([answer for layer in answers.values() for answer in layer])
    dense = np.array(answers[DENSEST])
    seconds, _ = np.percentile(everything, LARGEST, axis=0)
    dense_seconds, dense_size = np.percentile(dense, LARGEST, axis=0)
    detail = f"{len(everything)} cells, the largest answer {everything[:, 1].max() / KILOBYTES:.0f} kB"
    return [
        Figure("a cell's working, p95", seconds * MS, 20, unit="ms", detail=detail),
        Figure("of 25,088 products, p95", dense_seconds * MS, 60, unit="ms"),
        Figure("of 25,088 products, its JSON", dense_size / KILOBYTES, 100, unit="kB"),
    ]


def _cells(layer: Layer) -> list[CellPlace]:
    rng = np.random.default_rng(0)
    places = (tuple(int(rng.integers(length)) for length in layer.map_shape) for _ in range(CELLS))
    return [CellPlace(layer.id, *place) for place in dict.fromkeys(places)]


def _ask(engine: Engine, inference: Inference, place: CellPlace) -> tuple[float, int]:
    """The seconds that one answer takes, and its bytes."""
    begin = time.perf_counter()
    working = engine.cells.working(inference, place, LISTED).result()
    content = cell_info(inference, working).model_dump_json()
    return time.perf_counter() - begin, len(content)
