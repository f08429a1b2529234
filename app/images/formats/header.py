"""What the header of a picture says, and the picture's bytes without metadata."""

import io
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from app.errors import BrokenPicture

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


Kind = Literal["unsigned", "signed", "floating-point"]
Alpha = Literal["straight", "premultiplied"]
WHOLE_BYTES = {8, 16, 32, 64}


@dataclass(frozen=True)
class SampleType:
    """The type of every number in a picture; `order` is '<' or '>'. Numbers of other than whole bytes are packed."""

    kind: Kind
    bits: int
    order: str

    @property
    def is_packed(self) -> bool:
        return self.bits not in WHOLE_BYTES


@dataclass(frozen=True)
class SampleLayout:
    """How the numbers lie in the decoded bytes, and what they mean.

    `planes` are files, in parts, of one grey picture of bytes each: one plane with `interleaved` samples for each
    pixel, or one plane for each sample. `tiles` lie side by side, each of `tile_columns` pixels; the last may
    reach outside the picture. `colours` is 1 for grey, 3 for RGB and 4 for inks; `alpha` follows them.
    """

    type: SampleType
    colours: int
    alpha: Alpha | None
    is_inverted: bool
    interleaved: int
    tiles: int
    tile_columns: int
    predictor: int
    planes: Sequence[Sequence[memoryview | bytes]] = ()

    @property
    def tile_bytes(self) -> int:
        """Bytes of a row of a tile, which begins on a whole byte."""
        return -(-self.tile_columns * self.interleaved * self.type.bits // 8)

    @property
    def row_bytes(self) -> int:
        return self.tiles * self.tile_bytes


@dataclass(frozen=True)
class EncodedImage:
    """A picture whose header has been read. Nothing is decoded yet.

    `parts`, one after the other, are the same picture without metadata, so that no decoder ever parses text,
    profiles, EXIF or further frames. `width` and `height` are pixels before `orientation` (EXIF, 1..8) is applied.
    """

    format: str
    parts: Sequence[memoryview | bytes]
    width: int
    height: int
    orientation: int = 1
    working_bytes: int = 0
    """Bytes that the decoder needs in addition to the decoded picture."""
    transparent: int | tuple[int, int, int] | None = None
    """The grey level or colour that stands for transparent."""
    needs_low_bytes: bool = False
    """The colours are multiplied by alpha, or one of them is transparent, and each number has 16 bits."""
    is_cut: bool = False
    """The file ends before the picture does."""
    samples: SampleLayout | None = None
    """How the numbers lie in the decoded bytes, where they are not plain bytes."""
    frame: tuple[int, int, int, int] | None = None
    """Left, top, right, bottom of the part that is drawn; the rest is transparent."""
    is_opaque: bool = False
    """What the decoder takes for alpha is none."""

    def open(self) -> io.BufferedReader:
        """The parts as one file."""
        return join_parts(self.parts)


class JoinedParts(io.RawIOBase):
    """Several pieces of memory, read as one file. This leaves out metadata without copying a picture of 20 MB."""

    def __init__(self, parts: Sequence[memoryview | bytes]) -> None:
        self._parts = [memoryview(part) for part in parts]
        self._starts = [0, *accumulate(len(part) for part in parts)]
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._starts[-1]}[whence]
        self._position = max(0, origin + offset)
        return self._position

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fills `buffer` from the part at the position, up to that part's end; 0 at the end of the file."""
        if self._position >= self._starts[-1]:
            return 0
        index = bisect_right(self._starts, self._position) - 1
        target = memoryview(buffer).cast("B")
        start = self._position - self._starts[index]
        piece = self._parts[index][start : start + len(target)]
        target[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)


def join_parts(parts: Sequence[memoryview | bytes]) -> io.BufferedReader:
    """The parts as one file."""
    return io.BufferedReader(JoinedParts(parts))


def broken_picture(format_name: str, why: str) -> BrokenPicture:
    """The error for a picture of an accepted format that is damaged; `why` is in our own words."""
    return BrokenPicture(f"The {format_name} is damaged: {why}.", format=format_name)
