"""What is stored: content under its id, how a kind of it is written and read, and what every store of it offers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

from app.errors import NotFound

T = TypeVar("T")

ID = re.compile(r"[0-9a-f]{32}")


class ContentKind(Protocol[T]):
    """A kind of content, one file each; `suffix` is the ending of its files."""

    suffix: str

    def identify(self, content: T) -> str:
        """The id: the first 32 hexadecimal digits of a hash of the content."""

    def size(self, content: T) -> int:
        """The bytes of the file."""

    def write(self, content: T, file: BinaryIO) -> None: ...

    def read(self, path: Path) -> T:
        """The content of a file, memory-mapped where it is large; raises ValueError if the file is damaged."""

    def unknown(self) -> NotFound:
        """The error for content that is not there."""


@dataclass(frozen=True, slots=True)
class FolderLimits:
    """The most bytes of the files of a local folder, and the seconds after its last use in which content expires."""

    bytes: int
    ttl_s: float


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of a store: the id of its content, its last use in seconds since 1970, and its size on disk."""

    id: str
    used_s: float
    bytes: int


class ContentStore(Protocol[T]):
    """Content of one kind. It never changes, so that it may be copied to every machine and read without a lock."""

    def add(self, identity: str, content: T) -> None:
        """Store the content under its id, or renew it if it is there. Raises StorageFull, StoreUnavailable."""

    def get(self, identity: str) -> T:
        """The content from a local file; notes its use. Raises the kind's `unknown`, StoreUnavailable."""

    def use(self, identity: str) -> None:
        """Note a use of the content without reading it; raises as `get` does."""

    def delete(self, identity: str) -> None:
        """Delete the content, if it is there. Raises StoreUnavailable."""

    def expire(self) -> frozenset[str]:
        """Delete what has expired; the ids of what this machine has."""

    def files(self) -> Iterator[StoredFile]:
        """What this machine has."""
