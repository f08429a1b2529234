"""Memory that two mappings share."""

import os
from pathlib import Path

import numpy as np
import pytest

from app.errors import NetworkError
from app.sandbox.shared_memory import ALIGNMENT, MAX_AXES, MAX_LENGTH, ArraySpec, SharedMemory, lay_out, read_specs

DESCRIPTORS = Path("/proc/self/fd")
FLOATS = np.dtype(np.float32)


def test_arrays_lie_one_after_the_other_and_aligned() -> None:
    placement = lay_out([ArraySpec(FLOATS, (3,)), ArraySpec(np.dtype(np.int64), (2, 5)), ArraySpec(FLOATS, (0, 7))])
    assert placement.offsets == (0, ALIGNMENT, 3 * ALIGNMENT)
    assert placement.end == 3 * ALIGNMENT


def test_what_one_mapping_writes_the_other_reads() -> None:
    memory = SharedMemory.create(1000)
    other = SharedMemory(os.dup(memory.descriptor), memory.size)
    spec = ArraySpec(FLOATS, (2, 3))
    other.array(spec, 64)[...] = 5
    assert memory.array(spec, 64).tolist() == [[5.0] * 3] * 2
    memory.close()
    other.close()


@pytest.mark.parametrize("size", [10, 1_000_000])
def test_neither_side_can_change_its_size(size: int) -> None:
    memory = SharedMemory.create(100_000)
    with pytest.raises(PermissionError):
        os.ftruncate(memory.descriptor, size)
    memory.close()


def test_memory_that_can_not_be_mapped_is_not_left_open() -> None:
    before = len([*DESCRIPTORS.iterdir()])
    with pytest.raises(OSError, match="memory"):
        SharedMemory.create(1 << 62)  # a process has fewer addresses
    assert len([*DESCRIPTORS.iterdir()]) == before


@pytest.mark.parametrize("offset", [-4, 4096])
def test_an_array_outside_is_refused(offset: int) -> None:
    memory = SharedMemory.create(4096)
    with pytest.raises(ValueError, match="outside"):
        memory.array(ArraySpec(FLOATS, (1,)), offset)
    memory.close()


def test_pages_that_are_given_back_are_zero() -> None:
    memory = SharedMemory.create(100_000)
    values = memory.array(ArraySpec(FLOATS, (20_000,)), 0)
    values[...] = 1
    memory.release_pages()
    assert not values.any()
    memory.close()


def test_a_copy_is_at_the_same_place_of_another_buffer() -> None:
    memory, spec = SharedMemory.create(4096), ArraySpec(FLOATS, (2, 3))
    memory.array(spec, 128)[...] = [[1, 2, 3], [4, 5, 6]]
    buffer = np.zeros(4096, np.uint8)
    copy = memory.copy(spec, 128, buffer)
    memory.array(spec, 128)[...] = 0
    assert copy.tolist() == buffer[128:152].view(np.float32).reshape(2, 3).tolist() == [[1, 2, 3], [4, 5, 6]]
    memory.close()


@pytest.mark.parametrize("dtype", ["|b1", "|i1", "<u2", "<f4", "<f8", "<c8"])
@pytest.mark.parametrize("shape", [[], [0], [2, 3], [1] * MAX_AXES, [MAX_LENGTH]])
def test_results_of_numbers_are_read(dtype: str, shape: list[int]) -> None:
    expected = ArraySpec(np.dtype(dtype), tuple(shape))
    assert read_specs({"results": [[dtype, shape], ["<f4", [5]]]}) == [expected, ArraySpec(FLOATS, (5,))]
    assert expected.nbytes == np.dtype(dtype).itemsize * np.prod(shape, dtype=object)


@pytest.mark.parametrize(
    "results",
    [
        *(None, 5, [5], [["<f4"]], [["<f4", 5]], [["<f4", ["a"]]], [["<f4", [float("inf")]]], [["nothing", [1]]]),
        *([["O", [1]]], [["<U4", [1]]], [["<M8[s]", [1]]], [["V4", [1]]], [["<f4", [-1]]]),
        *([["<f4", [MAX_LENGTH + 1]]], [["<f4", [1] * (MAX_AXES + 1)]], [["<f4", [1]], ["<f4", [-1]]]),
    ],
    ids=str,
)
def test_what_is_no_result_is_refused(results: object) -> None:
    with pytest.raises(NetworkError, match=r"^The outputs of the network can't be read\.$"):
        read_specs({"results": results} if results is not None else {})
