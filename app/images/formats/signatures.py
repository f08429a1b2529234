"""The format of a file by its first bytes. File names and content types do not count."""

import struct

from app.errors import EmptyPicture, UnsupportedFormat

ACCEPTED = ("JPEG", "PNG", "WebP", "AVIF", "GIF", "BMP", "TIFF")

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
    ("HEIC", 4, b"ftyphei"),
    ("HEIC", 4, b"ftyphev"),
    ("HEIC", 4, b"ftypmif1"),
    ("HEIC", 4, b"ftypmsf1"),
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
AVIF_BRANDS = {b"avif", b"avis"}
MAX_BRAND_BYTES = 256


def detect_format(data: bytes) -> str:
    """The accepted format that `data` begins with, one of ACCEPTED.

    Raises EmptyPicture for no bytes and UnsupportedFormat for everything else; its message names a known format.
    """
    if not data:
        raise EmptyPicture("The file is empty.", accepted=list(ACCEPTED))
    for name, offset, signature in ACCEPTED_SIGNATURES:
        if data.startswith(signature, offset) and (name != "WebP" or data.startswith(b"RIFF")):
            return name
    if _is_avif(data):
        return "AVIF"
    raise unsupported_format(_other(data))


def unsupported_format(name: str | None) -> UnsupportedFormat:
    """The error that says what the file looks like, if known, and what is accepted."""
    accepted = ", ".join(ACCEPTED[:-1]) + " or " + ACCEPTED[-1]
    guess = f"This looks like {name}" if name else "This is not a known picture format"
    return UnsupportedFormat(f"{guess}; send {accepted}.", looks_like=name, accepted=list(ACCEPTED))


def _is_avif(data: bytes) -> bool:
    """Whether the brands of an ISO file, the first and those after a version, name AVIF."""
    (size,) = struct.unpack(">I", data[:4].rjust(4, b"\0"))
    brands = {data[place : place + 4] for place in (8, *range(16, min(size, MAX_BRAND_BYTES), 4))}
    return data.startswith(b"ftyp", 4) and not brands.isdisjoint(AVIF_BRANDS)


def _other(data: bytes) -> str | None:
    for name, offset, signature in OTHER_SIGNATURES:
        if data.startswith(signature, offset):
            return name
    text = data[:TEXT_WINDOW].lower()
    for name, tag in (("SVG", b"<svg"), ("HTML", b"<html"), ("HTML", b"<!doctype html"), ("XML", b"<?xml")):
        if tag in text:
            return name
    return None
