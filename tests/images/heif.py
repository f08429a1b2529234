"""HEIC files as x265 encodes them, lossless, so that a test knows the pixels."""

import io
import struct
from typing import Any

import numpy.typing as npt
import pillow_heif
from PIL import Image

MODES = {(2, 1): "L", (3, 1): "RGB", (4, 1): "RGBA", (3, 2): "RGB;16", (4, 2): "RGBA;16"}  # by samples and their bytes


def heic(pixels: npt.NDArray[Any], orientation: int = 1, **options: Any) -> bytes:
    """(H, W), (H, W, 3) or (H, W, 4), uint8, or uint16 for 10 bits; the orientation as EXIF numbers it."""
    height, width = pixels.shape[:2]
    mode = "L" if pixels.ndim == 2 else MODES[pixels.shape[2], pixels.itemsize]
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    options = {"quality": -1, "chroma": 444} | options
    options["matrix_coefficients"] = 0 if options["chroma"] == 444 else 1  # colours as they are, or YCbCr
    pillow_heif.encode(mode, (width, height), pixels.tobytes(), file, exif=exif.tobytes(), **options)
    return file.getvalue()


def with_size(data: bytes, width: int, height: int) -> bytes:
    """The file with another size in its header (ISO/IEC 23008-12, the property `ispe`) than its picture has."""
    start = data.index(b"ispe") + 8
    return data[:start] + struct.pack(">II", width, height) + data[start + 8 :]
