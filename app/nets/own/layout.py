"""The folder of own networks: which file stands where, the lock on it, and what is deleted together.

An ONNX file with its external data is in `files/HASH/`. The record of each network that uses it is
`networks/ID.HASH.json`, whose time is that of the last use. `public/ID` marks a public network. Uploads begin in
`incoming/`.
"""

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from app.storage.file_lock import locked_file

MODEL_FILE = "network.onnx"
LOCK = ".lock"
FILES, NETWORKS, INCOMING, PUBLIC = "files", "networks", "incoming", "public"


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """The record of a network on disk: where it is, and its last use in seconds since 1970."""

    path: Path
    used_s: float
    is_public: bool

    @property
    def id(self) -> str:
        return self.path.name.split(".")[0]

    @property
    def file(self) -> str:
        """The hash of its file."""
        return self.path.name.split(".")[1]


class OwnNetworkFolder:
    """The folder, for any number of threads and processes. What changes it holds its lock; reading needs none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the lock against other threads and processes. It ends with its process."""
        (self._folder / INCOMING).mkdir(parents=True, exist_ok=True)
        with locked_file(self._folder / LOCK):
            yield

    def new_upload(self) -> Path:
        """A new, empty folder for an upload."""
        folder = self._folder / INCOMING / secrets.token_hex(8)
        folder.mkdir(parents=True)
        return folder

    def model_path(self, file: str) -> Path:
        """The place of the ONNX file with this hash; its external data is beside it."""
        return self._folder / FILES / file / MODEL_FILE

    def install_file(self, file: str, parts: dict[str, Path]) -> None:
        """Move the parts of a file, by their names, to their place."""
        prepared = self.new_upload()
        for name, path in parts.items():
            path.replace(prepared / name)
        place = self.model_path(file).parent
        place.parent.mkdir(exist_ok=True)
        shutil.rmtree(place, ignore_errors=True)  # what a process that was killed has not deleted
        prepared.replace(place)

    def record_path(self, network: str, file: str) -> Path:
        return self._folder / NETWORKS / f"{network}.{file}.json"

    def install_record(self, network: str, file: str, text: str) -> RecordEntry:
        """Write the record of a network."""
        place = self.record_path(network, file)
        self._write(place, text)
        return self._entry(place)

    def entry(self, network: str) -> RecordEntry | None:
        """The record of the network with this id; None if it, or its file, is not there."""
        for path in (self._folder / NETWORKS).glob(f"{network}.*.json"):
            with suppress(FileNotFoundError):
                entry = self._entry(path)
                return entry if self.model_path(entry.file).exists() else None
        return None

    def entries(self) -> list[RecordEntry]:
        """Every network, the least recently used first."""
        entries, public = [], _names_in(self._folder / PUBLIC)
        for path in (self._folder / NETWORKS).glob("*.*.json"):
            with suppress(FileNotFoundError):
                entries.append(RecordEntry(path, path.stat().st_mtime, path.name.split(".")[0] in public))
        return sorted(entries, key=lambda entry: entry.used_s)

    def file_sizes(self) -> dict[str, int]:
        """The size in bytes of each file with its external data; the records are small beside them."""
        return {folder.name: _size_of(folder) for folder in self._file_folders()}

    def remove(self, entry: RecordEntry) -> None:
        """Delete a network, and its file with the last network that uses it."""
        entry.path.unlink(missing_ok=True)
        self.mark_private(entry.id)
        self.remove_unused_file(entry.file)

    def remove_unused_file(self, file: str) -> None:
        """Delete a file unless a network uses it."""
        if not any((self._folder / NETWORKS).glob(f"*.{file}.json")):
            shutil.rmtree(self.model_path(file).parent, ignore_errors=True)

    def remove_leftovers(self, older_than_s: float) -> None:
        """Delete files that no network uses and uploads that have ended, from before `older_than_s`."""
        for folder in self._file_folders():
            if _changed_s(folder) < older_than_s:
                self.remove_unused_file(folder.name)
        for folder in _folders_in(self._folder / INCOMING):
            if _changed_s(folder) < older_than_s:
                shutil.rmtree(folder, ignore_errors=True)

    def mark_public(self, network: str, source: str) -> None:
        self._write(self.mark_path(network), source)

    def mark_path(self, network: str) -> Path:
        """Where the mark of a public network is."""
        return self._folder / PUBLIC / network

    def mark_private(self, network: str) -> None:
        self.mark_path(network).unlink(missing_ok=True)

    def public_marks(self) -> dict[str, str]:
        """The ids of the public networks, the earliest first, each with the source it was marked with."""
        marks = []
        with suppress(FileNotFoundError):
            for path in (self._folder / PUBLIC).iterdir():
                with suppress(FileNotFoundError):
                    marks.append((path.stat().st_mtime_ns, path.name, path.read_text("utf-8")))
        return {name: source for _, name, source in sorted(marks)}

    def _write(self, place: Path, text: str) -> None:
        """Write a small file at once: of one that the disk has no room for nothing is left."""
        prepared = self._folder / INCOMING / secrets.token_hex(8)
        try:
            prepared.write_text(text, "utf-8")
            place.parent.mkdir(exist_ok=True)
            prepared.replace(place)
        finally:
            prepared.unlink(missing_ok=True)

    def _entry(self, path: Path) -> RecordEntry:
        is_public = self.mark_path(path.name.split(".")[0]).exists()
        return RecordEntry(path, path.stat().st_mtime, is_public)

    def _file_folders(self) -> list[Path]:
        return _folders_in(self._folder / FILES)


def touch(path: Path) -> None:
    """Note a use; raises OSError if there is no such file."""
    now = time.time_ns()
    os.utime(path, ns=(now, now))


def _names_in(folder: Path) -> set[str]:
    try:
        return {path.name for path in folder.iterdir()}
    except FileNotFoundError:
        return set()


def _folders_in(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_dir()]
    except FileNotFoundError:
        return []


def _changed_s(folder: Path) -> float:
    """When the folder or a file in it was last changed, in seconds since 1970."""
    try:
        return max(path.stat().st_mtime for path in (folder, *folder.iterdir()))
    except FileNotFoundError:  # another process has just changed it
        return time.time()


def _size_of(folder: Path) -> int:
    try:
        return sum(path.stat().st_size for path in folder.iterdir())
    except FileNotFoundError:
        return 0
