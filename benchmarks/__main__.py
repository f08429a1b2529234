"""Measure everything in one run and print it: `make bench`."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.engine.engine import Engine
from app.settings import read_settings
from benchmarks import activations, cells, confined, memory, serving, startup
from benchmarks.networks import write_vgg16
from benchmarks.timing import Figure

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "static" / "samples" / "cat.jpg"
MODELS = ROOT / "models"
CACHE_BYTES = 300_000_000  # two pictures of VGG-16: after a few turns memory is used again, as in a server that has run


def main() -> int:
    met = True
    for figure in measured():
        print(report(figure), flush=True)
        met = met and figure.met
    return 0 if met else 1


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
        yield from confined.measure(MODELS, path)
        with startup.serving(folder / "server") as (address, seconds):
            yield Figure("make serve to the first prediction", seconds, 4, unit="s")
            yield from serving.measure(address, MODELS, SAMPLE)


def report(figure: Figure) -> str:
    """One line: met or not, what, value, bar, detail."""
    sign = ">=" if figure.at_least else "<="
    verdict = "met " if figure.met else "MISS"
    value = f"{figure.value:.2f} {figure.unit}".strip()
    return f"{verdict}  {figure.what:<42} {value:>10}  (bar {sign} {figure.bar:g})  {figure.detail}"


if __name__ == "__main__":
    sys.exit(main())
