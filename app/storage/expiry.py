"""What deletes the content of a store, again and again, that was not used for too long."""

import threading
from collections.abc import Callable
from contextlib import suppress

from app.errors import StoreUnavailable

LOOK_S = 60.0
LOOKS_PER_LIFETIME = 8  # where content lives shortly


def look_interval_s(ttl_s: float, longest_s: float = LOOK_S) -> float:
    """How long may pass between two looks at what expires `ttl_s` seconds after its last use."""
    return min(longest_s, ttl_s / LOOKS_PER_LIFETIME)


class Expiry:
    """A thread that looks every `LOOK_S` seconds, or more often where the lifetime is short. It survives full disks."""

    def __init__(self, name: str, ttl_s: float, expire: Callable[[], object]) -> None:
        """`expire` deletes what was not used for `ttl_s` seconds."""
        self._expire = expire
        self._closed = threading.Event()
        interval_s = look_interval_s(ttl_s)
        threading.Thread(target=self._look, args=(interval_s,), name=f"{name}-expiry", daemon=True).start()

    def close(self) -> None:
        """Let nothing more expire."""
        self._closed.set()

    def _look(self, interval_s: float) -> None:
        while not self._closed.wait(interval_s):
            with suppress(OSError, StoreUnavailable):
                self._expire()
