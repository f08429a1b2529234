"""AVIF files box by box, from pictures that Pillow has encoded."""

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def full_box(kind: bytes, version: int, *parts: bytes) -> bytes:
    return box(kind, struct.pack(">I", version << 24), *parts)


def extent(width: int, height: int) -> bytes:
    """The property of a picture's size."""
    return full_box(b"ispe", 0, struct.pack(">II", width, height))


@dataclass(frozen=True)
class Part:
    """One item of a file: its type, its properties and its bytes."""

    kind: bytes
    properties: Sequence[bytes]
    data: bytes


def avif(parts: Sequence[Part], references: bytes = b"", brand: bytes = b"avif", primary: int = 1) -> bytes:
    """A file of `parts`, which are numbered from 1."""
    properties = [each for part in parts for each in part.properties]
    links, first = b"", 1
    for number, part in enumerate(parts, start=1):
        indices = range(first, first + len(part.properties))
        links += struct.pack(">HB", number, len(indices)) + bytes(0x80 | index for index in indices)
        first += len(indices)
    entries = [
        full_box(b"infe", 2, struct.pack(">HH4sx", number, 0, part.kind)) for number, part in enumerate(parts, start=1)
    ]
    head = box(b"ftyp", brand, bytes(4), b"avifmif1miaf")

    def meta(start: int) -> bytes:
        places = b""
        for number, part in enumerate(parts, start=1):
            places += struct.pack(">HHHII", number, 0, 1, start, len(part.data))
            start += len(part.data)
        return full_box(
            b"meta",
            0,
            full_box(b"hdlr", 0, bytes(4), b"pict", bytes(13)),
            full_box(b"pitm", 0, struct.pack(">H", primary)),
            full_box(b"iloc", 0, b"\x44\0", struct.pack(">H", len(parts)), places),
            full_box(b"iinf", 0, struct.pack(">H", len(parts)), *entries),
            full_box(b"iref", 0, references) if references else b"",
            box(b"iprp", box(b"ipco", *properties), full_box(b"ipma", 0, struct.pack(">I", len(parts)), links)),
        )

    start = len(head) + len(meta(0)) + 8
    return head + meta(start) + box(b"mdat", *(part.data for part in parts))


def encoded(image: Image.Image, **options: Any) -> Part:
    """The coded picture in the AVIF that Pillow makes of `image`, with its properties."""
    file = io.BytesIO()
    image.save(file, "AVIF", quality=100, subsampling="4:4:4", **options)
    data = file.getvalue()
    properties = []
    position = data.index(b"ipco") + 4
    while data[position + 4 : position + 8] in (b"ispe", b"pixi", b"av1C", b"colr"):
        (size,) = struct.unpack_from(">I", data, position)
        properties.append(data[position : position + size])
        position += size
    return Part(b"av01", properties, data[data.index(b"mdat") + 4 :])


def long_avif(parts: Sequence[Part], references: bytes = b"") -> bytes:
    """The same with the longest numbers that each box may have, and all bytes of the parts in the header."""
    count = struct.pack(">I", len(parts))
    links, entries, places, first, start = b"", [], b"", 1, 1
    for number, part in enumerate(parts, start=1):
        indices = range(first, first + len(part.properties))
        links += struct.pack(">IB", number, len(indices)) + b"".join(struct.pack(">H", 0x8000 | at) for at in indices)
        first += len(indices)
        entries.append(full_box(b"infe", 3, struct.pack(">IH4sx", number, 0, part.kind)))
        places += struct.pack(">IHHIHIII", number, 1, 0, 1, 1, 0, start - 1, len(part.data))
        start += len(part.data)
    properties = box(b"ipco", *(each for part in parts for each in part.properties))
    return box(b"ftyp", b"avif", bytes(4), b"avifmif1miaf") + full_box(
        b"meta",
        0,
        full_box(b"hdlr", 0, bytes(4), b"pict", bytes(13)),
        full_box(b"pitm", 1, struct.pack(">I", 1)),
        full_box(b"iloc", 2, b"\x44\x44", count, places),
        full_box(b"iinf", 1, count, *entries),
        full_box(b"iref", 1, references) if references else b"",
        box(b"iprp", properties, box(b"ipma", struct.pack(">I", 1 << 24 | 1), count, links)),
        box(b"idat", b"\xff", *(part.data for part in parts)),
    )
