"""HEIC: photos of phones, decoded by libheif. A stranger's file is decoded only in a confined process."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pillow_heif
from PIL import Image as PillowImage
from pillow_heif import HeifImage, options

from app.images.decode import DECODED_BYTES_PER_PIXEL, Limits, Picture, check_bytes, choose_scale
from app.images.formats.header import EncodedImage, broken_picture
from app.images.rgb import Band, PlainImage, scale_in_bands

FORMAT = "HEIC"

# Nothing but the picture itself is read or decoded.
options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False
options.DECODE_THREADS = 1  # as the other decoders
pillow_heif.libheif_info()  # libheif looks for plugins at its first use; a confined process can't open files

# The most memory that a pixel takes, in bytes, as measured: with 8 bits and with more, by the layout of its colours.
GREY_BYTES, ALPHA_BYTES = (3.0, 6.0), (3.0, 5.0)
COLOUR_BYTES: Mapping[object, tuple[float, float]] = {420: (5.0, 8.0), 422: (8.5, 13.5), 444: (9.5, 15.5)}
BOXES = {b"ftyp", b"meta", b"mdat", b"free", b"skip"}


@dataclass(frozen=True)
class DecodedRows:
    """A decoded picture of libheif, from which rows are copied."""

    image: HeifImage
    encoded: EncodedImage

    def rgb(self, band: Band) -> PillowImage.Image:
        _, top, width, bottom = band
        mode, stride = self.image.mode, self.image.stride
        rows = memoryview(self.image.data)[top * stride : bottom * stride]
        part = PillowImage.frombytes(mode, (width, bottom - top), rows, "raw", mode, stride)
        return PlainImage(part, self.encoded).rgb((0, 0, *part.size))

    def close(self) -> None:
        """The memory goes with the image."""


def decode_heic(data: bytes, limits: Limits) -> Picture:
    """The primary picture in `data`, upright; its transparent pixels are blended with white.

    libheif rotates and mirrors it as the file says; the orientation in its EXIF says the same once more and is ignored.

    Raises:
        TooLarge: by its header, before anything is decoded.
        BrokenPicture: it can't be decoded, or the file is cut off: libheif would leave parts of the picture out.
    """
    check_bytes(data, limits)
    if is_cut(data):
        raise broken_picture(FORMAT, "the file ends before the picture does")
    try:
        file = pillow_heif.open_heif(data)
        image = file[file.primary_index]
    except Exception as error:  # pillow-heif raises what libheif's errors are like, with its messages
        raise broken_picture(FORMAT, "its header can't be read") from error
    encoded = _header(image, data)
    choose_scale(encoded, limits)
    return Picture(_decode_pixels(image, encoded, limits.max_side), FORMAT, encoded.width, encoded.height)


def is_cut(data: bytes) -> bool:
    """Whether a box of the file is longer than what is left of the file. What follows the boxes is ignored."""
    position = 0
    while position + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, position)
        if size == 1 and position + 16 <= len(data):
            (size,) = struct.unpack_from(">Q", data, position + 8)
        if size < 8 or kind not in BOXES:
            return False
        position += size
    return position > len(data)


def _header(image: HeifImage, data: bytes) -> EncodedImage:
    width, height = image.size
    is_deep = image.info["bit_depth"] != 8
    colours = COLOUR_BYTES.get(image.info.get("chroma"), COLOUR_BYTES[444])
    per_pixel = (GREY_BYTES if image.mode.startswith("L") else colours)[is_deep] + image.has_alpha * ALPHA_BYTES[
        is_deep
    ]
    return EncodedImage(
        FORMAT, [data], width, height, working_bytes=int((per_pixel - DECODED_BYTES_PER_PIXEL) * width * height)
    )


def _decode_pixels(image: HeifImage, encoded: EncodedImage, max_side: int) -> npt.NDArray[np.uint8]:
    try:
        image.load()
        if image.size != (encoded.width, encoded.height):
            raise ValueError("the header does not say the size of the picture")
        return scale_in_bands(image.size, max_side, DecodedRows(image, encoded))
    except Exception as error:  # pillow-heif raises what libheif's errors are like, with its messages
        raise broken_picture(FORMAT, "its pixels can't be decoded, or are of an unsupported kind") from error
