"""AVIF headers: the size and the orientation of the primary picture (ISO/IEC 23008-12, AV1 image file format).

Other metadata are hidden from the decoder, and so is the film of a sequence: its still picture is the first frame.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.images.formats.av1 import sequence_headers
from app.images.formats.header import EncodedImage, broken_picture
from app.images.formats.signatures import unsupported_format

MAX_BOXES = 2000
MAX_ITEMS = 1000  # the cells of a picture and of its alpha
MAX_META_BYTES = 2_000_000
AV1_ITEM = b"av01"
ITEM_TYPES = {AV1_ITEM, b"grid"}
BRAND, SEQUENCE_BRAND = b"avif", b"avis"
HIDDEN = b"free"
IN_FILE, IN_BOX = 0, 1  # where the offsets of an item count from

# The decoder keeps each cell as YCbCr and returns a copy of the RGB; alpha is a picture of its own.
BYTES_PER_PIXEL, DEEP_BYTES_PER_PIXEL = 3, 6
RGB_BYTES_PER_PIXEL = 5
MAX_EXCESS = 4  # cells and alpha may have as many times the pixels of the picture
SMALLEST_EXCESS = 1 << 20

# Rotation in quarter turns anticlockwise, and the axis of mirroring, if any, to EXIF's orientation.
ORIENTATIONS = {
    (0, None): 1,
    (1, None): 8,
    (2, None): 3,
    (3, None): 6,
    (0, 0): 4,
    (1, 0): 5,
    (2, 0): 2,
    (3, 0): 7,
    (0, 1): 2,
    (1, 1): 7,
    (2, 1): 4,
    (3, 1): 5,
}


@dataclass(frozen=True)
class IsoBox:
    """One box: its type, where it begins, and where its content begins and ends."""

    type: bytes
    start: int
    body: int
    end: int


class Fields:
    """The numbers in the content of a box, one after the other; struct.error past its end."""

    def __init__(self, data: bytes, position: int, end: int) -> None:
        self._data = data
        self.position = position
        self.end = end
        self.flags = 0

    def version(self) -> int:
        """Of a full box, whose content begins with a version and flags."""
        version = self.integer(1)
        self.flags = self.integer(3)
        return version

    def integer(self, size: int) -> int:
        self.position += size
        if self.position > self.end:
            raise struct.error("the box ends")
        return int.from_bytes(self._data[self.position - size : self.position], "big")


@dataclass(frozen=True)
class PictureItem:
    """One picture of the file: its type, its properties as (type, content), and its pieces as (start, end)."""

    type: bytes
    properties: Sequence[tuple[bytes, bytes]]
    extents: Sequence[tuple[int, int]]

    @property
    def width(self) -> int:
        return self._size()[0]

    @property
    def height(self) -> int:
        return self._size()[1]

    def property(self, name: bytes) -> bytes | None:
        return next((body for kind, body in self.properties if kind == name), None)

    def _size(self) -> tuple[int, int]:
        body = self.property(b"ispe")
        if body is None:
            raise broken_picture("AVIF", "it does not say its size")
        width, height = struct.unpack_from(">II", body, 4)
        return width, height

    def orientation(self) -> int:
        """As EXIF numbers it."""
        rotation, mirror = self.property(b"irot"), self.property(b"imir")
        return ORIENTATIONS[rotation[0] & 3 if rotation else 0, mirror[0] & 1 if mirror else None]


def read_avif(data: bytes) -> EncodedImage:
    """Size and orientation of an AVIF's primary picture; raises BrokenPicture or UnsupportedFormat."""
    top = list(_boxes(data, (0, len(data))))
    meta = _first(top, b"meta")
    if meta is None:
        if _first(top, b"moov"):
            raise unsupported_format("an AVIF without a still picture")
        raise broken_picture("AVIF", "it ends in its header")
    if meta.end - meta.body > MAX_META_BYTES:
        raise broken_picture("AVIF", "its header is invalid")
    boxes = list(_boxes(data, (meta.body + 4, meta.end)))
    entries = _entries(data, boxes)
    primary, items = _primary_items(data, boxes, {number: kind for number, (kind, _) in entries.items()})
    width, height = primary.width, primary.height
    pixels = width * height
    if sum(end - start for item in items for start, end in item.extents) > len(data):
        raise broken_picture("AVIF", "its parts overlap")
    av1_items = [item for item in items if item.type == AV1_ITEM]
    if sum(item.width * item.height for item in av1_items) > MAX_EXCESS * pixels + SMALLEST_EXCESS:
        raise broken_picture("AVIF", "its parts are larger than the picture")
    hidden = [place for kind, place in entries.values() if kind not in ITEM_TYPES]
    hidden += [box.start + 4 for box in top if box.type == b"moov"]
    return EncodedImage(
        "AVIF",
        _replace(data, dict.fromkeys(_sequence_brands(data, top), BRAND) | dict.fromkeys(hidden, HIDDEN)),
        width,
        height,
        primary.orientation(),
        RGB_BYTES_PER_PIXEL * pixels + sum(_coded_bytes(data, item) for item in av1_items),
    )


def _sequence_brands(data: bytes, top: Sequence[IsoBox]) -> list[int]:
    """Where the file says that it is a sequence, which the decoder would then look for."""
    box = top[0]
    return [place for place in range(box.body, box.end, 4) if data[place : place + 4] == SEQUENCE_BRAND]


def _boxes(data: bytes, within: tuple[int, int]) -> Iterator[IsoBox]:
    """The boxes between two places; one that reaches outside ends there."""
    start, end = within
    for _ in range(MAX_BOXES):
        if start + 8 > end:
            return
        size, kind = struct.unpack_from(">I4s", data, start)
        body = start + 8
        match size:
            case 0:
                size = end - start
            case 1:
                (size,) = struct.unpack_from(">Q", data, body)
                body += 8
        stop = min(start + size, end)
        if stop < body:
            break
        yield IsoBox(kind, start, body, stop)
        start = stop
    if start + 8 <= end:
        raise broken_picture("AVIF", "its header is invalid")


def _first(boxes: Sequence[IsoBox], kind: bytes) -> IsoBox | None:
    return next((box for box in boxes if box.type == kind), None)


def _fields(data: bytes, boxes: Sequence[IsoBox], kind: bytes) -> Fields:
    """The content of the first box of a type; BrokenPicture if there is none."""
    box = _first(boxes, kind)
    if box is None:
        raise broken_picture("AVIF", f"its header lacks {kind.decode()}")
    return Fields(data, box.body, box.end)


def _entries(data: bytes, boxes: Sequence[IsoBox]) -> dict[int, tuple[bytes, int]]:
    """The type of each item by its number, and where in the file the type stands."""
    fields = _fields(data, boxes, b"iinf")
    fields.integer(4 if fields.version() else 2)
    entries: dict[int, tuple[bytes, int]] = {}
    for box in _boxes(data, (fields.position, fields.end)):
        entry = Fields(data, box.body, box.end)
        number = entry.integer(4 if entry.version() >= 3 else 2)
        entry.integer(2)
        entries.setdefault(number, (data[entry.position : entry.position + 4], entry.position))
    if len(entries) > MAX_ITEMS:
        raise broken_picture("AVIF", f"it has more than {MAX_ITEMS:,} parts")
    return entries


def _primary_items(
    data: bytes, boxes: Sequence[IsoBox], types: Mapping[int, bytes]
) -> tuple[PictureItem, list[PictureItem]]:
    """The primary item, and all that the decoder reads for it: itself, its alpha, and the cells of both."""
    fields = _fields(data, boxes, b"pitm")
    primary = fields.integer(4 if fields.version() else 2)
    properties, extents = _properties(data, boxes), _extents(data, boxes)
    references = list(_references(data, boxes))
    numbers = {primary} | {source for kind, source, targets in references if kind == b"auxl" and primary in targets}
    numbers |= {cell for kind, source, cells in references if kind == b"dimg" and source in numbers for cell in cells}
    items = {
        number: PictureItem(types.get(number, b""), properties.get(number, ()), extents.get(number, ()))
        for number in numbers
    }
    if items[primary].type not in ITEM_TYPES:
        raise unsupported_format("an AVIF that contains another format")
    return items[primary], list(items.values())


def _properties(data: bytes, boxes: Sequence[IsoBox]) -> dict[int, list[tuple[bytes, bytes]]]:
    """The properties of each item."""
    container = _fields(data, boxes, b"iprp")
    inside = list(_boxes(data, (container.position, container.end)))
    store = _fields(data, inside, b"ipco")
    all_properties = [(box.type, data[box.body : box.end]) for box in _boxes(data, (store.position, store.end))]
    fields = _fields(data, inside, b"ipma")
    version, is_long = fields.version(), fields.flags & 1
    properties: dict[int, list[tuple[bytes, bytes]]] = {}
    for _ in range(fields.integer(4)):
        number = fields.integer(4 if version else 2)
        indices = [
            fields.integer(2) & 0x7FFF if is_long else fields.integer(1) & 0x7F for _ in range(fields.integer(1))
        ]
        properties[number] = [all_properties[index - 1] for index in indices if index]
    return properties


def _references(data: bytes, boxes: Sequence[IsoBox]) -> Iterator[tuple[bytes, int, set[int]]]:
    """The type, the source and the targets of each reference between items."""
    if _first(boxes, b"iref") is None:
        return
    fields = _fields(data, boxes, b"iref")
    size = 4 if fields.version() else 2
    for box in _boxes(data, (fields.position, fields.end)):
        entry = Fields(data, box.body, box.end)
        source = entry.integer(size)
        yield box.type, source, {entry.integer(size) for _ in range(entry.integer(2))}


def _extents(data: bytes, boxes: Sequence[IsoBox]) -> dict[int, list[tuple[int, int]]]:
    """Where the pieces of each item begin and end in the file."""
    fields = _fields(data, boxes, b"iloc")
    version = fields.version()
    sizes, more_sizes = fields.integer(1), fields.integer(1)
    offset_size, length_size, base_size = sizes >> 4, sizes & 15, more_sizes >> 4
    index_size = more_sizes & 15 if version else 0
    inside = _first(boxes, b"idat")
    extents: dict[int, list[tuple[int, int]]] = {}
    for _ in range(fields.integer(2 if version < 2 else 4)):
        number = fields.integer(2 if version < 2 else 4)
        method = fields.integer(2) & 15 if version else IN_FILE
        fields.integer(2)
        origin = fields.integer(base_size) + (inside.body if method == IN_BOX and inside else 0)
        pieces = []
        for _ in range(fields.integer(2)):
            fields.integer(index_size)
            start = origin + fields.integer(offset_size)
            length = fields.integer(length_size)
            pieces.append((start, start + length if length else len(data)))
        if method > IN_BOX:
            raise unsupported_format("an AVIF of a rare construction")
        extents[number] = pieces
    return extents


def _coded_bytes(data: bytes, item: PictureItem) -> int:
    """Bytes of one coded picture when decoded; its bitstream must not have larger frames than its size."""
    per_pixel = BYTES_PER_PIXEL
    try:
        for sequence in sequence_headers(b"".join(data[start:end] for start, end in item.extents)):
            if sequence.width > item.width or sequence.height > item.height:
                raise broken_picture("AVIF", "its frames are larger than its header says")
            per_pixel = DEEP_BYTES_PER_PIXEL if sequence.is_deep else per_pixel
    except ValueError:
        raise unsupported_format("an AVIF of frames of several sizes") from None
    return per_pixel * item.width * item.height


def _replace(data: bytes, types: Mapping[int, bytes]) -> list[memoryview | bytes]:
    """The file with other types of boxes or items at some places, without a copy of the rest."""
    view = memoryview(data)
    parts: list[memoryview | bytes] = []
    position = 0
    for place, name in sorted(types.items()):
        parts += [view[position:place], name]
        position = place + len(name)
    return [*parts, view[position:]]
