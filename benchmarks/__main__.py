"""Measure everything in one run and print it: `make bench`."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.engine.engine import Engine
from app.settings import read_settings
from benchmarks import activations, cells, confined, memory, serving, startup
from benchmarks.figures import Figure, print_figures
from benchmarks.networks import write_vgg16

CACHE_BYTES = 300_000_000  # two pictures of VGG-16: after a few turns memory is used again, as in a server that has run


def measured() -> Iterator[Figure]:
    """Every figure, in the order of the report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = write_vgg16(folder)
        yield from memory.measure(folder, path)
        engine = Engine(read_settings(models_dir=folder, data_dir=folder / "data", cache_bytes=CACHE_BYTES))
        yield from activations.measure(engine, engine.network(path.stem), path)
        yield from cells.measure(engine, engine.network(path.stem))
        engine.close(1)
        yield from confined.measure(path)
        with startup.serving(folder / "server") as (address, seconds):
            yield Figure("make serve to the first prediction", seconds, 4, unit="s")
            yield from serving.measure(address)


if __name__ == "__main__":
    sys.exit(print_figures(measured()))
