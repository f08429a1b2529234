"""The files of an upload, on disk as they arrive: each under its own plain name, with its size and its hash."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from app.errors import InvalidRequest, NetworkError

MAX_FILES = 1_000  # some exporters write every weight to a file of its own
PLAIN_NAME = re.compile(r"[^/\\\x00-\x1f\x7f\ud800-\udfff]{1,200}")
MAX_NAME_BYTES = 255
MODEL_SUFFIX = ".onnx"


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """One complete file of an upload."""

    path: Path
    bytes: int
    sha256: str


class IncomingFile:
    """A file that is being written; complete at the end of its `with` block."""

    def __init__(self, path: Path, finish: Callable[[UploadedFile], None]) -> None:
        self._path = path
        self._finish = finish
        self._hash = hashlib.sha256()
        self._bytes = 0

    def __enter__(self) -> "IncomingFile":
        self._file: BinaryIO = self._path.open("xb")
        return self

    def write(self, data: bytes | memoryview) -> None:
        self._file.write(data)
        self._hash.update(data)
        self._bytes += len(data)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if error is None:
            self._finish(UploadedFile(self._path, self._bytes, self._hash.hexdigest()))


class IncomingFiles:
    """The files of one upload in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, UploadedFile] = {}
        self._count = 0

    def create(self, name: str) -> IncomingFile:
        """A new file of this name.

        Raises:
            InvalidRequest: the name is not that of a file in one folder, is taken, or there are too many files.
        """
        if not is_plain_name(name):
            raise InvalidRequest("A file of the upload needs a plain name: no folders, no control characters.")
        path = self.folder / name
        if path.exists():
            raise InvalidRequest("Two files of the upload have the same name.")
        self._count += 1
        if self._count > MAX_FILES:
            raise InvalidRequest(f"An upload may have at most {MAX_FILES:,} files.", max_files=MAX_FILES)
        return IncomingFile(path, self._add)

    @property
    def model(self) -> UploadedFile:
        """The ONNX file; raises NetworkError unless there is exactly one."""
        models = [file for name, file in self.files.items() if name.lower().endswith(MODEL_SUFFIX)]
        if len(models) != 1:
            count = f"has {len(models)} files" if models else "has no file"
            raise NetworkError(f"The upload {count} whose name ends in {MODEL_SUFFIX}: it needs one.")
        return models[0]

    def _add(self, file: UploadedFile) -> None:
        self.files[file.path.name] = file


def is_plain_name(name: str) -> bool:
    """Whether this names a file in one folder, and no folder."""
    return PLAIN_NAME.fullmatch(name) is not None and len(name.encode()) <= MAX_NAME_BYTES and name.strip(". ") != ""
