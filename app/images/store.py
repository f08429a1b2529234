"""The store of uploaded pictures on disk: named by the hash of their pixels, limited in bytes and in age."""

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
CUT_SUFFIX = ".cut"  # an empty file beside a picture whose own file was cut off
CUT_OFF = "The file was cut off: what is missing of the picture is grey or less sharp."
INCOMING = ".incoming"
LEDGER = ".ledger"
LEDGER_FORMAT = "{:020d} {:020d}\n"  # bytes in use, and the time of the last sweep in seconds
HEADER_BYTES = 128  # of a `.npy` file
BLOCK_BYTES = 4096  # the space of the smallest file on disk
SWEEP_TO = 0.9  # a sweep of a full store leaves this share, so that the next sweep is not soon
SWEEPS_PER_LIFETIME = 8


@dataclass(frozen=True)
class StoredPicture:
    """A picture in the store; `width` and `height` are those of the uploaded file."""

    id: str
    width: int
    height: int
    format: str
    is_cut: bool = False

    @property
    def note(self) -> str | None:
        """What a reader must know of the file."""
        return CUT_OFF if self.is_cut else None


@dataclass(frozen=True)
class StoredFile:
    """One file of the store."""

    used_ns: int
    bytes: int
    path: Path


class PictureStore:
    """Pictures by content, in one folder that any number of threads and processes may share.

    The folder is changed only under a lock on its ledger, which has the bytes in use. So adding a picture takes the
    same time however many there are, except for a sweep when the store is full or pictures have expired.
    Reading takes no lock: files appear complete, by renaming, and a file that is deleted while mapped stays readable.
    The lock ends with its process. A killed process leaves at most one unfinished file, which the next one overwrites.
    """

    def __init__(self, folder: Path, max_bytes: int, ttl_s: float) -> None:
        """Open `folder`, and create it if necessary. A picture expires `ttl_s` seconds after its last use."""
        self._folder = folder
        self._max_bytes = max_bytes
        self._ttl_ns = int(ttl_s * 1e9)
        with self._lock() as ledger, suppress(FileNotFoundError):
            self._write_ledger(ledger, self._sweep(0))
            (folder / INCOMING).unlink()

    def add(self, picture: Picture) -> StoredPicture:
        """Store the picture, or renew it if it is there. The least recently used pictures make room.

        Raises StorageFull if there is no room.
        """
        image = picture.id
        try:
            with self._lock() as ledger:
                if picture.is_cut:
                    self._cut_path(image).touch()
                if not self._renew(image):
                    self._write(ledger, image, picture.rgb)
        except OSError as error:
            raise StorageFull("The server has no space left. Try again later.") from error
        return StoredPicture(image, picture.width, picture.height, picture.format, picture.is_cut)

    def get(self, image: str) -> npt.NDArray[np.uint8]:
        """The picture's pixels, (H, W, 3) uint8, mapped from disk, read-only; raises UnknownImage."""
        if not ID.fullmatch(image):
            raise _unknown()
        try:
            return self._read(image)
        except OSError:
            raise _unknown() from None
        except ValueError:
            self._discard(image)
            raise _unknown() from None

    def use(self, image: str) -> None:
        """Note a use of the picture without reading it; raises UnknownImage."""
        path = self._path(image)
        try:
            if not ID.fullmatch(image) or self._is_expired(path.stat().st_mtime_ns):
                raise _unknown()
            _touch(path)
        except OSError:
            raise _unknown() from None

    def delete(self, image: str) -> None:
        """Delete the picture, if it is there."""
        if not ID.fullmatch(image):
            return
        with self._lock() as ledger:
            path = self._path(image)
            with suppress(FileNotFoundError):
                used, swept_s = self._read_ledger(ledger)
                freed = _on_disk(path.stat().st_size)
                _unlink(path)
                self._write_ledger(ledger, (max(0, used - freed), swept_s))

    def expire(self) -> frozenset[str]:
        """Delete the pictures that have expired; the ids of the others."""
        with self._lock() as ledger:
            self._write_ledger(ledger, self._sweep(0))
        return frozenset(file.path.stem for file in self._list_files())

    def note(self, image: str) -> str | None:
        """What a reader must know of the picture's file; None for a picture that is not there."""
        return CUT_OFF if ID.fullmatch(image) and self._cut_path(image).exists() else None

    def _cut_path(self, image: str) -> Path:
        return self._folder / (image + CUT_SUFFIX)

    def _path(self, image: str) -> Path:
        return self._folder / (image + SUFFIX)

    def _is_expired(self, used_ns: int) -> bool:
        return time.time_ns() - used_ns > self._ttl_ns

    def _read(self, image: str) -> npt.NDArray[np.uint8]:
        """The pixels; notes their use. Raises OSError if there are none, ValueError if they are damaged or expired."""
        path = self._path(image)
        if self._is_expired(path.stat().st_mtime_ns):
            raise ValueError("expired")
        pixels = _map_pixels(path)
        _touch(path)
        return pixels

    def _discard(self, image: str) -> None:
        """Delete a file that can't be read, unless another process has replaced it in the meantime."""
        with suppress(OSError), self._lock():
            if not self._renew(image):
                _unlink(self._path(image))

    def _renew(self, image: str) -> bool:
        """Note a use of the picture; whether it is there."""
        try:
            self._read(image)
        except (OSError, ValueError):
            return False
        return True

    def _write(self, ledger: int, image: str, rgb: npt.NDArray[np.uint8]) -> None:
        size = _on_disk(HEADER_BYTES + rgb.nbytes)
        if size > self._max_bytes:
            raise StorageFull(
                f"The picture needs {size} bytes, more than the {self._max_bytes} of the whole store.",
                max_bytes=self._max_bytes,
            )
        used, swept_s = self._read_ledger(ledger)
        due_s = swept_s + self._ttl_ns / 1e9 / SWEEPS_PER_LIFETIME
        if used + size > self._max_bytes or not swept_s <= time.time() < due_s:
            used, swept_s = self._sweep(size)
        incoming = self._folder / INCOMING
        self._write_ledger(ledger, (used + size, swept_s))  # first: a process killed after this leaves too much in it
        try:
            with incoming.open("wb") as file:
                np.lib.format.write_array(file, rgb, version=(1, 0), allow_pickle=False)
            _touch(incoming)
            incoming.replace(self._path(image))
        except OSError:
            incoming.unlink(missing_ok=True)
            self._write_ledger(ledger, (used, swept_s))
            raise

    def _sweep(self, wanted: int) -> tuple[int, int]:
        """Delete expired pictures and, if `wanted` more bytes don't fit, the least recently used ones.

        Returns the bytes in use and the time in seconds.
        """
        files = list(self._list_files())
        total = sum(file.bytes for file in files)
        goal = min(int(self._max_bytes * SWEEP_TO), self._max_bytes - wanted)
        is_full = total + wanted > self._max_bytes
        for file in sorted(files, key=lambda file: file.used_ns):
            if self._is_expired(file.used_ns) or (is_full and total > goal):
                _unlink(file.path)
                total -= file.bytes
        return total, int(time.time())

    def _list_files(self) -> Iterator[StoredFile]:
        for entry in os.scandir(self._folder):
            if entry.name.endswith(SUFFIX) and ID.fullmatch(entry.name.removesuffix(SUFFIX)):
                with suppress(FileNotFoundError):
                    status = entry.stat()
                    yield StoredFile(status.st_mtime_ns, _on_disk(status.st_size), Path(entry.path))

    @contextmanager
    def _lock(self) -> Iterator[int]:
        """The open ledger, locked against other threads and processes."""
        self._folder.mkdir(parents=True, exist_ok=True)
        ledger = os.open(self._folder / LEDGER, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(ledger, fcntl.LOCK_EX)
            yield ledger
        finally:
            os.close(ledger)

    def _read_ledger(self, ledger: int) -> tuple[int, int]:
        """The bytes in use and the time of the last sweep. An unreadable ledger counts as a full store."""
        try:
            used, swept_s = (int(word) for word in os.pread(ledger, 64, 0).split())
        except ValueError:
            return self._max_bytes, 0
        return used, swept_s

    @staticmethod
    def _write_ledger(ledger: int, entry: tuple[int, int]) -> None:
        os.pwrite(ledger, LEDGER_FORMAT.format(*entry).encode(), 0)


def _unknown() -> UnknownImage:
    return UnknownImage("There is no such picture: it was deleted or has expired. Send it again.")


def _unlink(path: Path) -> None:
    """Delete a picture's file and the note that belongs to it."""
    path.unlink(missing_ok=True)
    path.with_suffix(CUT_SUFFIX).unlink(missing_ok=True)


def _on_disk(size: int) -> int:
    return -(-size // BLOCK_BYTES) * BLOCK_BYTES


def _touch(path: Path) -> None:
    now = time.time_ns()
    os.utime(path, ns=(now, now))


def _map_pixels(path: Path) -> npt.NDArray[np.uint8]:
    """The array in a file, memory-mapped; ValueError if it is not (H, W, 3) uint8 or the file has another length."""
    try:
        pixels = np.lib.format.open_memmap(path, mode="r")  # np.load would also try to read other formats
    except OSError:
        raise
    except Exception as error:  # NumPy documents no set of exceptions for damaged files
        raise ValueError("damaged") from error
    is_picture = pixels.dtype == np.uint8 and pixels.shape[2:] == (3,)
    if not is_picture or not pixels.flags.c_contiguous or path.stat().st_size != pixels.offset + pixels.nbytes:
        raise ValueError("damaged")
    array: npt.NDArray[np.uint8] = pixels.view(np.ndarray)
    return array
