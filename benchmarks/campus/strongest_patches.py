"""A job over photos against the plain network: `python -m benchmarks.campus.strongest_patches FOLDER`.

The plain network is run by onnxruntime on every core, one photo after the other, each decoded and preprocessed, with
every layer as an output. The job is timed from being asked for to its end, the start of its process included.
"""

import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from PIL import Image

from app.engine.engine import Engine
from app.nets.network import Network
from app.nets.preprocessing.view import view_of
from app.nets.taps import expose_outputs
from app.resources import MODELS
from app.settings import read_settings
from benchmarks.campus.job_process import job_processes, peak_bytes
from benchmarks.figures import Figure, print_figures

NETWORK = "squeezenet1_1"
TICK_S = 0.1
MEGABYTES = 1e6


def main() -> int:
    """Print every figure; 1 if one misses its bar."""
    parser = ArgumentParser(prog="python -m benchmarks.campus.strongest_patches")
    parser.add_argument("folder", type=Path, help="with some thousand photos, in folders or not")
    photos = sorted(path for path in parser.parse_args().folder.rglob("*") if path.is_file())
    if not photos:
        parser.error("the folder has no photos")
    with tempfile.TemporaryDirectory() as folder:
        return print_figures(measured(photos, Path(folder)))


def measured(photos: Sequence[Path], folder: Path) -> Iterator[Figure]:
    """Every figure, in the order of the report."""
    engine = Engine(read_settings(data_dir=folder))
    try:
        network = engine.network(NETWORK)
        _, quarter = run_job(engine, network, photos[::4])
        plain = run_plain(network, photos)
        seconds, whole = run_job(engine, network, photos)
    finally:
        engine.close(5)
    detail = f"{len(photos)} photos, {len(photos) / seconds:.0f} photos/s, plain {len(photos) / plain:.0f} photos/s"
    yield Figure("strongest patches / plain network", seconds / plain, 1.0, detail=detail)
    yield Figure("memory of the job", whole / MEGABYTES, 400, unit="MB", detail="peak, resident")
    yield Figure("memory, all photos / a quarter of them", whole / quarter, 1.1, detail=f"{quarter / MEGABYTES:.0f} MB")


def run_job(engine: Engine, network: Network, photos: Sequence[Path]) -> tuple[float, int]:
    """The seconds of a job over the photos, and the most bytes that its process had."""
    data_set = add_data_set(engine, [(f"{path.parent.name}/{path.name}", path) for path in photos])
    begin, most = time.perf_counter(), 0
    job = engine.jobs.start(network, data_set).id
    while not (record := engine.jobs.get(job)).is_ended:
        most = max([most, *map(peak_bytes, job_processes())])
        time.sleep(TICK_S)
    if record.state != "complete":
        raise RuntimeError(record.problem)
    return time.perf_counter() - begin, most


def add_data_set(engine: Engine, photos: Sequence[tuple[str, Path]]) -> str:
    """The id of a data set of files, each under a name."""
    with engine.data_sets.uploads.incoming(None) as incoming:
        for name, path in photos:
            with incoming.create(name) as file:
                file.write(path.read_bytes())
        return engine.data_sets.add(incoming).result()


def run_plain(network: Network, photos: Sequence[Path]) -> float:
    """The seconds of running the photos one after the other."""
    model = expose_outputs(onnx.load(MODELS / f"{NETWORK}.onnx"), [layer.output for layer in network.graph.layers])
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    begin = time.perf_counter()
    for path in photos:
        view = view_of(np.asarray(Image.open(path).convert("RGB")), network.card.input)
        session.run(None, network.feeds(network.input_tensor(view)))
    return time.perf_counter() - begin


if __name__ == "__main__":
    sys.exit(main())
