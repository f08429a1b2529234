"""Memory for results: that of results which nobody holds any more is used again, as new memory is slow to touch."""

import mmap
import threading
import weakref

import numpy as np
import numpy.typing as npt


class ResultBuffers:
    """Buffers for any thread. At most `spare_bytes` of those that nobody uses are held for the next."""

    def __init__(self, spare_bytes: int) -> None:
        self._spare_bytes = spare_bytes
        self._lock = threading.RLock()  # a buffer may come back in the middle of `take`, by a garbage collection
        self._spare: list[mmap.mmap] = []

    def take(self, size: int) -> npt.NDArray[np.uint8]:
        """A buffer of at least `size` bytes. It comes back when it and all arrays that are views of it are gone."""
        with self._lock:
            fitting = [each for each in self._spare if size <= len(each) <= 2 * max(size, mmap.PAGESIZE)]
            memory = min(fitting, key=len, default=None)
            if memory is None:
                memory = mmap.mmap(-1, max(size, mmap.PAGESIZE))
            else:
                self._spare.remove(memory)
        buffer = np.ndarray((len(memory),), np.uint8, memory)
        weakref.finalize(buffer, self._give_back, memory).atexit = False
        return buffer

    def _give_back(self, memory: mmap.mmap) -> None:
        with self._lock:
            self._spare.append(memory)
            while sum(map(len, self._spare)) > self._spare_bytes:
                del self._spare[0]
