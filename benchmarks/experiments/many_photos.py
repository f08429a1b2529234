"""200 photos in one evaluation against runs back to back: `python -m benchmarks.experiments.many_photos`.

The other program is plain onnxruntime in this process with as many threads: it prepares each photo and runs it, one
after the other. Both begin with the photos in the store. The memory is that of adding a ZIP of them and evaluating it.
"""

import io
import re
import sys
import tempfile
import threading
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

from app.engine.engine import Engine
from app.images.collections import Collection
from app.images.perturbations.geometry import rotate
from app.nets.network import Network
from app.nets.preprocessing.view import view_of
from app.resources import MODELS
from app.settings import read_settings
from benchmarks.figures import Figure, print_figures

MODEL, PHOTOS, THREADS = "efficientnet_lite0", 200, 2
SIZE = (1600, 1200)
SAMPLES = ("cat", "coffee", "palace", "rocket", "astronaut")
BAR, MEMORY_BAR_MB = 1.2, 300
TURNS = 3


def zip_of_photos() -> bytes:
    """Photos of two megapixels, each rotated by another angle."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(PHOTOS):
            sample = Image.open(MODELS.parent / "static" / "samples" / f"{SAMPLES[number % len(SAMPLES)]}.jpg")
            rotated = rotate(np.asarray(sample.convert("RGB")), 1.7 * number)
            photo = io.BytesIO()
            Image.fromarray(rotated).resize(SIZE).save(photo, "JPEG", quality=90)
            archive.writestr(f"photos/{number}.jpg", photo.getvalue())
    return file.getvalue()


class MemoryWatch:
    """The highest resident memory of this process while the `with` block runs, over that before it, in MB."""

    def __enter__(self) -> "MemoryWatch":
        self._before, self.peak, self._is_done = resident_mb(), 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._is_done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._is_done.wait(0.01):
            self.peak = max(self.peak, resident_mb() - self._before)


def resident_mb() -> float:
    """The resident memory of this process, with what it has mapped."""
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found[1]) / 1e3 if found else 0.0


def add(engine: Engine, data: bytes) -> Collection:
    with engine.collections.uploads.incoming(len(data)) as incoming:
        with incoming.create("photos.zip") as place:
            place.write(data)
        return engine.collections.add(incoming).result()


def renamed(collection: Collection, turn: int) -> Collection:
    """The same pictures in a folder of another name: an evaluation that is not in memory."""
    return Collection(tuple(replace(picture, folder=str(turn)) for picture in collection.pictures))


def back_to_back(session: onnxruntime.InferenceSession, engine: Engine, network: Network, images: list[str]) -> float:
    """The seconds of plain runs, one after the other."""
    begin, name = time.perf_counter(), session.get_inputs()[0].name
    for image in images:
        view = view_of(engine.pictures.get(image), network.card.input)
        session.run(None, {name: network.input_tensor(view)})
    return time.perf_counter() - begin


def main() -> int:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(MODELS / f"{MODEL}.onnx", options, providers=["CPUExecutionProvider"])
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(read_settings(data_dir=Path(folder), threads=THREADS))
        network, data, shares, peak = engine.network(MODEL), zip_of_photos(), [], 0.0
        for turn in range(TURNS):
            with MemoryWatch() as watch:
                collection = renamed(add(engine, data), turn)
                begin = time.perf_counter()
                engine.evaluations.evaluate(network, collection).result()
                ours = time.perf_counter() - begin
            peak = max(peak, watch.peak)
            images = [str(picture.id) for picture in collection.pictures]
            theirs = back_to_back(session, engine, network, images)
            shares.append((ours / theirs, f"{ours:.1f} s, {theirs:.1f} s back to back"))
        engine.close(1)
    ratio, detail = sorted(shares)[TURNS // 2]
    return print_figures(
        [
            Figure(f"{PHOTOS} photos, {MODEL}", ratio, BAR, detail=detail),
            Figure(f"memory over before, {PHOTOS} photos", peak, MEMORY_BAR_MB, "MB"),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
