"""A sweep of 50 steps against as many runs back to back: `python -m benchmarks.experiments.sweep`.

The other program is Pillow and plain onnxruntime in this process with as many threads: it rotates the photo, prepares
it and runs it, one step after the other. Where answers flip, both make as many further runs.
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import numpy as np
import onnxruntime
from PIL import Image

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.experiments.sweep import read_sweep
from app.nets.network import Network
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of
from app.resources import MODELS
from app.settings import read_settings
from benchmarks.figures import Figure, print_figures
from benchmarks.photos import SAMPLE
from benchmarks.timing import REST_S

THREADS, STEPS, BAR = 2, 50, 1.15
NETWORKS = ("squeezenet1_1", "efficientnet_lite0", "resnet18-imagenette")


def theirs(session: onnxruntime.InferenceSession, network: Network, photo: Image.Image, angles: Sequence[float]) -> int:
    """Rotate, prepare and run, one angle after the other; the answer at the last one."""
    name, answer = session.get_inputs()[0].name, 0
    for angle in angles:
        rotated = np.asarray(photo.rotate(angle, Image.Resampling.BILINEAR))
        tensor = tensor_of(view_of(rotated, network.card.input), network.card.input)
        answer = int(session.run(None, {name: tensor})[0].argmax())
    return answer


def measure(engine: Engine, turns: int) -> Iterator[Figure]:
    """The time of a sweep of the sample photo through the shipped networks."""
    photo = Image.open(SAMPLE).convert("RGB")
    image = engine.pictures.add(SAMPLE.read_bytes).result().stored.id
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    for model in NETWORKS:
        network = engine.network(model)
        session = onnxruntime.InferenceSession(MODELS / f"{model}.onnx", options, providers=["CPUExecutionProvider"])
        seconds: dict[str, list[float]] = {"convscope": [], "back to back": []}
        runs = 0
        for turn in range(turns + 1):  # each sweep is another one: the result of the same would be in memory
            sweep = read_sweep(f"rotation:0~{90 + turn / 100:g}@{STEPS}")
            time.sleep(REST_S)
            begin = time.perf_counter()
            (result,) = engine.sweeps.sweep([Inference(network, image)], sweep).result()
            seconds["convscope"].append(time.perf_counter() - begin)
            runs, angles = result.runs, np.linspace(0, 90, result.runs).tolist()
            time.sleep(REST_S)
            begin = time.perf_counter()
            theirs(session, network, photo, angles)
            seconds["back to back"].append(time.perf_counter() - begin)
        mine, other = (median(each[1:]) for each in seconds.values())
        detail = f"{runs} runs: {mine * 1e3:.0f} ms against {other * 1e3:.0f} ms"
        yield Figure(f"sweep of {STEPS} steps, {model}", mine / other, BAR, detail=detail)


def main(turns: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(read_settings(models_dir=MODELS, data_dir=Path(folder), threads=THREADS))
        try:
            return print_figures(measure(engine, turns))
        finally:
            engine.close(1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
