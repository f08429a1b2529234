"""The store in a local folder: any number of threads and processes share it; limited in bytes and in age."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

from app.errors import StorageFull
from app.storage.content import ID, ContentKind, FolderLimits, StoredFile
from app.storage.ledger import Ledger, LockedLedger

T = TypeVar("T")

INCOMING = ".incoming"
BLOCK_BYTES = 4096  # the space of the smallest file on disk
SWEEP_TO = 0.9  # a sweep of a full store leaves this share, so that the next sweep is not soon
SWEEPS_PER_LIFETIME = 8


class FolderStore(Generic[T]):
    """Content in one folder, a file each, whose time is that of the last use.

    The folder is changed only under a lock on its ledger, which has the bytes in use. So adding takes the same time
    however much there is, except for a sweep when the store is full or content has expired.
    Reading takes no lock: files appear complete, by renaming, and a file that is deleted while mapped stays readable.
    The lock ends with its process. A killed process leaves at most one unfinished file, which the next one overwrites.
    """

    def __init__(self, kind: ContentKind[T], folder: Path, limits: FolderLimits) -> None:
        """Open `folder`, and create it if necessary."""
        self._kind = kind
        self.folder = folder
        self.limits = limits
        self._ledger = Ledger(folder, limits.bytes)
        with self._ledger.locked() as ledger, suppress(FileNotFoundError):
            ledger.write(*self._sweep(0))
            (folder / INCOMING).unlink()

    def add(self, identity: str, content: T) -> None:
        """Store the content under its id, or renew it if it is there. The least recently used makes room.

        Raises StorageFull if there is no room.
        """
        try:
            with self._ledger.locked() as ledger:
                if not self._renew(identity):
                    self._write(ledger, identity, content)
        except OSError as error:
            raise StorageFull("The server has no space left. Try again later.") from error

    def get(self, identity: str) -> T:
        """The content; notes its use. A damaged file is deleted. Raises the kind's `unknown`."""
        if not ID.fullmatch(identity):
            raise self._kind.unknown()
        try:
            return self._read(identity)
        except OSError:
            raise self._kind.unknown() from None
        except ValueError:
            self._discard(identity)
            raise self._kind.unknown() from None

    def use(self, identity: str) -> None:
        """Note a use of the content without reading it; raises the kind's `unknown`."""
        path = self.path(identity)
        try:
            if not ID.fullmatch(identity) or self._is_expired(path.stat().st_mtime):
                raise self._kind.unknown()
            _touch(path)
        except OSError:
            raise self._kind.unknown() from None

    def delete(self, identity: str) -> None:
        """Delete the content, if it is there."""
        if not ID.fullmatch(identity):
            return
        with self._ledger.locked() as ledger, suppress(FileNotFoundError):
            path = self.path(identity)
            used, swept_s = ledger.read()
            freed = _on_disk(path.stat().st_size)
            path.unlink()
            ledger.write(max(0, used - freed), swept_s)

    def expire(self) -> frozenset[str]:
        """Delete what has expired; the ids of the rest."""
        with self._ledger.locked() as ledger:
            ledger.write(*self._sweep(0))
        return frozenset(file.id for file in self.files())

    def files(self) -> Iterator[StoredFile]:
        """Every complete file."""
        suffix = self._kind.suffix
        for entry in os.scandir(self.folder):
            identity = entry.name.removesuffix(suffix)
            if entry.name.endswith(suffix) and ID.fullmatch(identity):
                with suppress(FileNotFoundError):
                    status = entry.stat()
                    yield StoredFile(identity, status.st_mtime, _on_disk(status.st_size))

    def path(self, identity: str) -> Path:
        """Where the file with this id is, if it is there."""
        return self.folder / (identity + self._kind.suffix)

    def _is_expired(self, used_s: float) -> bool:
        return time.time() - used_s > self.limits.ttl_s

    def _read(self, identity: str) -> T:
        """The content; notes its use. Raises OSError if there is none, ValueError if it is damaged or expired."""
        path = self.path(identity)
        if self._is_expired(path.stat().st_mtime):
            raise ValueError("expired")
        content = self._kind.read(path)
        _touch(path)
        return content

    def _discard(self, identity: str) -> None:
        """Delete a file that can't be read, unless another process has replaced it in the meantime."""
        with suppress(OSError), self._ledger.locked():
            if not self._renew(identity):
                self.path(identity).unlink(missing_ok=True)

    def _renew(self, identity: str) -> bool:
        """Note a use of the content; whether it is there."""
        try:
            self._read(identity)
        except (OSError, ValueError):
            return False
        return True

    def _write(self, ledger: LockedLedger, identity: str, content: T) -> None:
        size = _on_disk(self._kind.size(content))
        if size > self.limits.bytes:
            raise StorageFull(
                f"It needs {size} bytes, more than the {self.limits.bytes} of the whole store.",
                max_bytes=self.limits.bytes,
            )
        used, swept_s = ledger.read()
        due_s = swept_s + self.limits.ttl_s / SWEEPS_PER_LIFETIME
        if used + size > self.limits.bytes or not swept_s <= time.time() < due_s:
            used, swept_s = self._sweep(size)
        incoming = self.folder / INCOMING
        ledger.write(used + size, swept_s)  # first: a process killed after this leaves too much in it
        try:
            with incoming.open("wb") as file:
                self._kind.write(content, file)
            _touch(incoming)
            incoming.replace(self.path(identity))
        except OSError:
            incoming.unlink(missing_ok=True)
            ledger.write(used, swept_s)
            raise

    def _sweep(self, wanted: int) -> tuple[int, int]:
        """Delete what has expired and, if `wanted` more bytes don't fit, the least recently used.

        Returns the bytes in use and the time in seconds.
        """
        files = list(self.files())
        total, limit = sum(file.bytes for file in files), self.limits.bytes
        goal = min(int(limit * SWEEP_TO), limit - wanted)
        is_full = total + wanted > limit
        for file in sorted(files, key=lambda file: file.used_s):
            if self._is_expired(file.used_s) or (is_full and total > goal):
                self.path(file.id).unlink(missing_ok=True)
                total -= file.bytes
        return total, int(time.time())


def _on_disk(size: int) -> int:
    return -(-size // BLOCK_BYTES) * BLOCK_BYTES


def _touch(path: Path) -> None:
    now = time.time_ns()
    os.utime(path, ns=(now, now))
