"""What is read of files of every format and of damaged copies of them: `python -m tests.images.formats.damaged`.

The table has the files too: another version of an encoder writes other bytes.
"""

import base64
import json
import random
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from app.errors import ConvScopeError
from app.images.formats.avif import read_avif
from app.images.formats.bmp import read_bmp
from app.images.formats.gif import read_gif
from app.images.formats.header import EncodedImage
from app.images.formats.jpeg import read_jpeg
from app.images.formats.png import read_png
from app.images.formats.tiff import read_tiff
from app.images.formats.webp import read_webp
from tests.digest import digest
from tests.images.conftest import Make

TABLE = Path(__file__).parent / "damaged.json"
DAMAGED = 150  # copies of each file
Read = Callable[[bytes], EncodedImage]
READERS: Mapping[str, Read] = {
    "JPEG": read_jpeg, "PNG": read_png, "GIF": read_gif, "BMP": read_bmp, "TIFF": read_tiff, "WEBP": read_webp,
    "AVIF": read_avif,
}  # fmt: skip


def files(kind: str) -> Iterator[bytes]:
    """Pictures of a format in its modes, with and without metadata."""
    chance = np.random.default_rng(4)
    rgb = Image.fromarray(chance.integers(0, 256, (7, 11, 3), np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6
    options = {"exif": exif} if kind not in ("GIF", "BMP") else {}
    yield Make.saved(rgb, kind, **options)
    yield Make.saved(rgb.convert("L"), kind)
    if kind in ("PNG", "GIF", "BMP", "TIFF"):
        yield Make.saved(rgb.convert("P"), kind)
        yield Make.saved(rgb.convert("1"), kind)
    if kind in ("PNG", "WEBP", "TIFF", "AVIF"):
        yield Make.saved(rgb.convert("RGBA"), kind)
    if kind in ("GIF", "PNG", "WEBP"):
        yield Make.saved(rgb.convert("P"), kind, save_all=True, append_images=[rgb.rotate(90).convert("P")])
    if kind == "TIFF":
        deep = chance.integers(0, 1 << 16, (3, 5), np.uint16)
        for photometric in (0, 1):
            yield Make.tiff_of(deep, photometric, ">")
            yield Make.tiff_of(deep.astype(np.float32), photometric, sample_format=3)
        colours = chance.integers(0, 1 << 16, (3, 5, 3), np.uint16)
        for apart in (False, True):
            yield Make.tiff_of(colours, 2, apart=apart, deflate=True)
        inks = chance.integers(0, 1 << 16, (3, 5, 4), np.uint16)
        yield Make.tiff_of(inks, 5)
        yield Make.tiff_of(inks.astype(np.uint32), 5)
        yield Make.tiff_of(inks, 2, extra=(2,))
    if kind == "JPEG":
        yield Make.saved(rgb, kind, progressive=True, quality=80)
        yield Make.saved(rgb.convert("CMYK"), kind)


def readings(kind: str, originals: Iterable[bytes]) -> Iterator[object]:
    """The fields of each file and of damaged copies, or the kind of error."""
    for number, original in enumerate(originals):
        yield _reading(kind, original)
        chance = random.Random(f"{kind} {number}")
        for _ in range(DAMAGED):
            yield _reading(kind, damage(chance, original))


def damage(chance: random.Random, original: bytes) -> bytes:
    """A byte or two changed, some bytes lost or repeated, or the end cut off."""
    data, place = bytearray(original), chance.randrange(len(original))
    length = chance.randint(1, 9)
    match chance.randrange(6):
        case 0:
            del data[place:]
        case 1:
            del data[place : place + length]
        case 2:
            data[place:place] = data[place : place + length]
        case _:
            data[place] = chance.choice(
                (0, 1, 2, 3, 7, 8, 16, 64, 127, 128, 254, 255, data[place] ^ 1, data[place] + 1 & 255)
            )
    return bytes(data)


def _reading(kind: str, data: bytes) -> object:
    try:
        read = READERS[kind](data)
    except (ConvScopeError, struct.error, IndexError, ValueError) as error:
        return type(error).__name__
    with read.open() as file:
        content = file.read()
    return (
        *(read.format, read.width, read.height, read.orientation, read.working_bytes, read.transparent),
        *(read.needs_low_bytes, read.is_cut, read.samples, read.frame, len(content), content.hex()),
    )


def read_table() -> dict[str, tuple[list[bytes], str]]:
    """The files of each format, and the digest of what is read of them."""
    table = json.loads(TABLE.read_text())
    return {
        kind: ([base64.b64decode(each) for each in entry["files"]], entry["digest"]) for kind, entry in table.items()
    }


def main() -> None:
    table = {}
    for kind in READERS:
        originals = read_table()[kind][0] if TABLE.exists() else list(files(kind))
        encoded = [base64.b64encode(each).decode() for each in originals]
        table[kind] = {"files": encoded, "digest": digest(readings(kind, originals))}
    TABLE.write_text(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    main()
