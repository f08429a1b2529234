"""Collections: up to some hundreds of stored pictures with the names and folders they came in, as files of JSON.

The id of a collection is the hash of its content: whoever has the same pictures in the same folders has the same one,
and nobody else can guess it. There is no list of them.
"""

import hashlib
import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from app.errors import NotFound

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
    """A stranger's text without characters that have no form or change the direction of others, and not too long.

    A letter and its accent become one character, as in labels: macOS keeps them apart in the names of files.
    """
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(letter if unicodedata.category(letter)[0] != "C" else "\ufffd" for letter in composed)
    return visible if len(visible) <= MAX_NAME else visible[: MAX_NAME - 1] + "…"


class CollectionKind:
    """Collections as files of JSON."""

    suffix = ".json"

    def identify(self, content: Collection) -> str:
        return content.id

    def size(self, content: Collection) -> int:
        return len(_encode(content))

    def write(self, content: Collection, file: BinaryIO) -> None:
        file.write(_encode(content))

    def read(self, path: Path) -> Collection:
        """The collection in a file; ValueError if it is damaged."""
        try:
            return Collection(tuple(CollectionPicture(**each) for each in json.loads(path.read_bytes())))
        except TypeError as error:  # JSON of another form
            raise ValueError("damaged") from error

    def unknown(self) -> UnknownCollection:
        return UnknownCollection("There is no such collection: it was deleted or has expired. Send its pictures again.")


def _encode(collection: Collection) -> bytes:
    return json.dumps([asdict(picture) for picture in collection.pictures]).encode()
