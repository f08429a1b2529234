"""Formats are accepted by their signatures; others are refused by name."""

import sys
import zipfile
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.errors import EmptyPicture, UnsupportedFormat
from app.images.decode import Limits, decode
from app.images.formats.signatures import ALWAYS_ACCEPTED, OTHER_SIGNATURES, accepted_formats, detect_format


def test_no_bytes() -> None:
    with pytest.raises(EmptyPicture, match="empty"):
        decode(b"", Limits())


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG"),
        (b"<!DOCTYPE html><html><body>not a picture</body></html>", "HTML"),
        (b"\0\0\0\x20ftypisom\0\0\2\0", "MP4 video"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"\xff\x0a\xfa\x7f", "JPEG XL"),
        (b"%PDF-1.7\n", "PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "PostScript"),
        (b"8BPS\0\1", "Photoshop"),
        (b"SIMPLE  =                    T", "FITS"),
        (b"\0\0\1\0\1\0", "icon"),
        (b"II+\0\x08\0\0\0", "BigTIFF"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "AVI or WAV"),
        (b"BM, as every text that begins so", None),
        (b"\0" * 64, None),
        (b"hello", None),
    ],
)
def test_other_formats_are_refused_by_name(data: bytes, name: str | None) -> None:
    with pytest.raises(UnsupportedFormat, match="JPEG, PNG, WebP, AVIF, GIF, BMP, TIFF or HEIC") as refusal:
        decode(data + bytes(100), Limits())
    assert refusal.value.details == {"looks_like": name, "accepted": [*ALWAYS_ACCEPTED, "HEIC"]}


def test_heic_is_not_decoded_with_the_others() -> None:
    with pytest.raises(
        UnsupportedFormat, match=r"This looks like HEIC; send JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF\."
    ):
        decode(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100), Limits())


def test_heic_is_accepted_where_its_decoder_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert accepted_formats() == (*ALWAYS_ACCEPTED, "HEIC")
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    assert accepted_formats() == ALWAYS_ACCEPTED


@pytest.mark.parametrize(
    "kind", ["ICO", "PPM", "TGA", "PCX", "SGI", "JPEG2000", "PDF", "EPS", "ICNS", "DDS", "QOI", "MSP"]
)
def test_no_other_parser_of_pillow_is_reached(kind: str, make: Any) -> None:
    image = Image.new("1" if kind == "MSP" else "RGB", (32, 32))
    with pytest.raises(UnsupportedFormat):
        decode(make.saved(image, kind), Limits())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_what_follows_a_picture_is_ignored(kind: str, make: Any) -> None:
    picture = make.saved(Image.new("RGB", (9, 8), "#336699"), kind)
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("script.js", "alert(1)")
    both = decode(picture + archive.getvalue(), Limits())
    assert np.array_equal(both.rgb, decode(picture, Limits()).rgb)


@pytest.mark.parametrize(
    ("brands", "name"),
    [(each, "AVIF") for each in ("avif", "avis", "mif1 miaf avif", "msf1 avis mif1")]
    + [(each, "HEIC") for each in ("heic", "heix", "mif1", "mif1 heic miaf", "msf1 hevc", "isom heic")],
)
def test_avif_and_heic_are_named_by_any_brand(brands: str, name: str) -> None:
    major, *others = (brand.encode() for brand in brands.split())
    box = b"ftyp" + major + bytes(4) + b"".join(others)
    assert detect_format((len(box) + 4).to_bytes(4, "big") + box + b"....avif") == name


def test_webp_is_not_every_riff() -> None:
    with pytest.raises(UnsupportedFormat):
        detect_format(b"ABCD\0\0\0\0WEBPVP8 ")


@pytest.mark.parametrize(("name", "offset", "signature"), OTHER_SIGNATURES)
def test_other_formats_are_named_by_the_bytes_that_they_begin_with(name: str, offset: int, signature: bytes) -> None:
    assert offset in (0, 4), "after the length of a box, or at once"
    with pytest.raises(UnsupportedFormat, match=name):
        detect_format(bytes([0, 0, 0, 24])[:offset] + signature + bytes(24))
