"""Results kept in memory, bounded by their bytes: the least recently used go first."""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache


@dataclass(frozen=True, slots=True)
class Use:
    """How a cache has served: lookups that hit and missed, entries and bytes held now."""

    hits: int
    misses: int
    entries: int
    bytes: int


class Cache:
    """A thread-safe least-recently-used map that never holds more than `max_bytes`."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._entries: LRUCache[Hashable, tuple[Any, int]] = LRUCache(max_bytes, getsizeof=lambda entry: entry[1])
        self._lock = threading.Lock()
        self._hits = 0
        self._misses = 0

    def get(self, key: Hashable) -> Any | None:
        """What was kept under `key`, or None."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                self._misses += 1
                return None
            self._hits += 1
            return entry[0]

    def peek(self, key: Hashable) -> Any | None:
        """As `get`, without counting as a use."""
        with self._lock:
            entry = self._entries.get(key)
            return None if entry is None else entry[0]

    def __contains__(self, key: Hashable) -> bool:
        """Whether something is kept under `key`; no use of it."""
        with self._lock:
            return key in self._entries

    def put(self, key: Hashable, value: Any, size: int) -> None:
        """Keep `value`, said to hold `size` bytes. One larger than the whole cache is not kept."""
        with self._lock:
            if size <= self._max_bytes:
                self._entries[key] = (value, size)

    def discard(self, is_discarded: Callable[[Hashable], bool]) -> None:
        """Keep nothing more under the keys for which `is_discarded` holds."""
        with self._lock:
            for key in [key for key in self._entries if is_discarded(key)]:
                del self._entries[key]

    @property
    def use(self) -> Use:
        with self._lock:
            return Use(self._hits, self._misses, len(self._entries), int(self._entries.currsize))
