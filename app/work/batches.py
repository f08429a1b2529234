"""Many independent runs: batch size, concurrent runs, and the results in order."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from math import ceil
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

# Measured on two cores: an input takes 5 to 60 % longer in a batch whose activations exceed the caches, and 5 to 30 %
# less in a batch where the weights are larger than the activations.
BATCH_BYTES = 16_000_000  # of activations in one run
BATCH_WEIGHTS = 3  # or of so many times the weights' bytes, whichever is more
MAX_BATCH = 16
CONCURRENT_BYTES = 384_000_000  # of activations in all concurrent runs
Item = TypeVar("Item")
Result = TypeVar("Result")


class Sized(Protocol):
    """What is run, by the bytes that matter for a plan: of all activations for one input, and of all weights."""

    @property
    def activation_bytes(self) -> int: ...

    @property
    def weight_bytes(self) -> int: ...


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """At most `batch` inputs in one run, and `concurrent_runs` runs in parallel."""

    batch: int
    concurrent_runs: int

    def sizes(self, total: int) -> list[int]:
        """The batch size of each run for `total` inputs: evenly sized, and equally many runs for each worker."""
        runs = min(total, self.concurrent_runs * ceil(total / (self.concurrent_runs * self.batch)))
        return [total // runs + (index < total % runs) for index in range(runs)]


def plan_batches(graph: Sized, max_concurrent_runs: int) -> BatchPlan:
    """The fastest plan for many runs of a graph that fits the memory.

    Concurrent runs on one core each never wait for one another; the threads of one run do after every layer.
    """
    one = max(1, graph.activation_bytes)
    concurrent_runs = max(1, min(max_concurrent_runs, CONCURRENT_BYTES // one))
    room = min(max(BATCH_BYTES, BATCH_WEIGHTS * graph.weight_bytes), CONCURRENT_BYTES // concurrent_runs)
    return BatchPlan(max(1, min(MAX_BATCH, room // one)), concurrent_runs)


def stack_batches(
    tensors: Iterable[npt.NDArray[np.float32]], sizes: Iterable[int]
) -> Iterator[npt.NDArray[np.float32]]:
    """The tensors stacked to batches of these sizes; a batch of one is a view, not a copy."""
    following = iter(tensors)
    for size in sizes:
        yield np.stack(list(islice(following, size))) if size > 1 else next(following)[np.newaxis]


def map_in_order(
    work: Callable[[Item], Result], items: Iterable[Item], concurrent: int
) -> Generator[Result, None, None]:
    """The result of `work` for each item, in order, with `concurrent` calls in parallel.

    Items are taken in the caller's thread, at most one ahead of the calls. An error of `work` is raised at its item's
    turn. After an error, and when the generator is closed, calls under way are awaited and no further ones begin.
    """
    if concurrent == 1:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(concurrent) as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > concurrent:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
