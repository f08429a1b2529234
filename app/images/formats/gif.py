"""GIF headers: the canvas and the first frame (GIF89a, sections 18 to 23)."""

import struct

from app.images.formats.header import EncodedImage, broken_picture

MAX_BLOCKS = 10_000  # of comments and the like, before the first frame
EXTENSION, IMAGE, TRAILER = 0x21, 0x2C, 0x3B
GRAPHIC_CONTROL = 0xF9


def read_gif(data: bytes) -> EncodedImage:
    """Canvas and first frame of a GIF; raises BrokenPicture.

    A frame that reaches outside the canvas extends it, as in browsers.
    """
    canvas_width, canvas_height, flags = struct.unpack_from("<HHB", data, 6)
    position = 13 + _palette_bytes(flags)
    view = memoryview(data)
    parts = [view[:position]]
    for _ in range(MAX_BLOCKS):
        kind = data[position]
        if kind == IMAGE:
            left, top, width, height = struct.unpack_from("<4H", data, position + 1)
            right, bottom = left + width, top + height
            size = max(canvas_width, right), max(canvas_height, bottom)
            frame = (left, top, right, bottom) if (left, top, right, bottom) != (0, 0, *size) else None
            return EncodedImage("GIF", [*parts, view[position:]], *size, frame=frame)
        if kind == TRAILER:
            raise broken_picture("GIF", "it has no frame")
        if kind != EXTENSION:
            position += 1  # GIF87a: what stands between blocks is skipped
            continue
        end = _end_of_blocks(data, position + 2)
        if data[position + 1] == GRAPHIC_CONTROL:
            parts[1:] = [view[position:end]]
        position = end
    raise broken_picture("GIF", "there is no end to its header")


def _palette_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 128 else 0


def _end_of_blocks(data: bytes, position: int) -> int:
    """The end of a chain of sub-blocks. Each begins with its length; the last length is 0."""
    for _ in range(MAX_BLOCKS):
        length = data[position]
        position += 1 + length
        if not length:
            return position
    raise broken_picture("GIF", "there is no end to its header")
