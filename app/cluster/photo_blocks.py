"""A job on Ray Data: the photos of a data set in blocks, each run by one of some actors, and the results merged."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from app.engine.engine import sandbox_policy
from app.engine.jobs.child import NICE
from app.engine.jobs.data_sets import data_set_limits
from app.engine.jobs.job_network import open_network
from app.engine.jobs.photo_views import PhotoViews
from app.images.data_sets import open_data_set
from app.jobs.photo_runs import BLOCK, PhotoRuns
from app.jobs.result import JobResult
from app.jobs.result_file import decode_result, encode_result
from app.nets.runtime import start_runtime
from app.sandbox.sandbox import Sandbox
from app.settings import Settings
from app.work.stop import Stop

MAX_PHOTOS, MAX_BYTES = 1_000_000, 1_000_000_000_000

RunsMaker = Callable[[], PhotoRuns]


class BlockActor:
    """An actor of Ray: it opens the network once, and then runs block after block."""

    def __init__(self, make_runs: RunsMaker, strongest: int) -> None:
        os.nice(NICE)
        self._runs = make_runs()
        self._strongest = strongest

    def __call__(self, block: dict[str, Any]) -> dict[str, Any]:
        result = self._runs.block(block["id"].tolist(), self._strongest, Stop())
        return {"result": np.array([encode_result(result)], dtype=object)}


def result_of_blocks(make_runs: RunsMaker, photos: int, strongest: int, actors: int) -> JobResult:
    """The result of the photos 0 to `photos`, by so many actors with a thread each. It needs a connection to Ray."""
    import ray

    ray.data.DataContext.get_current().enable_progress_bars = False
    numbers = ray.data.from_items([{"id": number} for number in range(photos)], override_num_blocks=-(-photos // BLOCK))
    blocks = numbers.map_batches(
        BlockActor,
        fn_constructor_args=(make_runs, strongest),
        batch_size=BLOCK,
        compute=ray.data.ActorPoolStrategy(size=actors),
        num_cpus=0,  # replicas may have all cores, and go first
    )
    results = (decode_result(row["result"]) for row in blocks.iter_rows())
    merged = next(results)
    for result in results:
        merged.merge(result)
    return merged


def photo_count(settings: Settings, data_set: Path) -> int:
    """How many photos there are; raises as `photo_runs`."""
    with open_data_set(data_set, data_set_limits(settings, MAX_PHOTOS, MAX_BYTES)) as photos:
        return len(photos.photos)


def photo_runs(settings: Settings, network: str, data_set: Path) -> PhotoRuns:
    """How an actor runs a network, by its id, over a ZIP or a folder of photos.

    Raises:
        UnknownModel, NotAvailable: there is no such network, or its weights are missing.
        InvalidRequest, TooLarge: it is not a usable data set.
    """
    runtime = start_runtime(settings.provider, 1)
    sandbox = Sandbox(sandbox_policy(settings), runtime)
    opened = open_network(settings, network, runtime, sandbox)
    opened.require_weights()
    photos = open_data_set(data_set, data_set_limits(settings, MAX_PHOTOS, MAX_BYTES))
    return PhotoRuns(opened, PhotoViews(photos, opened, settings, sandbox).view)
