"""512 channels switched off one by one against 512 whole runs: `python -m benchmarks.experiments.channel_effects`.

A whole run is plain onnxruntime on the network's file, with as many threads.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import onnxruntime as ort

from app.engine.engine import Engine
from app.experiments.ablation import Ablation
from app.experiments.channel_effects import EffectTask, channel_effects
from app.nets.network import Network
from app.nets.preprocessing.view import view_of
from app.nets.session import Tensor
from app.resources import MODELS
from app.settings import read_settings
from app.work.stop import Stop
from benchmarks.figures import Figure, print_figures
from benchmarks.photos import SAMPLE
from benchmarks.timing import medians

THREADS, CHANNELS, BAR = 2, 512, 0.4
LAYERS = {
    "squeezenet1_1": ("fire8.concat", "fire9.concat"),
    "googlenet-imagenette": ("inception_5b.concat",),
    "mobilenet_v1-imagenette": ("pair12.pointwise_relu",),
}


def whole_runs(network: Network, tensor: Tensor) -> Callable[[], None]:
    """As many runs of the whole file as there are channels."""
    settings = ort.SessionOptions()
    settings.intra_op_num_threads = THREADS
    session = ort.InferenceSession(MODELS / f"{network.id}.onnx", settings, providers=["CPUExecutionProvider"])
    feeds = network.feeds(tensor[np.newaxis])

    def run() -> None:
        for _ in range(CHANNELS):
            session.run(None, feeds)

    return run


def measure(engine: Engine, turns: int) -> Iterator[Figure]:
    """The time of all channels of a layer, opening the network's end included, as a share of that of whole runs."""
    picture = engine.pictures.add(SAMPLE.read_bytes).result().stored.id
    pixels = engine.pictures.get(picture)
    for model, layers in LAYERS.items():
        network = engine.network(model)
        view = view_of(pixels, network.card.input)
        tensor, before = network.input_tensor(view)[0], network.activations(view, Stop())
        contestants: dict[str, Callable[[], object]] = {"theirs": whole_runs(network, tensor)}
        for layer in layers:
            assert network.layer(layer).channels == CHANNELS
            task = EffectTask(network, tensor, before, Ablation(layer))
            contestants[layer] = partial(channel_effects, task, Stop(), lambda done, total: None)
        seconds = medians(contestants, turns, 1)
        for layer in layers:
            detail = f"{seconds[layer]:.2f} s of {seconds['theirs']:.2f} s"
            yield Figure(
                f"{CHANNELS} channels, {model}, {layer}", seconds[layer] / seconds["theirs"], BAR, detail=detail
            )


def main(turns: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(read_settings(models_dir=MODELS, data_dir=Path(folder), threads=THREADS))
        try:
            return print_figures(measure(engine, turns))
        finally:
            engine.close(1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2))
