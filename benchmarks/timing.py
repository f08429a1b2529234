"""Comparing durations fairly: the contestants take turns, so that a noisy machine is noisy for all."""

import statistics
import time
from collections.abc import Callable, Mapping

REST_S = 0.05  # until the threads of the one before have stopped spinning


def medians(contestants: Mapping[str, Callable[[], object]], turns: int, tries: int) -> dict[str, float]:
    """The median seconds of one try, over `turns` of `tries` in a row, after one turn that is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(turns + 1):
        for name, contestant in contestants.items():
            time.sleep(REST_S)
            for _ in range(tries):
                begin = time.perf_counter()
                contestant()
                if turn:
                    seconds[name].append(time.perf_counter() - begin)
    return {name: statistics.median(values) for name, values in seconds.items()}
