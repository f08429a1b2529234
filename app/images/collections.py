"""Collections: up to some hundreds of stored pictures with the names and folders they came in, as files of JSON.

The id of a collection is the hash of its content: whoever has the same pictures in the same folders has the same one,
and nobody else can guess it. There is no list of them.
"""

import hashlib
import json
import os
import re
import time
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from app.errors import NotFound, StorageFull

ID = re.compile(r"[0-9a-f]{32}")
SUFFIX = ".json"
MAX_COLLECTIONS = 1_000
MAX_NAME = 100  # characters of a name or a folder; the rest is cut off
SEPARATORS = re.compile(r"[/\\]")


class UnknownCollection(NotFound):
    """The collection was never added here, or has expired."""

    code = "unknown_collection"


@dataclass(frozen=True, slots=True)
class CollectionPicture:
    """A picture of a collection: the id of the stored picture, or why there is none; its file's name and folder."""

    id: str | None
    name: str
    folder: str
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """Pictures in the order of their files."""

    pictures: tuple[CollectionPicture, ...]

    @property
    def id(self) -> str:
        return hashlib.sha256(_encode(self)).hexdigest()[:32]


def split_path(path: str) -> tuple[str, str]:
    """The folder that a file lies in, and its name, from its path in an archive or an upload, fit to be printed.

    Neither is ever used as a path.
    """
    parts = [part for part in SEPARATORS.split(path) if part not in ("", ".")]
    name, folder = parts[-1] if parts else "", parts[-2] if len(parts) > 1 else ""
    return printable(folder), printable(name)


def printable(text: str) -> str:
    """A stranger's text without characters that have no form or change the direction of others, and not too long."""
    visible = "".join(letter if unicodedata.category(letter)[0] != "C" else "\ufffd" for letter in text)
    return visible if len(visible) <= MAX_NAME else visible[: MAX_NAME - 1] + "…"


class CollectionStore:
    """Collections in one folder. One expires `ttl_s` seconds after its last use; the least recently used make room."""

    def __init__(self, folder: Path, ttl_s: float, max_collections: int = MAX_COLLECTIONS) -> None:
        self._folder = folder
        self._ttl_s = ttl_s
        self._max = max_collections
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, collection: Collection) -> str:
        """Store a collection, or renew it; its id. Raises StorageFull."""
        self.expire()
        incoming = self._folder / f".{uuid4().hex}"
        try:
            incoming.write_bytes(_encode(collection))
            incoming.replace(self._path(collection.id))
        except OSError as error:
            incoming.unlink(missing_ok=True)
            raise StorageFull("The server has no space left. Try again later.") from error
        return collection.id

    def get(self, identity: str) -> Collection:
        """The collection with this id; notes a use of it. Raises UnknownCollection."""
        path = self._path(identity)
        try:
            if not ID.fullmatch(identity) or time.time() - path.stat().st_mtime > self._ttl_s:
                raise _unknown()
            content = json.loads(path.read_bytes())
            os.utime(path)
        except (OSError, ValueError):
            raise _unknown() from None
        return Collection(tuple(CollectionPicture(**each) for each in content))

    def delete(self, identity: str) -> None:
        """Delete a collection, if it is there. Its pictures stay."""
        if ID.fullmatch(identity):
            self._path(identity).unlink(missing_ok=True)

    def expire(self) -> None:
        """Delete what has expired, and the least recently used where there is no room for one more."""
        newest = sorted(self._ages(), reverse=True)
        for place, (used, path) in enumerate(newest):
            if place >= self._max - 1 or time.time() - used > self._ttl_s:
                path.unlink(missing_ok=True)

    def _ages(self) -> Iterator[tuple[float, Path]]:
        """When each file was used last, those of interrupted writing too."""
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):
                yield path.stat().st_mtime, path

    def _path(self, identity: str) -> Path:
        return self._folder / f"{identity}{SUFFIX}"


def _encode(collection: Collection) -> bytes:
    return json.dumps([asdict(picture) for picture in collection.pictures]).encode()


def _unknown() -> UnknownCollection:
    return UnknownCollection("There is no such collection: it was deleted or has expired. Send its pictures again.")
