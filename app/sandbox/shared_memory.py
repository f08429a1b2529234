"""Memory that two processes share, through which arrays travel: anonymous, and of a size that neither can change."""

import fcntl
import mmap
import os
from collections.abc import Iterable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from app.errors import NetworkError
from app.sandbox.channel import Message

MAX_AXES, MAX_LENGTH = 32, 1 << 40
ALIGNMENT = 64  # bytes, as vector instructions like it
# memfd_create(2), fcntl(2): without these seals the other process could cut the memory off, and reading it is a SIGBUS.
SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL


@dataclass(frozen=True, slots=True)
class ArraySpec:
    """The dtype and the shape of an array."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    @property
    def nbytes(self) -> int:
        return self.dtype.itemsize * prod(self.shape)


@dataclass(frozen=True, slots=True)
class ArrayPlaces:
    """Where each of several arrays begins, in bytes, and where the last one ends."""

    offsets: tuple[int, ...]
    end: int


def lay_out(specs: Iterable[ArraySpec], begin: int = 0) -> ArrayPlaces:
    """Places for arrays one after the other, from the byte `begin` on."""
    offsets, end = list[int](), begin
    for spec in specs:
        offset = -(-end // ALIGNMENT) * ALIGNMENT
        offsets.append(offset)
        end = offset + spec.nbytes
    return ArrayPlaces(tuple(offsets), end)


class SharedMemory:
    """A mapping of memory that another process maps, too. The owner of the object closes it."""

    def __init__(self, descriptor: int, size: int) -> None:
        """Map `size` bytes of the memory behind a descriptor, which stays open and is closed with it.

        Raises OSError if this process has no room for it; the descriptor is closed then, too.
        """
        self.descriptor = descriptor
        self.size = size
        try:
            self._map = mmap.mmap(descriptor, size)
        except OSError:
            os.close(descriptor)
            raise

    @classmethod
    def create(cls, size: int) -> "SharedMemory":
        """New memory of `size` bytes, all zero. None of it is used before it is written."""
        descriptor = os.memfd_create("convscope", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        size = max(size, mmap.PAGESIZE)
        os.ftruncate(descriptor, size)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, SEALS)
        return cls(descriptor, size)

    def array(self, spec: ArraySpec, offset: int) -> npt.NDArray[Any]:
        """The array at this place, a view; ValueError if it is not within the memory."""
        if offset < 0 or offset + spec.nbytes > self.size:
            raise ValueError("outside the memory")
        return np.ndarray(spec.shape, spec.dtype, self._map, offset)

    def copy(self, spec: ArraySpec, offset: int, buffer: npt.NDArray[np.uint8]) -> npt.NDArray[Any]:
        """A copy of the array at this place, at the same place of `buffer`."""
        copy: npt.NDArray[Any] = np.ndarray(spec.shape, spec.dtype, buffer, offset)
        copy[...] = self.array(spec, offset)
        return copy

    def release_pages(self) -> None:
        """Give the memory itself back to the system; what was written is zero again."""
        self._map.madvise(mmap.MADV_REMOVE)

    def close(self) -> None:
        """Unmap the memory here. A view of it that is still in use keeps it mapped."""
        os.close(self.descriptor)
        try:
            self._map.close()
        except BufferError:  # an array is in use: the map goes with it
            return


def read_specs(answer: Message) -> list[ArraySpec]:
    """The dtypes and shapes of the results that an answer offers.

    Raises:
        NetworkError: they are none.
    """
    try:
        specs = [ArraySpec(np.dtype(str(dtype)), tuple(map(int, shape))) for dtype, shape in answer["results"]]
    except (KeyError, OverflowError, TypeError, ValueError) as error:
        raise NetworkError("The outputs of the network can't be read.") from error
    if not all(_is_possible(spec) for spec in specs):
        raise NetworkError("The outputs of the network can't be read.")
    return specs


def _is_possible(spec: ArraySpec) -> bool:
    is_array = spec.dtype.kind in "biufc" and len(spec.shape) <= MAX_AXES
    return is_array and all(0 <= length <= MAX_LENGTH for length in spec.shape)
