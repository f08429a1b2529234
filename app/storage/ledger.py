"""The ledger of a folder: the bytes in use and the time of the last sweep, and the lock on the folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.storage.file_lock import locked_file

NAME = ".ledger"
ENTRY = "{:020d} {:020d}\n"


class LockedLedger:
    """The ledger while its lock is held."""

    def __init__(self, descriptor: int, max_bytes: int) -> None:
        self._descriptor = descriptor
        self._max_bytes = max_bytes

    def read(self) -> tuple[int, int]:
        """The bytes in use and the time of the last sweep in seconds. An unreadable ledger counts as a full store."""
        try:
            used, swept_s = (int(word) for word in os.pread(self._descriptor, 64, 0).split())
        except ValueError:
            return self._max_bytes, 0
        return used, swept_s

    def write(self, used: int, swept_s: int) -> None:
        os.pwrite(self._descriptor, ENTRY.format(used, swept_s).encode(), 0)


class Ledger:
    """The ledger of a folder of at most `max_bytes`."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes

    @contextmanager
    def locked(self) -> Iterator[LockedLedger]:
        """Hold the lock against other threads and processes; creates the folder if necessary."""
        with locked_file(self._folder / NAME) as descriptor:
            yield LockedLedger(descriptor, self._max_bytes)
