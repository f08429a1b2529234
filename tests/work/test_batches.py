"""Items of work in parallel: in order, no more than requested, and ended by the first error."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest

from app.errors import Cancelled
from app.work.batches import BatchPlan, map_in_order, plan_batches, stack_batches


def test_the_number_of_parallel_calls_is_the_requested_one() -> None:
    together, lock, busy, most = threading.Barrier(3, timeout=10), threading.Lock(), 0, 0

    def work(_: int) -> None:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        together.wait()
        with lock:
            busy -= 1

    assert len(list(map_in_order(work, range(9), 3))) == 9
    assert most == 3


def test_items_are_taken_at_most_one_ahead() -> None:
    drawn = []

    def pieces() -> Iterator[int]:
        for piece in range(10):
            drawn.append(piece)
            yield piece

    results = map_in_order(lambda piece: piece, pieces(), 2)
    assert next(results) == 0
    assert drawn == [0, 1, 2]
    results.close()


def test_an_error_is_raised_at_its_turn_and_ends_the_work() -> None:
    begun = []

    def work(piece: int) -> int:
        begun.append(piece)
        if piece == 2:
            raise Cancelled("gone")
        return piece

    results = map_in_order(work, range(100), 2)
    assert (next(results), next(results)) == (0, 1)
    with pytest.raises(Cancelled):
        next(results)
    assert len(begun) <= 5


def test_closing_the_results_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    results = map_in_order(lambda piece: piece, range(100), 4)
    assert next(results) == 0
    assert set(threading.enumerate()) > before
    results.close()
    assert set(threading.enumerate()) == before


def test_without_parallel_calls_the_work_is_in_the_callers_thread() -> None:
    assert set(map_in_order(lambda _: threading.current_thread(), range(3), 1)) == {threading.current_thread()}


MB = 1_000_000


@pytest.mark.parametrize(
    ("activations", "weights", "cores", "expected"),
    [
        (5 * MB, 1 * MB, 2, BatchPlan(3, 2)),
        (40 * MB, 1 * MB, 2, BatchPlan(1, 2)),
        (30 * MB, 45 * MB, 2, BatchPlan(4, 2)),  # heavy weights are read once for a batch
        (110 * MB, 550 * MB, 2, BatchPlan(1, 2)),  # but the activations of concurrent runs are limited
        (110 * MB, 550 * MB, 64, BatchPlan(1, 3)),
        (500 * MB, 5 * MB, 64, BatchPlan(1, 1)),
        (1000, 1000, 2, BatchPlan(16, 2)),
        (0, 0, 1, BatchPlan(16, 1)),
    ],
)
def test_the_plan_of_many_runs(activations: int, weights: int, cores: int, expected: BatchPlan) -> None:
    graph = SimpleNamespace(activation_bytes=activations, weight_bytes=weights)
    assert plan_batches(graph, cores) == expected


def test_batches_are_of_even_size() -> None:
    """Two parallel workers finish together: each runs 25 of 50."""
    assert BatchPlan(4, 2).sizes(50) == [4] * 8 + [3] * 6
    assert BatchPlan(16, 1).sizes(16) == [16]
    assert BatchPlan(16, 3).sizes(2) == [1, 1]
    assert BatchPlan(4, 2).sizes(0) == []


def test_batches_hold_every_input_in_order() -> None:
    inputs = [np.full(2, number, np.float32) for number in range(6)]
    found = list(stack_batches(iter(inputs), [3, 2, 1]))
    assert [batch[:, 0].tolist() for batch in found] == [[0, 1, 2], [3, 4], [5]]
