"""The pictures that have been sent: on disk, named by their pixels, bounded in bytes and in age."""

import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.errors import StorageFull, UnknownImage
from app.images.decode import Picture

ID = re.compile(r"[0-9a-f]{32}")
SUFFIX = ".npy"
INCOMING = ".incoming"
LEDGER = ".ledger"
LEDGER_FORMAT = "{:020d} {:020d}\n"  # bytes kept, and the second of the last sweep
HEADER_BYTES = 128
HEADER = re.compile(
    rb"\x93NUMPY\x01\x00v\x00{'descr': '\|u1', 'fortran_order': False, 'shape': \((\d{1,5}), (\d{1,5}), 3\), } *\n"
)
BLOCK_BYTES = 4096  # what the smallest file takes on disk
SWEPT_TO = 0.9  # a full sweep leaves this share, so that the next ones are far apart
SWEEPS_PER_LIFETIME = 8


@dataclass(frozen=True)
class StoredPicture:
    """A picture that is in the store; `width` and `height` are those of the file that was sent."""

    id: str
    width: int
    height: int
    format: str


@dataclass(frozen=True)
class Kept:
    """One file of the store as a sweep finds it."""

    used_ns: int
    bytes: int
    path: Path


class PictureStore:
    """Pictures by content in one folder that any number of threads and processes may share.

    All that changes the folder happens under a lock on its ledger, which holds the bytes kept: an add costs the same
    however many pictures there are, but for the sweep when the folder is full or pictures have outlived their time.
    A reader takes no lock: files appear whole, by renaming, and one deleted while it is mapped stays readable.
    The lock goes with its process, and a process killed half-way leaves one unfinished file, which the next overwrites.
    """

    def __init__(self, folder: Path, max_bytes: int, ttl_s: float) -> None:
        """Opens `folder`, making it if need be. `ttl_s` counts from a picture's last use, in seconds."""
        self._folder = folder
        self._max_bytes = max_bytes
        self._ttl_ns = int(ttl_s * 1e9)
        with self._locked() as ledger, suppress(FileNotFoundError):
            self._write_ledger(ledger, self._swept(0))
            (folder / INCOMING).unlink()

    def add(self, picture: Picture) -> StoredPicture:
        """Keeps the picture, or renews it if it is there; the least recently used make room.

        Raises StorageFull if it can't be kept.
        """
        image = picture.id
        try:
            with self._locked() as ledger:
                if not self._renewed(image):
                    self._write(ledger, image, picture.rgb)
        except OSError as error:
            raise StorageFull("There is no room to keep the picture; try again later.") from error
        return StoredPicture(image, picture.width, picture.height, picture.format)

    def get(self, image: str) -> npt.NDArray[np.uint8]:
        """The picture's pixels, (H, W, 3) uint8, mapped from disk, read-only; raises UnknownImage."""
        unknown = UnknownImage("There is no such picture; it may have expired. Send it again.")
        if not ID.fullmatch(image):
            raise unknown
        try:
            return self._read(image)
        except OSError:
            raise unknown from None
        except ValueError:
            self._discard(image)
            raise unknown from None

    def _path(self, image: str) -> Path:
        return self._folder / (image + SUFFIX)

    def _expired(self, used_ns: int) -> bool:
        return time.time_ns() - used_ns > self._ttl_ns

    def _read(self, image: str) -> npt.NDArray[np.uint8]:
        """The pixels, their use noted; OSError where there are none, ValueError where they are damaged or expired."""
        path = self._path(image)
        if self._expired(path.stat().st_mtime_ns):
            raise ValueError("expired")
        pixels = _mapped(path)
        _touch(path)
        return pixels

    def _discard(self, image: str) -> None:
        """Deletes a file that can't be read, unless another process has just put a good one in its place."""
        with suppress(OSError), self._locked():
            if not self._renewed(image):
                self._path(image).unlink()

    def _renewed(self, image: str) -> bool:
        try:
            self._read(image)
        except (OSError, ValueError):
            return False
        return True

    def _write(self, ledger: int, image: str, rgb: npt.NDArray[np.uint8]) -> None:
        size = _on_disk(HEADER_BYTES + rgb.nbytes)
        if size > self._max_bytes:
            raise StorageFull(
                f"The picture takes {size} bytes, more than the {self._max_bytes} that are kept in all.",
                max_bytes=self._max_bytes,
            )
        kept, swept_s = self._read_ledger(ledger)
        due_s = swept_s + self._ttl_ns / 1e9 / SWEEPS_PER_LIFETIME
        if kept + size > self._max_bytes or not swept_s <= time.time() < due_s:
            kept, swept_s = self._swept(size)
        incoming = self._folder / INCOMING
        self._write_ledger(ledger, (kept + size, swept_s))  # first: a process killed from here on leaves too much in it
        try:
            with incoming.open("wb") as file:
                np.lib.format.write_array(file, rgb, version=(1, 0), allow_pickle=False)
            _touch(incoming)
            incoming.replace(self._path(image))
        except OSError:
            incoming.unlink(missing_ok=True)
            self._write_ledger(ledger, (kept, swept_s))
            raise

    def _swept(self, wanted: int) -> tuple[int, int]:
        """Deletes what has expired and, if `wanted` more bytes don't fit, the least recently used.

        Gives the bytes kept and the time in seconds.
        """
        kept = list(self._kept())
        total = sum(file.bytes for file in kept)
        goal = min(int(self._max_bytes * SWEPT_TO), self._max_bytes - wanted)
        full = total + wanted > self._max_bytes
        for file in sorted(kept, key=lambda file: file.used_ns):
            if self._expired(file.used_ns) or (full and total > goal):
                file.path.unlink(missing_ok=True)
                total -= file.bytes
        return total, int(time.time())

    def _kept(self) -> Iterator[Kept]:
        for entry in os.scandir(self._folder):
            if entry.name.endswith(SUFFIX) and ID.fullmatch(entry.name.removesuffix(SUFFIX)):
                with suppress(FileNotFoundError):
                    status = entry.stat()
                    yield Kept(status.st_mtime_ns, _on_disk(status.st_size), Path(entry.path))

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """The open ledger, with no other thread or process between lock and release."""
        self._folder.mkdir(parents=True, exist_ok=True)
        ledger = os.open(self._folder / LEDGER, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(ledger, fcntl.LOCK_EX)
            yield ledger
        finally:
            os.close(ledger)

    def _read_ledger(self, ledger: int) -> tuple[int, int]:
        """Bytes kept and second of the last sweep; taken to be full, and so swept, where they can't be read."""
        try:
            kept, swept_s = (int(word) for word in os.pread(ledger, 64, 0).split())
        except ValueError:
            return self._max_bytes, 0
        return kept, swept_s

    @staticmethod
    def _write_ledger(ledger: int, entry: tuple[int, int]) -> None:
        os.pwrite(ledger, LEDGER_FORMAT.format(*entry).encode(), 0)


def _on_disk(size: int) -> int:
    return -(-size // BLOCK_BYTES) * BLOCK_BYTES


def _touch(path: Path) -> None:
    now = time.time_ns()
    os.utime(path, ns=(now, now))


def _mapped(path: Path) -> npt.NDArray[np.uint8]:
    """The array in a file, mapped; ValueError if the file is not exactly one that `add` wrote."""
    with path.open("rb") as file:
        header = HEADER.fullmatch(file.read(HEADER_BYTES))
        shape = (int(header[1]), int(header[2]), 3) if header else (0, 0, 3)
        if os.fstat(file.fileno()).st_size != HEADER_BYTES + shape[0] * shape[1] * 3 or not header:
            raise ValueError("damaged")
        return np.memmap(file, np.uint8, "r", HEADER_BYTES, shape).view(np.ndarray)
