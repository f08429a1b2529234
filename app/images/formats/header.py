"""What a picture's header says, and the picture's bytes with everything but the pixels taken out."""

import io
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from app.errors import BrokenPicture

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Coded:
    """A picture read as far as its header, nothing decoded yet.

    `parts`, one after the other, are the same picture without metadata, so that no decoder ever parses text,
    profiles, EXIF or further frames. `width` and `height` are pixels before `orientation` (EXIF, 1..8) is applied.
    """

    format: str
    parts: Sequence[memoryview | bytes]
    width: int
    height: int
    orientation: int = 1
    working_bytes: int = 0
    """Bytes the decoder needs beside the decoded picture."""
    key: int | tuple[int, int, int] | None = None
    """The grey level or colour that means transparent."""
    white: int = 65535
    """The level of full white in a 16-bit grey picture."""
    inverted: bool = False
    """Zero is white, in a grey picture of more than 8 bits."""
    wide: bool = False
    """Alpha or black lies over the colours, and each number has 16 bits."""
    frame: Box | None = None
    """Left, top, right, bottom of the part that is drawn; the rest is transparent."""

    def opened(self) -> io.BufferedReader:
        """The parts as one file."""
        return io.BufferedReader(Joined(self.parts))


class Joined(io.RawIOBase):
    """Several pieces of memory read as one file: a picture of 20 MB is not copied to leave out its metadata."""

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


def broken(format_name: str, why: str) -> BrokenPicture:
    """The refusal of a picture of an accepted format, `why` said in our own words."""
    return BrokenPicture(f"The {format_name} is damaged: {why}.", format=format_name)
