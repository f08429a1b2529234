"""The store: pulled weights on disk. A file appears there whole and checked, or not at all."""

import errno
import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.errors import PullFailed, StorageFull
from app.nets.published_networks import Weights
from app.work.stop import Stop

RESERVE_BYTES = 64_000_000  # left free on the disk, for everything else that writes there
LOCK_POLL_S = 0.1
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class WrongBytes(PullFailed):
    """What came is not what was published; it has been removed."""


@dataclass(frozen=True, slots=True)
class PartialFile:
    """A file on its way in, kept when its transfer is cut so that the next one goes on from there."""

    path: Path

    @property
    def size(self) -> int:
        """Bytes that are here."""
        return self.path.stat().st_size if self.path.exists() else 0

    def etag(self, address: str) -> str | None:
        """The entity tag of the file at `address` that the bytes come from; None if they don't, or it gave none."""
        try:
            origin = json.loads(self._origin.read_bytes())
        except (OSError, ValueError):
            return None
        return origin.get("etag") if origin.get("address") == address else None

    def begin(self, address: str, etag: str | None) -> None:
        """Start over, with bytes from `address`."""
        self.path.write_bytes(b"")
        self._origin.write_text(json.dumps({"address": address, "etag": etag}))

    def append(self) -> BinaryIO:
        return self.path.open("ab")

    def remove(self) -> None:
        for path in (self.path, self._origin):
            path.unlink(missing_ok=True)

    @property
    def _origin(self) -> Path:
        return self.path.with_name(f"{self.path.name}.from")


class WeightStore:
    """Weights by network in one folder that any number of processes may share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, model: str) -> Path:
        """Where the network's file is, or would be."""
        return self._folder / f"{model}.onnx"

    def has_weights(self, model: str, weights: Weights) -> bool:
        """Whether the weights are here, by their size alone: this is asked often, and opening them checks the hash."""
        try:
            return self.path(model).stat().st_size == weights.bytes
        except OSError:
            return False

    def is_intact(self, model: str, weights: Weights) -> bool:
        """Whether the weights are here, by their SHA-256."""
        return self.has_weights(model, weights) and _digest(self.path(model)) == weights.sha256

    @contextmanager
    def partial_file(
        self, model: str, weights: Weights, stop: Stop, waits: Callable[[], None]
    ) -> Iterator[PartialFile]:
        """The network's part, for one process at a time: others wait, saying so by `waits`, until `stop` is set.

        The lock goes with its process, so one that is killed blocks nobody.

        Raises:
            ConvScopeError: the reason of `stop`.
            StorageFull: the disk has no room for what is missing, or filled up on the way.
        """
        with _writing():
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / f"{model}.lock").open("w") as lock:
                _lock(lock.fileno(), stop, waits)
                yield PartialFile(self._folder / f"{model}.{weights.sha256[:16]}.part")

    def require_space(self, weights: Weights, part: PartialFile) -> None:
        """Raises StorageFull if what is missing of `part` does not fit on the disk."""
        missing = weights.bytes - part.size + RESERVE_BYTES
        free = shutil.disk_usage(self._folder).free
        if free < missing:
            raise StorageFull(
                f"The disk has {free / 1e6:,.0f} MB free; the weights and a reserve take {missing / 1e6:,.0f} MB.",
                free_bytes=free,
                needed_bytes=missing,
            )

    def install(self, model: str, weights: Weights, part: PartialFile) -> None:
        """Put a complete part in its place if it is what was published, else remove it.

        Raises:
            WrongBytes: its length or its SHA-256 is another.
        """
        if part.size != weights.bytes or _digest(part.path) != weights.sha256:
            part.remove()
            raise WrongBytes("what came has not the published SHA-256, and has been removed")
        with part.path.open("rb") as file:
            os.fsync(file.fileno())
        part.path.replace(self.path(model))
        for stale in self._folder.glob(f"{model}.*.part*"):
            stale.unlink(missing_ok=True)
        with _directory(self._folder) as folder:
            os.fsync(folder)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _lock(file: int, stop: Stop, waits: Callable[[], None]) -> None:
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        waits()
        stop.check()
        time.sleep(LOCK_POLL_S)


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFull("The disk is full. What has come is kept: make room and pull again.") from error
        raise PullFailed("The folder for weights can't be written to.") from error


@contextmanager
def _directory(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
