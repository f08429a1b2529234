"""A bucket: objects under keys, in whatever fsspec opens (S3, a shared folder). Every call has a limit on its time."""

import errno
import logging
import secrets
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from app.errors import StorageFull, StoreUnavailable

R = TypeVar("R")

CALLS = 16  # at the same time; more wait for their turn
CALL_S = 10.0
CONNECT_S = 5.0
BYTES_PER_S = 1_000_000  # a transfer may take a second more for each of so many bytes
RETRY_S = 5  # for so long after a failure nothing is tried, so that nobody waits for a bucket that is away
FULL = (errno.ENOSPC, errno.EDQUOT)
TIMES = ("LastModified", "mtime", "modified", "created")  # as the implementations of fsspec call it
OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "file": {"auto_mkdir": True},
    "s3": {
        "config_kwargs": {"connect_timeout": CONNECT_S, "read_timeout": CALL_S, "retries": {"max_attempts": 1}},
        "max_concurrency": 2,  # parts of 50 MB in memory
    },
}
EXTRA = f"{sys.executable} -m pip install '.[storage]', in the folder of ConvScope's source code"

log = logging.getLogger("convscope")


@dataclass(frozen=True, slots=True)
class BucketObject:
    """An object: the last part of its key, its size, and when it was written, in seconds since 1970."""

    name: str
    bytes: int
    written_s: float

    @property
    def age_s(self) -> float:
        return time.time() - self.written_s


class Bucket:
    """Objects that several machines share.

    A call runs in a thread of its own: one that hangs holds up nobody for longer than its limit, and at most `CALLS`
    of them hang. After a failure the bucket counts as away for `RETRY_S` seconds.
    """

    def __init__(self, url: str) -> None:
        """The objects below `url`; nothing is asked yet. Raises StoreUnavailable if nothing here opens such a URL."""
        self._files, self._root = _open(url)
        self._slots = threading.BoundedSemaphore(CALLS)
        self._away_until = 0.0

    def find(self, key: str) -> BucketObject | None:
        """The object with this key; None if there is none."""
        try:
            return _object_of(self._call(lambda: self._files.info(self._path(key))))
        except FileNotFoundError:
            return None

    def list(self, folder: str) -> list[BucketObject]:
        """The objects whose keys are one part longer than `folder`."""
        try:
            listed = self._call(lambda: self._files.ls(self._path(folder), detail=True))
        except FileNotFoundError:
            return []
        return [_object_of(entry) for entry in listed if entry["type"] == "file"]

    def put(self, key: str, path: Path) -> None:
        """Write the object from a local file; raises FileNotFoundError if that has gone."""
        size = path.stat().st_size
        try:
            self._call(lambda: self._files.put_file(str(path), self._path(key)), size)
        except FileNotFoundError as error:  # there is no such bucket
            raise self._failure(error) from error

    def fetch(self, key: str, path: Path, size: int) -> None:
        """Copy the object of this size to a local file; raises FileNotFoundError, and StorageFull for this disk.

        A copy that arrives after the time limit is deleted.
        """
        timed_out = threading.Event()

        def copy() -> None:
            try:
                self._files.get_file(self._path(key), str(path))
            except OSError as error:
                if error.errno in FULL:
                    raise StorageFull("The server has no space left. Try again later.") from error
                raise
            finally:
                if timed_out.is_set():
                    path.unlink(missing_ok=True)

        try:
            self._call(copy, size)
        except StoreUnavailable:
            timed_out.set()
            raise

    def write(self, key: str, data: bytes) -> None:
        """Write a small object."""
        try:
            self._call(lambda: self._files.pipe_file(self._path(key), data))
        except FileNotFoundError as error:  # there is no such bucket
            raise self._failure(error) from error

    def read(self, key: str) -> bytes:
        """The content of a small object; raises FileNotFoundError."""
        content: bytes = self._call(lambda: self._files.cat_file(self._path(key)))
        return content

    def delete(self, key: str) -> None:
        """Delete the object, if it is there."""
        with suppress(FileNotFoundError):
            self._call(lambda: self._files.rm_file(self._path(key)))

    def check(self) -> None:
        """Write, list, read and delete an object; raises StoreUnavailable unless all of that is allowed and works."""
        name = f"check-{secrets.token_hex(8)}"
        self.write(f"checks/{name}", name.encode())
        if name not in {listed.name for listed in self.list("checks")} or self.read(f"checks/{name}") != name.encode():
            raise StoreUnavailable("What is written to the shared store can't be read back.")
        self.delete(f"checks/{name}")

    def _path(self, key: str) -> str:
        return f"{self._root}/{key}"

    def _call(self, work: Callable[[], R], size: int = 0) -> R:
        """The result of `work`, which transfers `size` bytes.

        Raises FileNotFoundError and StorageFull, or StoreUnavailable for any other failure.
        """
        seconds = CALL_S + size / BYTES_PER_S
        if time.monotonic() < self._away_until or not self._slots.acquire(timeout=seconds):
            raise _unavailable()
        future: Future[R] = Future()
        try:
            threading.Thread(target=self._run, args=(work, future), name="bucket", daemon=True).start()
        except RuntimeError as error:  # there are too many threads here, which says nothing of the bucket
            self._slots.release()
            raise _unavailable() from error
        try:
            return future.result(seconds)
        except (FileNotFoundError, StorageFull):
            raise
        except Exception as error:  # each library behind fsspec has its own
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> StoreUnavailable:
        """What callers get for an error of the library, and will for a while."""
        self._away_until = time.monotonic() + RETRY_S
        # nothing but the type: messages of libraries may have names of accounts and keys
        log.warning("The shared store can't be used: %s.", type(error).__name__)
        return _unavailable()

    def _run(self, work: Callable[[], R], future: Future[R]) -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # handed to the one who waits
            future.set_exception(error)
        finally:
            self._slots.release()


def _open(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the path in it. No listing is cached: other machines change what is there."""
    protocol = url.partition("://")[0]
    try:
        from fsspec.core import url_to_fs

        files, root = url_to_fs(url, use_listings_cache=False, skip_instance_cache=True, **OPTIONS.get(protocol, {}))
    except ImportError as error:
        library = EXTRA if protocol in OPTIONS else f"the one that fsspec names for {protocol}"
        raise StoreUnavailable(f"A library for the shared store is missing. Install it: {library}") from error
    except ValueError as error:
        raise StoreUnavailable(f"CONVSCOPE_STORE_URL: {protocol} is no kind of store.") from error
    return files, root.rstrip("/")


def _object_of(entry: Mapping[str, Any]) -> BucketObject:
    written = next((entry[name] for name in TIMES if name in entry), None)
    written_s = written.timestamp() if isinstance(written, datetime) else float(written or 0)
    return BucketObject(str(entry["name"]).rpartition("/")[2], int(entry["size"] or 0), written_s)


def _unavailable() -> StoreUnavailable:
    return StoreUnavailable("The shared store does not answer. Try again in a moment.", retry_after_s=RETRY_S)
