"""Many independent runs: how many inputs each takes, how many are made at the same time, and their results in order."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from math import ceil
from typing import TypeVar

import numpy as np

from app.nets.graph import Graph
from app.nets.runtime import Tensor

# Measured on two cores, a picture takes 5 to 60 per cent longer in a batch whose activations outgrow the caches, and 5
# to 30 per cent less in a batch where the weights are heavier than they are.
BATCH_BYTES = 16_000_000  # of activations in one run
BATCH_WEIGHTS = 3  # times the weights is as much, where that is more
MOST_IN_BATCH = 16
HELD_BYTES = 384_000_000  # of activations in all runs that are under way
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """At most `batch` inputs in one run, `abreast` runs at the same time."""

    batch: int
    abreast: int

    def sizes(self, total: int) -> list[int]:
        """How many of `total` inputs each run takes: as many runs for each of those abreast, as even as can be."""
        runs = min(total, self.abreast * ceil(total / (self.abreast * self.batch)))
        return [total // runs + (at < total % runs) for at in range(runs)]


def plan_batches(graph: Graph, max_concurrent_runs: int) -> BatchPlan:
    """How many runs of a network are made the quickest, while memory allows.

    A run on each of `max_concurrent_runs` cores never waits for another; the threads of one run do after every layer.
    """
    one = max(1, graph.activation_bytes)
    abreast = max(1, min(max_concurrent_runs, HELD_BYTES // one))
    room = min(max(BATCH_BYTES, BATCH_WEIGHTS * graph.weight_bytes), HELD_BYTES // abreast)
    return BatchPlan(max(1, min(MOST_IN_BATCH, room // one)), abreast)


def stack_batches(tensors: Iterable[Tensor], sizes: Iterable[int]) -> Iterator[Tensor]:
    """The tensors in stacks of these sizes; one that is alone is not copied."""
    following = iter(tensors)
    for size in sizes:
        yield np.stack(list(islice(following, size))) if size > 1 else next(following)[np.newaxis]


def map_in_order(work: Callable[[Item], Result], pieces: Iterable[Item], abreast: int) -> Generator[Result, None, None]:
    """What `work` makes of each piece, `abreast` of them in the making at a time.

    The pieces are drawn in the caller's thread, one more than are worked on. An error of `work` is raised when its
    piece's turn comes; then, and when the caller stops asking, what runs is waited for and nothing more is begun.
    """
    if abreast == 1:
        yield from map(work, pieces)
        return
    with ThreadPoolExecutor(abreast) as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            for piece in pieces:
                waiting.append(pool.submit(work, piece))
                if len(waiting) > abreast:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
