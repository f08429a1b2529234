"""The store of downloaded weights on disk. A file appears there complete and checked, or not at all."""

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
    """The file is not what was published; it has been removed."""


@dataclass(frozen=True, slots=True)
class PartialFile:
    """A file that is being downloaded. It stays when the transfer is interrupted, so that the next one can resume."""

    path: Path

    @property
    def size(self) -> int:
        """The bytes that have arrived."""
        return self.path.stat().st_size if self.path.exists() else 0

    def etag(self, address: str) -> str | None:
        """The entity tag of the file at `address`; None if the bytes are from elsewhere, or it has no tag."""
        try:
            origin = json.loads(self._origin.read_bytes())
        except (OSError, ValueError):
            return None
        return origin.get("etag") if origin.get("address") == address else None

    def begin(self, address: str, etag: str | None) -> None:
        """Start again with an empty file, for bytes from `address`."""
        self.path.write_bytes(b"")
        self._origin.write_text(json.dumps({"address": address, "etag": etag}))

    def append(self) -> BinaryIO:
        """The open file, to add bytes at its end."""
        return self.path.open("ab")

    def remove(self) -> None:
        for path in (self.path, self._origin):
            path.unlink(missing_ok=True)

    @property
    def _origin(self) -> Path:
        return self.path.with_name(f"{self.path.name}.from")


class WeightStore:
    """Weights by network, in one folder that any number of processes may share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, model: str) -> Path:
        """The place of the network's file, whether it is there or not."""
        return self._folder / f"{model}.onnx"

    def has_weights(self, model: str, weights: Weights) -> bool:
        """Whether the weights are here, by their size alone. This is called often; opening them checks the hash."""
        try:
            return self.path(model).stat().st_size == weights.bytes
        except OSError:
            return False

    def is_intact(self, model: str, weights: Weights) -> bool:
        """Whether the weights are here, by their SHA-256."""
        return self.has_weights(model, weights) and _sha256(self.path(model)) == weights.sha256

    @contextmanager
    def partial_file(
        self, model: str, weights: Weights, stop: Stop, report_waiting: Callable[[], None]
    ) -> Iterator[PartialFile]:
        """The network's partial file, for one process at a time; others wait and call `report_waiting`.

        The lock ends with its process, so a killed process blocks nobody.

        Raises:
            ConvScopeError: the reason of `stop`.
            StorageFull: the disk has no room for what is missing, or filled up meanwhile.
        """
        with _translate_errors():
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / f"{model}.lock").open("w") as lock:
                _lock(lock.fileno(), stop, report_waiting)
                yield PartialFile(self._folder / f"{model}.{weights.sha256[:16]}.part")

    def require_space(self, weights: Weights, part: PartialFile) -> None:
        """Raise StorageFull if the bytes that `part` lacks do not fit on the disk."""
        missing = weights.bytes - part.size + RESERVE_BYTES
        free = shutil.disk_usage(self._folder).free
        if free < missing:
            raise StorageFull(
                f"The disk has {free / 1e6:,.0f} MB free; the weights and a reserve need {missing / 1e6:,.0f} MB.",
                free_bytes=free,
                needed_bytes=missing,
            )

    def install(self, model: str, weights: Weights, part: PartialFile) -> None:
        """Move a complete file to its place if it is what was published; otherwise remove it.

        Raises:
            WrongBytes: its length or its SHA-256 is different.
        """
        if part.size != weights.bytes or _sha256(part.path) != weights.sha256:
            part.remove()
            raise WrongBytes("the file does not have the published SHA-256 and has been removed")
        with part.path.open("rb") as file:
            os.fsync(file.fileno())
        part.path.replace(self.path(model))
        for stale in self._folder.glob(f"{model}.*.part*"):
            stale.unlink(missing_ok=True)
        with _directory(self._folder) as folder:
            os.fsync(folder)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _lock(file: int, stop: Stop, report_waiting: Callable[[], None]) -> None:
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        report_waiting()
        stop.check()
        time.sleep(LOCK_POLL_S)


@contextmanager
def _translate_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFull(
                "The disk is full. The downloaded part is kept. Free some space, then try again."
            ) from error
        raise PullFailed("The folder for weights can't be written to.") from error


@contextmanager
def _directory(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
