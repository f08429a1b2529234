"""Data sets: thousands of photos in a ZIP or a folder, in a fixed order, each read by itself.

Nothing is unpacked or copied, so memory does not grow with the photos. A ZIP and the folder that it was made of give
the same photos in the same order.
"""

import hashlib
import shutil
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

from app.errors import InvalidRequest, NotFound, TooLarge
from app.images.archives import SYSTEM_FILE, ArchiveLimits, PictureArchive, is_archive_file, too_many_pictures
from app.images.collections import split_path

MAX_PATH = 500  # characters of a path in a ZIP that is packed here


class UnknownDataSet(NotFound):
    """The data set was never added here, or has expired."""

    code = "unknown_data_set"


@dataclass(frozen=True, slots=True)
class DataSetPhoto:
    """A photo: its file's name, the folder that it lies in, which names its class, and why it is not read, if so.

    Name and folder are fit to be printed; neither is ever used as a path.
    """

    name: str
    folder: str
    problem: str | None = None

    @classmethod
    def at(cls, path: str, problem: str | None) -> Self:
        folder, name = split_path(path)
        return cls(name, folder, problem)


class DataSet(ABC):
    """Photos in the order of their paths. Close it after use; any thread may read."""

    photos: tuple[DataSetPhoto, ...]

    @abstractmethod
    def read(self, number: int) -> bytes:
        """The bytes of the file of a photo, by its place in `photos`.

        Raises:
            InvalidRequest: the photo has a problem, or its file can't be read.
            TooLarge: the file has too many bytes.
        """

    def __len__(self) -> int:
        return len(self.photos)

    def close(self) -> None:
        """Let its files go."""
        return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _require(self, number: int) -> None:
        problem = self.photos[number].problem
        if problem is not None:
            raise InvalidRequest(problem)


class ZippedDataSet(DataSet):
    """The photos of a ZIP archive; raises as `PictureArchive` does."""

    def __init__(self, path: Path, limits: ArchiveLimits) -> None:
        self._file = path.open("rb")
        try:
            self._archive = PictureArchive(self._file, limits)
        except BaseException:
            self._file.close()
            raise
        self._entries = sorted(self._archive.entries, key=lambda entry: entry.name)
        self.photos = tuple(DataSetPhoto.at(entry.name, entry.problem) for entry in self._entries)

    def read(self, number: int) -> bytes:
        self._require(number)
        return self._archive.read(self._entries[number])

    def close(self) -> None:
        self._file.close()


class FolderDataSet(DataSet):
    """The photos in a folder of this machine and in the folders below it."""

    def __init__(self, path: Path, limits: ArchiveLimits) -> None:
        self._folder = path
        self._limits = limits
        self._paths = folder_paths(path)
        if len(self._paths) > limits.pictures:
            raise too_many_pictures(len(self._paths), limits.pictures)
        self.photos = tuple(DataSetPhoto.at(f"{path.name}/{each}", None) for each in self._paths)

    def read(self, number: int) -> bytes:
        try:
            with (self._folder / self._paths[number]).open("rb") as file:
                content = file.read(self._limits.picture_bytes + 1)
        except OSError as error:
            raise InvalidRequest("Its file can't be read.") from error
        if len(content) > self._limits.picture_bytes:
            raise TooLarge("It has more bytes than are accepted of one picture.", max_bytes=self._limits.picture_bytes)
        return content


class DataSetKind:
    """Data sets as the ZIPs that they come in; the content is a path, to be opened at once."""

    suffix = ".zip"

    def identify(self, content: Path) -> str:
        return data_set_id(content)

    def size(self, content: Path) -> int:
        return content.stat().st_size

    def write(self, content: Path, file: BinaryIO) -> None:
        with content.open("rb") as source:
            shutil.copyfileobj(source, file)

    def read(self, path: Path) -> Path:
        if not is_archive_file(path):
            raise ValueError("damaged")
        return path

    def unknown(self) -> UnknownDataSet:
        return UnknownDataSet("There is no such data set: it was deleted or has expired. Send its photos again.")


def open_data_set(path: Path, limits: ArchiveLimits) -> DataSet:
    """The data set in a ZIP or a folder.

    Raises:
        InvalidRequest: there is no photo, the ZIP is damaged, or it is neither a ZIP nor a folder.
        TooLarge: there are too many photos or bytes.
    """
    try:
        data_set = FolderDataSet(path, limits) if path.is_dir() else _open_archive(path, limits)
    except OSError as error:
        raise InvalidRequest("The folder or ZIP can't be read.") from error
    if not data_set.photos:
        data_set.close()
        raise InvalidRequest("There is no photo. Choose a folder of photos, or a ZIP of them.")
    return data_set


def data_set_id(path: Path) -> str:
    """The id of the data set in a ZIP or a folder: a hash of the ZIP, or of the paths and files of the folder."""
    if not path.is_dir():
        return _hash_file(path)[:32]
    lines = (f"{_hash_file(path / each)} {each}\n" for each in folder_paths(path))
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def folder_paths(folder: Path) -> list[str]:
    """The paths of the files in a folder and below it, in order, without those that systems put there."""
    paths = (each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file())
    return sorted(path for path in paths if not SYSTEM_FILE.search(path))


def pack_files(files: Iterable[tuple[str, Path]], target: Path) -> None:
    """Move files, each with its name, into a new ZIP, as they are; the same files make the same bytes.

    The time of an entry is that of `ZipInfo`, always the same one.
    """
    with zipfile.ZipFile(target, "x", zipfile.ZIP_STORED) as archive:
        for name, path in sorted(files):
            with path.open("rb") as source, archive.open(zipfile.ZipInfo(name[-MAX_PATH:]), "w") as entry:
                while block := source.read(1 << 20):
                    entry.write(block)
            path.unlink()


def _open_archive(path: Path, limits: ArchiveLimits) -> DataSet:
    if not is_archive_file(path):
        raise InvalidRequest("This is neither a folder nor a ZIP of photos.")
    return ZippedDataSet(path, limits)


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
