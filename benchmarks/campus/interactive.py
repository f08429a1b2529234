"""Classify while a job runs: `python -m benchmarks.campus.interactive`.

New photos are decoded and classified one after the other, in turns while a job runs and while none does.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from app.engine.engine import Engine
from app.settings import read_settings
from benchmarks.campus.job_process import job_processes
from benchmarks.campus.strongest_patches import NETWORK, add_data_set
from benchmarks.figures import Figure, print_figures
from benchmarks.photos import SAMPLE, photos

TURNS, PHOTOS = 6, 50
JOB_PHOTOS = 4_000  # more than the job does in the time
SIZE = (320, 240)
MS = 1e3
TICK_S = 0.05


def main() -> int:
    """Print the figure; 1 if it misses its bar."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(read_settings(data_dir=Path(folder)))
        try:
            return print_figures([measure(engine)])
        finally:
            engine.close(5)


def measure(engine: Engine) -> Figure:
    """The 95th percentile of classify while a job runs, against that while none does."""
    data_set = add_data_set(engine, [(f"{number}.jpg", SAMPLE) for number in range(JOB_PHOTOS)])
    fresh = iter(photos(SIZE, (2 * TURNS + 1) * PHOTOS))
    seconds: dict[str, list[float]] = {"idle": [], "busy": []}
    done = 0
    classify_all(engine, fresh)  # the first ones open the network
    for _ in range(TURNS):
        seconds["idle"] += classify_all(engine, fresh)
        job = engine.jobs.start(engine.network(NETWORK), data_set).id
        while (record := engine.jobs.get(job)).photos_per_s is None:
            if record.is_ended:
                raise RuntimeError(record.problem)
            time.sleep(TICK_S)
        seconds["busy"] += classify_all(engine, fresh)
        done = engine.jobs.cancel(job).done
        while any(job_processes()):
            time.sleep(TICK_S)
    if done == JOB_PHOTOS:
        raise RuntimeError("The job ended too early.")
    idle, busy = (np.percentile(seconds[name], 95) for name in ("idle", "busy"))
    detail = f"{busy * MS:.1f} ms against {idle * MS:.1f} ms, the job did {done} photos meanwhile"
    return Figure("classify p95, a job runs / idle", float(busy / idle), 1.5, detail=detail)


def classify_all(engine: Engine, fresh: Iterator[bytes]) -> list[float]:
    """The seconds that each of some new photos takes."""
    seconds = []
    for photo in islice(fresh, PHOTOS):
        begin = time.perf_counter()
        engine.predictions.classify(engine.network(NETWORK), partial(bytes, photo)).result().scores.result()
        seconds.append(time.perf_counter() - begin)
    return seconds


if __name__ == "__main__":
    sys.exit(main())
