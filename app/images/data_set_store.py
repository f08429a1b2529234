"""The store of data sets: ZIPs on disk, named by the hash of their content, limited in bytes and in age."""

import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.errors import StorageFull
from app.images.data_sets import UnknownDataSet

ID = re.compile(r"[0-9a-f]{32}")
SUFFIX = ".zip"
LOCK = ".lock"
IN_USE_S = 3_600  # a data set used within this time makes no room for another one


class DataSetStore:
    """Data sets in one folder that any number of threads and processes may share.

    A ZIP appears complete, by renaming; its time is that of its last use. What changes the folder holds its lock. A
    ZIP that is deleted while it is read stays readable.
    """

    def __init__(self, folder: Path, max_bytes: int, ttl_s: float) -> None:
        """Open `folder`, and create it if necessary. A data set expires `ttl_s` seconds after its last use."""
        self._folder = folder
        self._max_bytes = max_bytes
        self._ttl_s = ttl_s
        self.expire()

    def add(self, identity: str, archive: Path) -> None:
        """Move a ZIP, on the same disk, into the store, or renew it; the least recently used ones make room.

        Raises:
            StorageFull: there is no room.
        """
        try:
            with self._lock():
                if self._is_there(identity):
                    os.utime(self._path(identity))
                    return
                self._make_room(archive.stat().st_size)
                archive.replace(self._path(identity))
        except OSError as error:
            raise StorageFull("The server has no space left. Try again later.") from error

    def get(self, identity: str) -> Path:
        """The ZIP with this id; notes a use of it. Raises UnknownDataSet."""
        path = self._path(identity)
        try:
            if not self._is_there(identity):
                raise _unknown()
            os.utime(path)
        except OSError:
            raise _unknown() from None
        return path

    def delete(self, identity: str) -> None:
        """Delete a data set, if it is there."""
        if ID.fullmatch(identity):
            self._path(identity).unlink(missing_ok=True)

    def expire(self) -> None:
        """Delete what has expired."""
        with self._lock():
            for used_s, _, path in self._files():
                if time.time() - used_s > self._ttl_s:
                    path.unlink(missing_ok=True)

    def _make_room(self, wanted: int) -> None:
        files = list(self._files())
        total = wanted + sum(size for _, size, _ in files)
        for used_s, size, path in sorted(files):
            age_s = time.time() - used_s
            if age_s > self._ttl_s or (total > self._max_bytes and age_s > IN_USE_S):
                path.unlink(missing_ok=True)
                total -= size
        if total > self._max_bytes:
            raise StorageFull(
                "There is no room for another data set: those of the last hour take it up. Delete one that you no "
                "longer need, or try again later.",
                max_bytes=self._max_bytes,
            )

    def _is_there(self, identity: str) -> bool:
        """Whether there is a data set with this id that has not expired."""
        with suppress(OSError):
            return bool(ID.fullmatch(identity)) and time.time() - self._path(identity).stat().st_mtime <= self._ttl_s
        return False

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """The last use of each ZIP in seconds since 1970, its bytes and its path."""
        for path in self._folder.glob(f"*{SUFFIX}"):
            with suppress(FileNotFoundError):
                status = path.stat()
                yield status.st_mtime, status.st_size, path

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _path(self, identity: str) -> Path:
        return self._folder / f"{identity}{SUFFIX}"


def _unknown() -> UnknownDataSet:
    return UnknownDataSet("There is no such data set: it was deleted or has expired. Send its photos again.")
