"""Stores to test: texts as the content, in a folder alone or in a bucket that two machines share."""

import hashlib
import os
import time
from pathlib import Path
from typing import BinaryIO

from app.errors import NotFound
from app.storage.bucket import Bucket
from app.storage.content import ContentStore, FolderLimits
from app.storage.shared import open_store

DAY = 86_400
LIMITS = FolderLimits(100_000, DAY)


class TextKind:
    """Texts in capital letters; anything else is damaged."""

    suffix = ".txt"

    def identify(self, content: str) -> str:
        return hashlib.sha256(content.encode()).hexdigest()[:32]

    def size(self, content: str) -> int:
        return len(content)

    def write(self, content: str, file: BinaryIO) -> None:
        file.write(content.encode())

    def read(self, path: Path) -> str:
        text = path.read_text()
        if not text.isupper():
            raise ValueError
        return text

    def unknown(self) -> NotFound:
        return NotFound("There is no such text.")


def text_store(machine: Path, bucket: Path | None = None) -> ContentStore[str]:
    """The store of a machine, with a bucket that is a folder."""
    return open_store(TextKind(), machine / "texts", LIMITS, Bucket(f"file://{bucket}") if bucket else None)


def add(store: ContentStore[str], text: str) -> str:
    """Add a text; its id."""
    identity = TextKind().identify(text)
    store.add(identity, text)
    return identity


def is_there(store: ContentStore[str], identity: str) -> bool:
    try:
        store.get(identity)
    except NotFound:
        return False
    return True


def local_path(machine: Path, identity: str) -> Path:
    return machine / "texts" / f"{identity}.txt"


def object_path(bucket: Path, identity: str) -> Path:
    return bucket / "texts" / identity[:2] / f"{identity}.txt"


def let_rest(path: Path, seconds: float) -> None:
    """Make the last use of a file, or the writing of an object, so many seconds ago."""
    os.utime(path, (time.time() - seconds,) * 2)
