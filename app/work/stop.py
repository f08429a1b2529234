"""A signal that ends a piece of work, set once from any thread."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.errors import ConvScopeError


class Stop:
    """Asks running work to end. It is set once, from any thread, with the error that the work ends in."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reason: ConvScopeError | None = None
        self._callbacks: list[Callable[[], None]] = []

    @property
    def reason(self) -> ConvScopeError | None:
        return self._reason

    def set(self, reason: ConvScopeError) -> None:
        with self._lock:
            if self._reason is not None:
                return
            self._reason = reason
            callbacks = tuple(self._callbacks)
        for callback in callbacks:
            callback()

    def on_set(self, callback: Callable[[], None]) -> None:
        """Call `callback` when the stop is set, or at once if it is already set."""
        with self._lock:
            self._callbacks.append(callback)
            if self._reason is None:
                return
        callback()

    @contextmanager
    def calling(self, callback: Callable[[], None]) -> Iterator[None]:
        """Call `callback` if the stop is set before the `with` block ends; of thousands of them nothing is held."""
        self.on_set(callback)
        try:
            yield
        finally:
            with self._lock:
                self._callbacks.remove(callback)

    def check(self) -> None:
        """Raise the reason if the stop is set. Work of many steps calls this between them."""
        if self._reason is not None:
            raise self._reason
