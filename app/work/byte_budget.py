"""Budgets of bytes: for what arrives at the same time, and for what is held in memory at the same time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import Overloaded

RETRY_S = 5


class ByteBudget:
    """So many bytes may be on their way at a time; whoever would be beyond that comes back later."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._taken = 0
        self._lock = threading.Lock()

    @contextmanager
    def reserve(self, count: int) -> Iterator[None]:
        """Hold `count` bytes of the budget for the `with` block; raises Overloaded."""
        with self._lock:
            if self._taken + count > self._max_bytes:
                raise Overloaded(
                    f"The server is receiving other files. Try again in {RETRY_S} s.", retry_after_s=RETRY_S
                )
            self._taken += count
        try:
            yield
        finally:
            with self._lock:
                self._taken -= count


class MemoryBudget:
    """So many bytes may be in use at a time; whoever would be beyond that waits. What is larger goes alone."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._taken = 0
        self._changed = threading.Condition()

    @contextmanager
    def use(self, count: int) -> Iterator[None]:
        """Hold `count` bytes of the budget for the `with` block, as soon as they are free."""
        with self._changed:
            self._changed.wait_for(lambda: self._taken == 0 or self._taken + count <= self._max_bytes)
            self._taken += count
        try:
            yield
        finally:
            with self._changed:
                self._taken -= count
                self._changed.notify_all()
