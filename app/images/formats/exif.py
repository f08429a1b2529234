"""EXIF and TIFF directories: the tags of a TIFF file, and the orientation of an EXIF block (TIFF 6.0, section 2)."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

EXIF = b"Exif\0\0"
ORIENTATION = 0x0112
BYTE, SHORT, LONG = 1, 3, 4
UNIT_BYTES = {BYTE: 1, 2: 1, SHORT: 2, LONG: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}


@dataclass(frozen=True)
class Tag:
    """One entry of a directory; `value` is its bytes, from wherever in the file they are."""

    number: int
    type: int
    count: int
    value: memoryview
    order: str

    def integers(self) -> tuple[int, ...]:
        """The values of a BYTE, SHORT or LONG tag; struct.error for any other type."""
        code = {BYTE: "B", SHORT: "H", LONG: "I"}.get(self.type)
        if code is None:
            raise struct.error("not an integer")
        return struct.unpack(f"{self.order}{self.count}{code}", self.value)


@dataclass(frozen=True)
class Directory:
    """The tags of a TIFF file's first page, by number; of two with the same number the last."""

    tags: Mapping[int, Tag]
    order: str

    def __contains__(self, number: int) -> bool:
        return number in self.tags

    def integers(self, number: int, default: tuple[int, ...]) -> tuple[int, ...]:
        return self.tags[number].integers() if number in self.tags else default

    def integer(self, number: int, default: int) -> int:
        return self.integers(number, (default,))[0]


def read_directory(data: bytes) -> Directory:
    """The first directory; struct.error where it is cut off."""
    return Directory({tag.number: tag for tag in tags(data)}, byte_order(data))


def byte_order(data: bytes | memoryview) -> str:
    """'<' or '>', as struct writes it; struct.error if the block does not begin as TIFF does."""
    orders = {b"II*\0": "<", b"MM\0*": ">"}
    order = orders.get(bytes(data[:4]))
    if order is None:
        raise struct.error("no byte order")
    return order


def tags(data: bytes | memoryview) -> Iterator[Tag]:
    """The entries of the first directory; those of unknown type or reaching outside `data` are left out.

    Raises struct.error where the directory itself is cut off.
    """
    order = byte_order(data)
    view = memoryview(data)
    (start,) = struct.unpack_from(f"{order}I", view, 4)
    (count,) = struct.unpack_from(f"{order}H", view, start)
    for index in range(count):
        entry = start + 2 + 12 * index
        number, kind, values = struct.unpack_from(f"{order}HHI", view, entry)
        size = values * UNIT_BYTES.get(kind, 0)
        offset = entry + 8 if size <= 4 else struct.unpack_from(f"{order}I", view, entry + 8)[0]
        if size and offset + size <= len(view):
            yield Tag(number, kind, values, view[offset : offset + size], order)


def orientation(block: bytes | memoryview) -> int:
    """The EXIF orientation, 1..8; 1 (upright) where it is missing or invalid."""
    body = block
    while bytes(body[: len(EXIF)]) == EXIF:  # some writers of PNG and WebP leave the marker of JPEG in
        body = body[len(EXIF) :]
    try:
        for tag in tags(body):
            if tag.number == ORIENTATION and tag.type in (SHORT, LONG) and tag.count == 1:
                value = tag.integers()[0]
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1  # unreadable metadata must not make the picture unusable
    return 1


def replace_directory(data: bytes, pixel_tags: list[Tag]) -> list[memoryview | bytes]:
    """The parts of the file with a new directory at its end, which has the tags `pixel_tags` and no successor."""
    order = byte_order(data)
    start = len(data) + len(data) % 2
    values_start = start + 2 + 12 * len(pixel_tags) + 4
    entries, values = [], bytearray()
    for tag in pixel_tags:
        inline = len(tag.value) <= 4
        place = bytes(tag.value).ljust(4, b"\0") if inline else struct.pack(f"{order}I", values_start + len(values))
        entries.append(struct.pack(f"{order}HHI", tag.number, tag.type, tag.count) + place)
        if not inline:
            values += tag.value
            values += b"\0" * (len(values) % 2)
    header = data[:4] + struct.pack(f"{order}I", start)
    directory = struct.pack(f"{order}H", len(pixel_tags)) + b"".join(entries) + bytes(4)
    return [header, memoryview(data)[8:], bytes(len(data) % 2) + directory + bytes(values)]
