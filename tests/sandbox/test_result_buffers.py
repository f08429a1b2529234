"""Memory for results that is used again, never while somebody holds it."""

import gc

import numpy as np

from app.sandbox.result_buffers import ResultBuffers


def test_memory_of_results_that_are_gone_is_used_again() -> None:
    buffers = ResultBuffers(spare_bytes=1_000_000)
    first = buffers.take(10_000)
    first[0] = 7
    del first
    gc.collect()
    assert buffers.take(9_000)[0] == 7


def test_memory_of_a_result_that_is_in_use_is_not() -> None:
    buffers = ResultBuffers(spare_bytes=1_000_000)
    buffer = buffers.take(10_000)
    result = np.ndarray((100,), np.float32, buffer, 40)[10:20]
    result[:] = 1
    del buffer
    buffers.take(10_000)[:] = 0
    assert result.tolist() == [1.0] * 10


def test_a_buffer_much_larger_than_needed_is_left_for_others() -> None:
    buffers = ResultBuffers(spare_bytes=10_000_000)
    large = buffers.take(1_000_000)
    size = len(large)
    del large
    assert len(buffers.take(10_000)) < size


def test_no_more_is_held_than_allowed() -> None:
    buffers = ResultBuffers(spare_bytes=50_000)
    first, second = buffers.take(40_000), buffers.take(40_000)
    first[0] = second[0] = 7
    del first, second
    assert sorted(int(buffers.take(40_000)[0]) for _ in range(2)) in ([0, 7], [7, 7])
