"""Uploads of many pictures: their files on disk as they arrive, in a folder of their own, within a budget of bytes."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from app.errors import StorageFull
from app.images.archives import too_many_pictures
from app.nets.own.incoming import IncomingFile, UploadedFile
from app.work.byte_budget import ByteBudget

UPLOADS = 4  # of the largest size that may arrive at the same time, or more of smaller ones
LEFT_S = 3600  # what an interrupted upload has left is deleted after this


class IncomingPictures:
    """The files of one upload: each under a number on disk, with the name that the client gives it."""

    def __init__(self, folder: Path, max_pictures: int) -> None:
        self.folder = folder
        self._max_pictures = max_pictures
        self._count = 0
        self.files: list[tuple[str, UploadedFile]] = []

    def create(self, name: str) -> IncomingFile:
        """A new file of this name; raises TooLarge if there are too many."""
        self._count += 1
        if self._count > self._max_pictures:
            raise too_many_pictures(self._count, self._max_pictures)
        return IncomingFile(self.folder / str(self._count), lambda file: self.files.append((name, file)))


class PictureUploads:
    """The uploads that arrive in one folder. One has at most `max_pictures` files and `largest_bytes` bytes."""

    def __init__(self, folder: Path, max_pictures: int, largest_bytes: int) -> None:
        self._folder = folder
        self._max_pictures = max_pictures
        self._largest_bytes = largest_bytes
        self._budget = ByteBudget(UPLOADS * largest_bytes)
        _delete_left(folder)

    @contextmanager
    def incoming(self, length: int | None) -> Iterator[IncomingPictures]:
        """A place for the files of an upload of this length, if it is known; empty again at the end.

        Raises:
            Overloaded: too many bytes are arriving at the same time.
            StorageFull: the disk has no room.
        """
        folder = self._folder / uuid4().hex
        with self._budget.reserve(self._largest_bytes if length is None else length):
            try:
                folder.mkdir(parents=True)
                yield IncomingPictures(folder, self._max_pictures)
            except OSError as error:
                raise StorageFull("The server has no space left. Try again later.") from error
            finally:
                shutil.rmtree(folder, ignore_errors=True)


def _delete_left(folder: Path) -> None:
    """Delete the uploads that an earlier server has not ended."""
    for left in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):  # another server has just ended it
            if time.time() - left.stat().st_mtime > LEFT_S:
                shutil.rmtree(left, ignore_errors=True)
