"""JPEG headers: size, orientation and the cost of decoding, from the markers alone (ITU-T T.81, annex B)."""

import re
import struct
from dataclasses import dataclass

from app.errors import TooLarge
from app.images.formats.exif import EXIF, orientation
from app.images.formats.header import EncodedImage, broken_picture
from app.images.formats.signatures import unsupported_format

SOI, EOI, SOS = 0xD8, 0xD9, 0xDA
END = bytes([0xFF, EOI])
BASELINE, EXTENDED, PROGRESSIVE = 0xC0, 0xC1, 0xC2
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # not DHT, JPG, DAC
APP0, APP1, APP14 = 0xE0, 0xE1, 0xEE
TABLES = {0xC4, 0xDB, 0xDD}  # Huffman, quantisation, restart interval
STANDALONE = {0x01, SOI}  # markers without a segment
NEXT_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")  # not stuffing, padding or a restart

# Every scan of a progressive picture costs a pass over all its coefficients, however few bytes it has: 48 megapixels
# take about 35 ms. The encoders in use write 10 or a few more.
MAX_SCANS = 32
MAX_SEGMENTS = 2000


@dataclass(frozen=True)
class Frame:
    """A start-of-frame segment; `samplings` holds a component's horizontal and vertical factor."""

    process: int
    precision: int
    width: int
    height: int
    samplings: tuple[tuple[int, int], ...]

    def is_sequential(self, data: bytes, start: int) -> bool:
        """Whether one scan has all components, so that a few rows are decoded at a time; `start` is its header."""
        return self.process != PROGRESSIVE and data[start + 2] == len(self.samplings)

    def coefficient_bytes(self) -> int:
        """Bytes libjpeg needs to keep every coefficient, as it must when components come in several scans."""
        horizontal = max(h for h, _ in self.samplings)
        vertical = max(v for _, v in self.samplings)
        columns, rows = -(-self.width // (8 * horizontal)), -(-self.height // (8 * vertical))
        return sum(columns * h * rows * v for h, v in self.samplings) * 64 * 2


@dataclass(frozen=True)
class Scans:
    """Where the scans end in the file, and whether the file was cut off before the end of the picture."""

    end: int
    is_cut: bool


def read_jpeg(data: bytes) -> EncodedImage:
    """Size, orientation and tables of a JPEG; raises BrokenPicture, UnsupportedFormat or TooLarge (too many scans)."""
    view = memoryview(data)
    parts: list[memoryview | bytes] = [view[:2]]
    frame: Frame | None = None
    exif: bytes | None = None
    position = 2
    for _ in range(MAX_SEGMENTS):
        marker, start = _next_marker(data, position)
        if marker == SOS:
            if frame is None:
                raise broken_picture("JPEG", "its pixels come before its size")
            scans = _scans(data, start, frame)
            parts += [view[start - 2 : scans.end], END if scans.is_cut else b""]
            working = 0 if frame.is_sequential(data, start) else frame.coefficient_bytes()
            orient = orientation(exif or b"")
            return EncodedImage("JPEG", parts, frame.width, frame.height, orient, working, is_cut=scans.is_cut)
        if marker in STANDALONE:
            position = start
            continue
        position = start + _length(data, start)
        if position > len(data):
            raise broken_picture("JPEG", "it ends in its header")
        body = data[start + 2 : position]
        if marker in FRAMES:
            if frame is not None:
                raise broken_picture("JPEG", "it has two sizes")
            frame = _frame(marker, body)
        elif marker == APP1 and body.startswith(EXIF) and exif is None:  # the first block counts
            exif = body
        if marker in FRAMES or marker in TABLES or marker in (APP0, APP14):
            parts.append(view[start - 2 : position])
    raise broken_picture("JPEG", "there is no end to its header")


def _next_marker(data: bytes, position: int) -> tuple[int, int]:
    """The next marker at or after `position` and where its segment begins."""
    match = NEXT_MARKER.search(data, position)
    if match is None or ord(match[1]) == EOI:
        raise broken_picture("JPEG", "it ends before its pixels")
    return ord(match[1]), match.end()


def _length(data: bytes, start: int) -> int:
    """The length of a segment. One that does not count itself is empty, as in libjpeg."""
    return max(2, int(struct.unpack_from(">H", data, start)[0]))


def _frame(process: int, body: bytes) -> Frame:
    if process not in (BASELINE, EXTENDED, PROGRESSIVE):
        raise unsupported_format("a lossless or arithmetic-coded JPEG")
    precision, height, width, count = struct.unpack_from(">BHHB", body)
    if precision != 8 or count not in (1, 3, 4):
        raise unsupported_format(f"a JPEG of {count} components of {precision} bits")
    components = [struct.unpack_from("BBB", body, 6 + 3 * index) for index in range(count)]
    samplings = tuple((factors >> 4, factors & 15) for _, factors, _ in components)
    if not all(1 <= factor <= 4 for pair in samplings for factor in pair):
        raise broken_picture("JPEG", "its subsampling is invalid")
    return Frame(process, precision, width, height, samplings)


def _first_pixels(data: bytes, start: int) -> int:
    """Where the pixels of the first scan begin, whose header is at `start`."""
    position = start + _length(data, start)
    if position > len(data):
        raise broken_picture("JPEG", "it ends in its header")
    if position == len(data):
        raise broken_picture("JPEG", "it ends before its pixels")
    return position


def _scans(data: bytes, start: int, frame: Frame) -> Scans:
    """The scans, of which the first has its header at `start`.

    Of a picture that was cut off, all bytes before the first incomplete segment are kept, as in browsers: what is
    missing is grey, or less sharp in a progressive picture.
    """
    position = _first_pixels(data, start)
    is_sequential = frame.is_sequential(data, start)
    if is_sequential and data.endswith(END):
        return Scans(len(data), False)
    scans = 1
    for _ in range(MAX_SEGMENTS):
        match = NEXT_MARKER.search(data, position)
        if match is None:
            return Scans(len(data), True)
        marker, position = ord(match[1]), match.end()
        if marker == EOI:
            return Scans(len(data), False)
        scans += marker == SOS
        if scans > MAX_SCANS:
            break
        if marker in STANDALONE:
            continue
        if position + 2 > len(data) or position + _length(data, position) > len(data):
            return Scans(match.start(), True)
        position += _length(data, position)
    if is_sequential:
        return Scans(len(data), False)
    raise TooLarge(f"The JPEG has more than {MAX_SCANS} scans; save it as a baseline JPEG.", max_scans=MAX_SCANS)
