"""The store in a bucket that machines share, with a copy in a local folder of what this machine uses."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle, islice
from pathlib import Path
from tempfile import mkstemp
from typing import Generic, TypeVar

from cachetools import TTLCache

from app.errors import NotFound, StorageFull, StoreUnavailable
from app.storage.bucket import Bucket, BucketObject
from app.storage.content import ID, ContentKind, ContentStore, FolderLimits, StoredFile
from app.storage.local_folder import FolderStore

T = TypeVar("T")

CONFIRMED_S = 10.0  # for so long after the bucket was asked, content counts as being there
CONFIRMED = 10_000  # ids
RENEW_AT = 0.25  # of its lifetime: content that is used and is older is written again, which makes it young
RENEWAL_S = 60.0  # nobody gets expired content, but somebody who came in time may still be writing it again
FETCHES = 16  # of different content at the same time
SHARDS = [f"{number:02x}" for number in range(256)]  # content is spread over folders by the first digits of its id
SHARDS_PER_LOOK = 8
LOOK_S = 60.0
UNCONFIRMED_S = 600.0  # a younger local file may be on its way to the bucket
FETCHED = ".fetched-"


class SharedStore(Generic[T]):
    """Content of one kind in a bucket. What a machine reads is copied to its folder, and memory-mapped there.

    A copy is given out only if the bucket has confirmed its content within `CONFIRMED_S` seconds, so that what is
    deleted is gone everywhere. While the bucket is away, copies go on being read; all else raises StoreUnavailable.
    Content that comes from the bucket is checked against its id.
    """

    def __init__(self, kind: ContentKind[T], local: FolderStore[T], bucket: Bucket, place: str) -> None:
        """The content below the key `place`; `local` has the copies, within its limits."""
        self._kind = kind
        self._local = local
        self._bucket = bucket
        self._place = place
        self._confirmed: TTLCache[str, int] = TTLCache(CONFIRMED, CONFIRMED_S)  # the sizes of the objects
        self._lock = threading.Lock()
        self._fetching = [threading.Lock() for _ in range(FETCHES)]
        self._shards = cycle(SHARDS)
        self._next_look = 0.0
        _delete_left(local.folder)

    def add(self, identity: str, content: T) -> None:
        """Store the content here and in the bucket, unless it is there. Raises StorageFull, StoreUnavailable."""
        was_here = self._local.path(identity).exists()
        self._local.add(identity, content)
        size = self._kind.size(content)
        try:
            stored = self._bucket.find(self._key(identity))
            if stored is None or stored.bytes != size or self._is_old(stored):
                self._bucket.put(self._key(identity), self._local.path(identity))
            self._note(identity, size)
        except FileNotFoundError:
            return  # it has just been deleted
        except StoreUnavailable:
            if not was_here:
                self._local.delete(identity)
                raise

    def get(self, identity: str) -> T:
        """The content, from the local copy if there is one.

        Raises the kind's `unknown`, StorageFull, StoreUnavailable.
        """
        self._confirm(identity)
        with suppress(NotFound):
            return self._local.get(identity)
        with self._fetching[int(identity, 16) % FETCHES]:
            with suppress(NotFound):
                return self._local.get(identity)
            self._fetch(identity)
        return self._local.get(identity)

    def use(self, identity: str) -> None:
        """Note a use of the content; raises the kind's `unknown`, StoreUnavailable."""
        self._confirm(identity)
        with suppress(NotFound):
            self._local.use(identity)

    def delete(self, identity: str) -> None:
        """Delete the content in the bucket and here; the copies of other machines follow."""
        if ID.fullmatch(identity):
            self._bucket.delete(self._key(identity))
            self._forget(identity)

    def expire(self) -> frozenset[str]:
        """Delete what has expired here and, in a part of the bucket at a time, there; the ids of the local copies."""
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + LOOK_S
            oldest_s = time.time() - UNCONFIRMED_S
            copies = {file.id for file in self._local.files() if file.used_s < oldest_s}
            with suppress(StoreUnavailable):
                for shard in islice(self._shards, SHARDS_PER_LOOK):
                    self._compare(shard, copies)
        return self._local.expire()

    def files(self) -> Iterator[StoredFile]:
        """The local copies."""
        return self._local.files()

    def _key(self, identity: str) -> str:
        return f"{self._place}/{identity[:2]}/{identity}{self._kind.suffix}"

    def _confirm(self, identity: str) -> None:
        """Raises unless the bucket has the content; while it is away, a local copy is enough."""
        if not ID.fullmatch(identity):
            raise self._kind.unknown()
        with self._lock:
            if identity in self._confirmed:
                return
        path = self._local.path(identity)
        try:
            stored = self._bucket.find(self._key(identity))
            if stored is not None and self._is_old(stored) and not self._is_expired(stored):
                self._renew(identity, stored)
        except StoreUnavailable:
            if path.exists():
                return
            raise
        if stored is None or self._is_expired(stored):
            self._forget(identity)
            raise self._kind.unknown()
        self._note(identity, stored.bytes)

    def _renew(self, identity: str, stored: BucketObject) -> None:
        """Write the object again from the local copy, if there is one."""
        path = self._local.path(identity)
        with suppress(FileNotFoundError):
            if path.stat().st_size == stored.bytes:
                self._bucket.put(self._key(identity), path)

    def _fetch(self, identity: str) -> None:
        """Copy an object to the local folder; raises the kind's `unknown`, StorageFull, StoreUnavailable."""
        with self._lock:
            size = self._confirmed.get(identity, 0)
        try:
            self._local.folder.mkdir(parents=True, exist_ok=True)  # others may have deleted it
            descriptor, name = mkstemp(prefix=FETCHED, dir=self._local.folder)
            os.close(descriptor)
            try:
                self._copy(identity, Path(name), size)
            finally:
                Path(name).unlink(missing_ok=True)  # a copy that is late deletes it, too
        except OSError as error:
            raise StorageFull("The server has no space left. Try again later.") from error

    def _copy(self, identity: str, path: Path, size: int) -> None:
        """Copy an object by way of a local file; one that is damaged is deleted, so that it can be sent again."""
        try:
            self._bucket.fetch(self._key(identity), path, size)
            content = self._kind.read(path)
            if self._kind.identify(content) != identity:
                raise ValueError("another content")
        except FileNotFoundError:
            raise self._kind.unknown() from None
        except ValueError:
            self.delete(identity)
            raise self._kind.unknown() from None
        self._local.add(identity, content)

    def _compare(self, shard: str, copies: set[str]) -> None:
        """Delete what has expired in a part of the bucket, and which of the local copies are no longer there."""
        there, oldest_s = set(), time.time() - self._local.limits.ttl_s - RENEWAL_S
        for stored in self._bucket.list(f"{self._place}/{shard}"):
            identity = stored.name.removesuffix(self._kind.suffix)
            if stored.written_s < oldest_s:
                self._bucket.delete(f"{self._place}/{shard}/{stored.name}")
            else:
                there.add(identity)
        for identity in copies - there:
            if identity.startswith(shard):
                self._forget(identity)

    def _is_old(self, stored: BucketObject) -> bool:
        return stored.age_s > self._local.limits.ttl_s * RENEW_AT

    def _is_expired(self, stored: BucketObject) -> bool:
        return stored.age_s > self._local.limits.ttl_s

    def _note(self, identity: str, size: int) -> None:
        with self._lock:
            self._confirmed[identity] = size

    def _forget(self, identity: str) -> None:
        with self._lock:
            self._confirmed.pop(identity, None)
        self._local.delete(identity)


def open_store(
    kind: ContentKind[T], folder: Path, limits: FolderLimits, bucket: Bucket | None = None
) -> ContentStore[T]:
    """The store of a kind of content in a folder, or in the place of a bucket that has the folder's name."""
    local = FolderStore(kind, folder, limits)
    return local if bucket is None else SharedStore(kind, local, bucket, folder.name)


def _delete_left(folder: Path) -> None:
    """Delete what a killed process has left of a transfer."""
    for path in folder.glob(f"{FETCHED}*"):
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > UNCONFIRMED_S:
                path.unlink()
