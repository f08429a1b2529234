"""The format of a file by its first bytes. File names and content types do not count."""

import struct
from importlib.util import find_spec

from app.errors import EmptyPicture, UnsupportedFormat

ALWAYS_ACCEPTED = ("JPEG", "PNG", "WebP", "AVIF", "GIF", "BMP", "TIFF")
HEIC_DECODER = "pillow_heif"  # which need not be installed

# The signature of each accepted format and its offset.
ACCEPTED_SIGNATURES = (
    ("JPEG", 0, b"\xff\xd8"),
    ("PNG", 0, b"\x89PNG"),
    ("WebP", 8, b"WEBP"),
    ("GIF", 0, b"GIF8"),
    ("BMP", 0, b"BM"),
    ("TIFF", 0, b"II*\0"),
    ("TIFF", 0, b"MM\0*"),
)

# Other common formats; they are recognised only to be named in the error.
OTHER_SIGNATURES = (
    ("BigTIFF", 0, b"II+\0"),
    ("BigTIFF", 0, b"MM\0+"),
    ("MP4 video", 4, b"ftyp"),
    ("JPEG 2000", 4, b"jP  \r\n"),
    ("JPEG 2000", 0, b"\xff\x4f\xff\x51"),
    ("JPEG XL", 0, b"\xff\x0a"),
    ("JPEG XL", 4, b"JXL \r\n"),
    ("PDF", 0, b"%PDF"),
    ("PostScript", 0, b"%!PS"),
    ("PostScript", 0, b"\xc5\xd0\xd3\xc6"),
    ("Photoshop", 0, b"8BPS"),
    ("icon", 0, b"\0\0\1\0"),
    ("cursor", 0, b"\0\0\2\0"),
    ("FITS", 0, b"SIMPLE  ="),
    ("OpenEXR", 0, b"\x76\x2f\x31\x01"),
    ("Radiance HDR", 0, b"#?RADIANCE"),
    ("DDS", 0, b"DDS "),
    ("QOI", 0, b"qoif"),
    ("ZIP", 0, b"PK\3\4"),
    ("gzip", 0, b"\x1f\x8b"),
    ("NumPy", 0, b"\x93NUMPY"),
    ("AVI or WAV", 0, b"RIFF"),
    ("WebM video", 0, b"\x1a\x45\xdf\xa3"),
)

TEXT_WINDOW = 1024
# The first format whose brand an ISO file has among its own: a file of both may be of the general brand mif1, too.
BRANDS = (
    ("AVIF", {b"avif", b"avis"}),
    ("HEIC", {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}),
)
MAX_BRAND_BYTES = 256


def accepted_formats() -> tuple[str, ...]:
    """The formats that can be read here: HEIC only where its decoder is installed."""
    return (*ALWAYS_ACCEPTED, "HEIC") if find_spec(HEIC_DECODER) else ALWAYS_ACCEPTED


def detect_format(data: bytes) -> str:
    """The format that `data` begins with: HEIC, or one of ALWAYS_ACCEPTED.

    Raises EmptyPicture for no bytes and UnsupportedFormat for everything else; its message names a known format.
    """
    if not data:
        raise EmptyPicture("The file is empty.", accepted=list(accepted_formats()))
    for name, offset, signature in ACCEPTED_SIGNATURES:
        if data.startswith(signature, offset) and (name != "WebP" or data.startswith(b"RIFF")):
            return name
    iso_format = _iso_format(data)
    if iso_format is None:
        raise unsupported_format(_other(data))
    return iso_format


def is_heic(data: bytes) -> bool:
    return _iso_format(data) == "HEIC"


def unsupported_format(name: str | None, why: str = "") -> UnsupportedFormat:
    """The error that says what the file looks like, if known, and what is accepted; `why` is in our own words."""
    accepted = [each for each in accepted_formats() if each != name]
    guess = f"This looks like {name}" if name else "This is not a known picture format"
    reason = f", which can't be read here: {why}" if why else ""
    choice = ", ".join(accepted[:-1]) + " or " + accepted[-1]
    return UnsupportedFormat(f"{guess}{reason}; send {choice}.", looks_like=name, accepted=accepted)


def _iso_format(data: bytes) -> str | None:
    """The format of an ISO file by its brands, the first and those after a version."""
    if not data.startswith(b"ftyp", 4):
        return None
    (size,) = struct.unpack(">I", data[:4])
    brands = {data[place : place + 4] for place in (8, *range(16, min(size, MAX_BRAND_BYTES), 4))}
    return next((name for name, those in BRANDS if not brands.isdisjoint(those)), None)


def _other(data: bytes) -> str | None:
    for name, offset, signature in OTHER_SIGNATURES:
        if data.startswith(signature, offset):
            return name
    text = data[:TEXT_WINDOW].lower()
    for name, tag in (("SVG", b"<svg"), ("HTML", b"<html"), ("HTML", b"<!doctype html"), ("XML", b"<?xml")):
        if tag in text:
            return name
    return None
