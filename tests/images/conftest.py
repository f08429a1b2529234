"""Pictures written byte by byte, so that a test knows every pixel without a decoder."""

import io
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

Order = Literal["<", ">"]
Pixels = npt.NDArray[Any]
TIFF_TYPES = {"H": 3, "I": 4, "B": 1}


class Make:
    """Encoders of what Pillow can't write, and a short hand for what it can."""

    @staticmethod
    def saved(pixels: Pixels | Image.Image, kind: str, **options: Any) -> bytes:
        """`pixels` as Pillow encodes them."""
        file = io.BytesIO()
        image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
        image.save(file, kind, **options)
        return file.getvalue()

    @staticmethod
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    @classmethod
    def png(
        cls, size: tuple[int, int], depth: int, colour: int, rows: Sequence[bytes], **chunks: bytes | list[bytes]
    ) -> bytes:
        """A PNG of width and height, bits and colour type; `chunks` (tRNS, PLTE ...) go before the pixels."""
        header = cls.chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, 0))
        extra = b"".join(
            cls.chunk(name.encode(), body)
            for name, bodies in chunks.items()
            for body in (bodies if isinstance(bodies, list) else [bodies])
        )
        data = zlib.compress(b"".join(b"\0" + row for row in rows))
        return b"\x89PNG\r\n\x1a\n" + header + extra + cls.chunk(b"IDAT", data) + cls.chunk(b"IEND", b"")

    @staticmethod
    def tiff(tags: Mapping[int, tuple[str, Sequence[int]]], strip: bytes, order: str = "<", planes: int = 1) -> bytes:
        """A TIFF with `tags`: number -> (struct code, values), and one strip, or one for each plane, whose places are
        added."""
        size = len(strip) // planes
        places = {273: ("I", [8 + plane * size for plane in range(planes)]), 279: ("I", [size] * planes)}
        tags = dict(tags) | places
        strip += b"\0" * (len(strip) % 2)
        start = 8 + len(strip)
        values_at = start + 2 + 12 * len(tags) + 4
        entries, values = b"", b""
        for number, (code, numbers) in sorted(tags.items()):
            body = struct.pack(f"{order}{len(numbers)}{code}", *numbers)
            entries += struct.pack(f"{order}HHI", number, TIFF_TYPES[code], len(numbers))
            entries += body.ljust(4, b"\0") if len(body) <= 4 else struct.pack(f"{order}I", values_at + len(values))
            values += body if len(body) > 4 else b""
        header = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}I", start)
        return header + strip + struct.pack(f"{order}H", len(tags)) + entries + bytes(4) + values

    @classmethod
    def tiff_of(
        cls,
        pixels: Pixels,
        photometric: int,
        order: Order = "<",
        extra: Sequence[int] = (),
        sample_format: int = 1,
        deflate: bool = False,
        apart: bool = False,
    ) -> bytes:
        """A TIFF of (H, W) or (H, W, samples), bits as the dtype says, compressed only if `deflate`.

        `apart` keeps each sample's plane for itself.
        """
        height, width, *rest = pixels.shape
        samples = rest[0] if rest else 1
        tags = {
            256: ("H", [width]),
            257: ("H", [height]),
            258: ("H", [pixels.itemsize * 8] * samples),
            259: ("H", [8 if deflate else 1]),
            262: ("H", [photometric]),
            277: ("H", [samples]),
            278: ("H", [height]),
            339: ("H", [sample_format] * samples),
        }
        if extra:
            tags[338] = ("H", list(extra))
        if apart:
            tags[284] = ("H", [2])
            pixels = np.moveaxis(pixels, -1, 0)
        strip = pixels.astype(pixels.dtype.newbyteorder(order)).tobytes()
        return cls.tiff(tags, zlib.compress(strip) if deflate else strip, order, samples if apart else 1)

    @staticmethod
    def exif(orientation: int, order: str = "<", padding_tags: int = 0) -> bytes:
        """An EXIF block with an orientation, after any number of other tags."""
        entries = [struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)]
        entries += [struct.pack(f"{order}HHII", 0x9C9B, 4, 1, index) for index in range(padding_tags)]
        header = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}I", 8)
        return header + struct.pack(f"{order}H", len(entries)) + b"".join(reversed(entries)) + bytes(4)

    @staticmethod
    def jpeg_with(jpeg: bytes, marker: int, body: bytes) -> bytes:
        """`jpeg` with one more segment right after its start."""
        return jpeg[:2] + struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body + jpeg[2:]


@pytest.fixture(scope="session")
def make() -> type[Make]:
    return Make


@pytest.fixture(scope="session")
def colours() -> npt.NDArray[np.uint8]:
    """(24, 40, 4) uint8, red, green, blue, alpha, each running through its range in its own way; no symmetry."""
    rows, columns = np.mgrid[0:24, 0:40]
    red, green = rows * 255 // 23, columns * 255 // 39
    blue, alpha = (rows * 37 + columns * 11) % 256, (rows * 13 + columns * 29 + 7) % 256
    return np.stack([red, green, blue, alpha], axis=-1).astype(np.uint8)
