"""The store of uploaded pictures: named by the hash of their pixels, each a file of NumPy's format."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from app.errors import NotFound, UnknownImage
from app.images.decode import Picture, picture_id
from app.storage.content import ContentStore

CUT_OFF = "The file was cut off: what is missing of the picture is grey or less sharp."
CUT_MARK = b"cut off"  # after the pixels of a picture whose own file was cut off
HEADER_BYTES = 128  # of a `.npy` file


@dataclass(frozen=True)
class StoredPicture:
    """A picture in the store; `width` and `height` are those of the uploaded file."""

    id: str
    width: int
    height: int
    format: str
    is_cut: bool = False

    @property
    def note(self) -> str | None:
        """What a reader must know of the file."""
        return CUT_OFF if self.is_cut else None


@dataclass(frozen=True, slots=True)
class StoredPixels:
    """What is stored of a picture: its pixels, (H, W, 3) uint8, and whether its file was cut off."""

    rgb: npt.NDArray[np.uint8]
    is_cut: bool


class PixelsKind:
    """StoredPixels as files of NumPy's format, with a mark at the end where the picture's file was cut off."""

    suffix = ".npy"

    def identify(self, content: StoredPixels) -> str:
        return picture_id(content.rgb, content.is_cut)

    def size(self, content: StoredPixels) -> int:
        return HEADER_BYTES + content.rgb.nbytes + len(CUT_MARK) * content.is_cut

    def write(self, content: StoredPixels, file: BinaryIO) -> None:
        np.lib.format.write_array(file, content.rgb, version=(1, 0), allow_pickle=False)
        file.write(CUT_MARK * content.is_cut)

    def read(self, path: Path) -> StoredPixels:
        """The pixels, mapped from disk, read-only; ValueError if they are not (H, W, 3) uint8 or not all there."""
        try:
            pixels = np.lib.format.open_memmap(path, mode="r")  # np.load would also try to read other formats
        except OSError:
            raise
        except Exception as error:  # NumPy documents no set of exceptions for damaged files
            raise ValueError("damaged") from error
        is_picture = pixels.dtype == np.uint8 and pixels.shape[2:] == (3,)
        extra = path.stat().st_size - pixels.offset - pixels.nbytes
        if not is_picture or not pixels.flags.c_contiguous or extra not in (0, len(CUT_MARK)):
            raise ValueError("damaged")
        if extra and not _ends_with_mark(path):
            raise ValueError("damaged")
        return StoredPixels(pixels.view(np.ndarray), bool(extra))

    def unknown(self) -> NotFound:
        return UnknownImage("There is no such picture: it was deleted or has expired. Send it again.")


class PictureStore:
    """Pictures by content."""

    def __init__(self, content: ContentStore[StoredPixels]) -> None:
        self._content = content

    def add(self, picture: Picture) -> StoredPicture:
        """Store the picture, or renew it if it is there; raises StorageFull, StoreUnavailable."""
        self._content.add(picture.id, StoredPixels(picture.rgb, picture.is_cut))
        return StoredPicture(picture.id, picture.width, picture.height, picture.format, picture.is_cut)

    def get(self, image: str) -> npt.NDArray[np.uint8]:
        """The picture's pixels, (H, W, 3) uint8, mapped from disk, read-only; raises UnknownImage, StoreUnavailable."""
        return self._content.get(image).rgb

    def use(self, image: str) -> None:
        """Note a use of the picture without reading it; raises UnknownImage, StoreUnavailable."""
        self._content.use(image)

    def delete(self, image: str) -> None:
        """Delete the picture, if it is there; raises StoreUnavailable."""
        self._content.delete(image)

    def expire(self) -> frozenset[str]:
        """Delete the pictures that have expired; the ids of those that this machine has."""
        return self._content.expire()

    def note(self, image: str) -> str | None:
        """What a reader must know of the picture's file; None for a picture that is not there."""
        try:
            return CUT_OFF if self._content.get(image).is_cut else None
        except UnknownImage:
            return None


def _ends_with_mark(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-len(CUT_MARK), os.SEEK_END)
        return file.read() == CUT_MARK
