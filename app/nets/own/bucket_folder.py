"""Own networks in a bucket: which object stands where, what a listing says of them, and what is deleted together.

`networks/ID.FILE.BYTES.json` is the record of a network, written last and deleted first, whose time is that of the
last use. Its file is in `files/FILE/`: `parts` lists the names and hashes of its parts, each an object called by its
hash. `public/ID` marks a public network. `uploads/FILE` is there while a network of the file is being added: no other
machine then deletes the file with the last network that is listed.
"""

import hashlib
import time
from collections.abc import Container
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.nets.own.incoming import UploadedFile, is_plain_name
from app.nets.own.layout import MODEL_FILE
from app.nets.own.store import StoreLimits, file_id, no_room, part_list
from app.storage.bucket import Bucket, BucketObject

PLACE = "own"
PARTS = "parts"
FILE_ID = 64  # hexadecimal digits


class DamagedFile(Exception):
    """What is in the bucket is not what its id says."""


@dataclass(frozen=True, slots=True)
class BucketRecord:
    """The record of a network in a bucket: its id, that of its file, the bytes of that, and its last use."""

    id: str
    file: str
    bytes: int
    used_s: float
    is_public: bool = False

    @property
    def key(self) -> str:
        return f"{PLACE}/networks/{self.id}.{self.file}.{self.bytes}.json"


class BucketFolder:
    """The networks in a bucket. Every call raises StoreUnavailable if it is away."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def entries(self) -> dict[str, BucketRecord]:
        """Every network by its id, the least recently used first."""
        public = self.public_marks()
        listed = (_entry(stored, public) for stored in self._bucket.list(f"{PLACE}/networks"))
        return {entry.id: entry for entry in sorted(filter(None, listed), key=lambda entry: entry.used_s)}

    def public_marks(self) -> dict[str, float]:
        """The ids of the public networks, the earliest first, each with the time of its mark."""
        marks = sorted(self._bucket.list(f"{PLACE}/public"), key=lambda mark: mark.written_s)
        return {mark.name: mark.written_s for mark in marks}

    def source(self, network: str) -> str:
        """On whose behalf a public network was published."""
        with suppress(FileNotFoundError):
            return self._bucket.read(f"{PLACE}/public/{network}").decode("utf-8", "replace")
        return ""

    def mark_public(self, network: str, source: str) -> None:
        self._bucket.write(f"{PLACE}/public/{network}", source.encode())

    def mark_private(self, network: str) -> None:
        self._bucket.delete(f"{PLACE}/public/{network}")

    def begin_upload(self, file: str) -> None:
        """Say that a network of this file is being added. If it is never ended, `remove_leftovers` does so."""
        self._bucket.write(f"{PLACE}/uploads/{file}", b"")

    def end_upload(self, file: str) -> None:
        self._bucket.delete(f"{PLACE}/uploads/{file}")

    def has_file(self, file: str) -> bool:
        """Whether all parts of the file are there."""
        try:
            hashes = _parse_parts(file, self._bucket.read(f"{PLACE}/files/{file}/{PARTS}"))
        except (FileNotFoundError, DamagedFile):
            return False
        return {stored.name for stored in self._bucket.list(f"{PLACE}/files/{file}")}.issuperset(hashes.values())

    def write_file(self, file: str, folder: Path) -> None:
        """Write the file that has its parts in a local folder."""
        hashes = {path.name: _sha256(path) for path in folder.iterdir()}
        for name, sha256 in hashes.items():
            self._bucket.put(f"{PLACE}/files/{file}/{sha256}", folder / name)
        self._bucket.write(f"{PLACE}/files/{file}/{PARTS}", part_list(hashes).encode())

    def write_record(self, entry: BucketRecord, text: str) -> None:
        """Write the record of a network whose file is there, or write it again to note a use."""
        self._bucket.write(entry.key, text.encode())

    def read_record(self, entry: BucketRecord) -> bytes:
        """Raises FileNotFoundError."""
        return self._bucket.read(entry.key)

    def fetch_file(self, file: str, folder: Path) -> dict[str, UploadedFile]:
        """Copy a file's parts to a local folder, by their names; raises FileNotFoundError, DamagedFile."""
        hashes = _parse_parts(file, self._bucket.read(f"{PLACE}/files/{file}/{PARTS}"))
        sizes = {stored.name: stored.bytes for stored in self._bucket.list(f"{PLACE}/files/{file}")}
        parts = {}
        for name, sha256 in hashes.items():
            path = folder / name
            self._bucket.fetch(f"{PLACE}/files/{file}/{sha256}", path, sizes.get(sha256, 0))
            if _sha256(path) != sha256:
                raise DamagedFile
            parts[name] = UploadedFile(path, path.stat().st_size, sha256)
        return parts

    def make_room(self, wanted: BucketRecord, limits: StoreLimits, in_use_s: float) -> None:
        """Delete the least recently used networks until one more fits.

        None of its file, none that is in use and no public one is deleted. Raises StorageFull if that is not enough.
        """
        entries = {other.id: other for other in self.entries().values() if other.id != wanted.id}
        idle_s = time.time() - in_use_s
        for entry in list(entries.values()):
            if _bytes_of([*entries.values(), wanted]) <= limits.bytes and len(entries) < limits.networks:
                break
            if not entry.is_public and entry.used_s < idle_s and entry.file != wanted.file:
                self.remove(entry)
                del entries[entry.id]
        if _bytes_of([*entries.values(), wanted]) > limits.bytes or len(entries) >= limits.networks:
            raise no_room(limits)

    def remove(self, entry: BucketRecord) -> None:
        """Delete a network, and its file with the last network that uses it."""
        self._bucket.delete(entry.key)
        self.mark_private(entry.id)
        # in this order: an upload ends after its record is written
        is_uploaded = self._bucket.find(f"{PLACE}/uploads/{entry.file}") is not None
        if not is_uploaded and not any(other.file == entry.file for other in self.entries().values()):
            self._remove_file(entry.file)

    def remove_unused(self, since_s: float) -> None:
        """Delete what was last used before `since_s` and is not public."""
        for entry in self.entries().values():
            if entry.used_s < since_s and not entry.is_public:
                self.remove(entry)

    def remove_leftovers(self, older_than_s: float) -> None:
        """Delete what interrupted uploads, begun before `older_than_s`, have left."""
        uploads = [upload for upload in self._bucket.list(f"{PLACE}/uploads") if upload.written_s < older_than_s]
        files = {entry.file for entry in self.entries().values()} if uploads else set()
        for upload in uploads:
            if upload.name not in files:
                self._remove_file(upload.name)
            self._bucket.delete(f"{PLACE}/uploads/{upload.name}")

    def _remove_file(self, file: str) -> None:
        for stored in self._bucket.list(f"{PLACE}/files/{file}"):
            self._bucket.delete(f"{PLACE}/files/{file}/{stored.name}")


def _entry(stored: BucketObject, public: Container[str]) -> BucketRecord | None:
    """What the name of a record says; None if it is no record."""
    words = stored.name.split(".")
    if len(words) != 4 or len(words[1]) != FILE_ID or not words[2].isdecimal():
        return None
    return BucketRecord(words[0], words[1], int(words[2]), stored.written_s, words[0] in public)


def _bytes_of(entries: list[BucketRecord]) -> int:
    return sum({entry.file: entry.bytes for entry in entries}.values())


def _parse_parts(file: str, text: bytes) -> dict[str, str]:
    """The hash of each part of a file by its name; raises DamagedFile unless they are what the file's id says."""
    try:
        lines = [line.partition(" ") for line in text.decode().split("\n") if line]
    except UnicodeDecodeError as error:
        raise DamagedFile from error
    hashes = {name: sha256 for sha256, _, name in lines}
    if file_id(hashes) != file or MODEL_FILE not in hashes or not all(is_plain_name(name) for name in hashes):
        raise DamagedFile
    return hashes


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
