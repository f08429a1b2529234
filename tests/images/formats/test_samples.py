"""The types of numbers in a TIFF: what can't be shown right is refused with what it is."""

from typing import Any

import pytest
import tifffile

from app.errors import BrokenPicture, TooLarge, UnsupportedFormat
from app.images.decode import Limits, decode
from app.images.formats import samples


def tags_of(**changes: Any) -> dict[int, tuple[str, list[int]]]:
    """The tags of a grey picture of 4 x 4 bytes, with changes by name."""
    numbers: dict[str, Any] = {
        "width": 4,
        "height": 4,
        "bits": 8,
        "coding": 1,
        "photometric": 1,
        "samples": 1,
        "rows": 4,
        "planar": 1,
        "predictor": 1,
        "extra": None,
        "format": 1,
    }
    places = dict(zip(numbers, (256, 257, 258, 259, 262, 277, 278, 284, 317, 338, 339), strict=True))
    numbers |= changes
    return {
        places[name]: ("H", value if isinstance(value, list) else [value])
        for name, value in numbers.items()
        if value is not None
    }


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": 5, "bits": 32}, "a TIFF of complex numbers"),
        ({"format": 6, "bits": 64}, "a TIFF of complex numbers"),
        ({"format": 7}, "a TIFF of unknown numbers"),
        ({"bits": 24}, "a TIFF of 24-bit unsigned numbers"),
        ({"bits": 128}, "a TIFF of 128-bit unsigned numbers"),
        ({"format": 2, "bits": 12}, "a TIFF of 12-bit signed numbers"),
        ({"format": 3, "bits": 8}, "a TIFF of 8-bit floating-point numbers"),
        ({"format": 3, "bits": 24}, "a TIFF of 24-bit floating-point numbers"),
        ({"bits": [5, 6, 5], "samples": 3, "photometric": 2}, "samples are of different types"),
        ({"format": [1, 2, 1], "samples": 3, "photometric": 2}, "samples are of different types"),
        ({"bits": 16, "photometric": 3}, "16-bit unsigned numbers that are palette colours"),
        ({"bits": 16, "photometric": 8, "samples": 3}, "16-bit unsigned numbers that are CIELab colours"),
        ({"bits": 16, "photometric": 6, "samples": 3}, "16-bit unsigned numbers that are YCbCr colours"),
        ({"format": 2, "photometric": 5, "samples": 4}, "8-bit signed numbers that are unusual colours"),
        ({"bits": 16, "coding": 7}, "in a compression that is supported for bytes only"),
        ({"bits": 16, "samples": 5}, "a TIFF of 5 channels that are not colours"),
        ({"bits": 16, "coding": 5, "predictor": 9}, "a predictor that is not supported"),
        ({"bits": 16, "coding": 5, "predictor": 3}, "a predictor that is not supported"),
        ({"bits": 12, "coding": 5, "predictor": 2}, "a predictor that is not supported"),
    ],
)
def test_other_numbers_are_refused_by_name(changes: dict[str, Any], words: str, make: Any) -> None:
    with pytest.raises(UnsupportedFormat, match=words):
        decode(make.tiff(tags_of(**changes), bytes(4096)), Limits())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bits": 16, "photometric": 2, "samples": 2}, "fewer samples than colours"),
        ({"bits": 16, "photometric": 2, "samples": 3, "planar": 2}, "no places of their own"),
        ({"bits": 64, "width": 400}, "can't be decoded"),
    ],
)
def test_contradictions_are_damage(changes: dict[str, Any], words: str, make: Any) -> None:
    with pytest.raises(BrokenPicture, match=words):
        decode(make.tiff(tags_of(**changes), bytes(4096)), Limits())


def test_the_memory_of_wide_numbers_is_limited(make: Any) -> None:
    tags = tags_of(bits=64, width=4000, height=4000, samples=3, photometric=2)
    with pytest.raises(TooLarge, match="would take 448 MB"):
        decode(make.tiff(tags, bytes(64)), Limits())


@pytest.mark.parametrize(("extra", "level"), [([2, 0], 255), ([0, 2], 0)], ids=["transparent", "black"])
def test_alpha_is_what_follows_the_colours_at_once(extra: list[int], level: int, make: Any) -> None:
    tags = tags_of(bits=16, samples=5, photometric=2, extra=extra)
    assert (decode(make.tiff(tags, bytes(160)), Limits()).rgb == level).all()


@pytest.mark.parametrize("side", ["width", "height"])
def test_a_picture_has_both_sides(side: str, make: Any) -> None:
    with pytest.raises(BrokenPicture):
        decode(make.tiff(tags_of(bits=16, **{side: None}), bytes(32)), Limits())


TAGS = {
    "ImageWidth": samples.WIDTH, "ImageLength": samples.LENGTH, "BitsPerSample": samples.BITS,
    "Compression": samples.COMPRESSION, "PhotometricInterpretation": samples.PHOTOMETRIC,
    "FillOrder": samples.FILL_ORDER, "SamplesPerPixel": samples.SAMPLES, "RowsPerStrip": samples.ROWS_PER_STRIP,
    "PlanarConfiguration": samples.PLANAR, "Predictor": samples.PREDICTOR, "ExtraSamples": samples.EXTRA,
    "SampleFormat": samples.SAMPLE_FORMAT, "StripOffsets": samples.STRIP_OFFSETS,
    "StripByteCounts": samples.STRIP_BYTES, "TileWidth": samples.TILE_WIDTH, "TileLength": samples.TILE_LENGTH,
    "TileOffsets": samples.TILE_OFFSETS, "TileByteCounts": samples.TILE_BYTES,
}  # fmt: skip


def test_numbers_of_tags_and_of_what_they_say_are_those_of_tifffile() -> None:
    assert {name: tifffile.TIFF.TAGS[name] for name in TAGS} == TAGS
    for numbers, names in (
        ("UNCOMPRESSED LZW DEFLATE PACKBITS OLD_DEFLATE", tifffile.COMPRESSION),
        ("NO_PREDICTOR DIFFERENCES FLOAT_DIFFERENCES", tifffile.PREDICTOR),
        ("WHITE_IS_ZERO BLACK_IS_ZERO RGB PALETTE INKS YCBCR CIELAB", tifffile.PHOTOMETRIC),
        ("SEPARATE", tifffile.PLANARCONFIG),
    ):
        for number in numbers.split():
            assert getattr(samples, number) == names[OTHER_NAMES.get(number, number)], number


OTHER_NAMES = {
    "UNCOMPRESSED": "NONE", "DEFLATE": "ADOBE_DEFLATE", "OLD_DEFLATE": "DEFLATE", "NO_PREDICTOR": "NONE",
    "DIFFERENCES": "HORIZONTAL", "FLOAT_DIFFERENCES": "FLOATINGPOINT", "WHITE_IS_ZERO": "MINISWHITE",
    "BLACK_IS_ZERO": "MINISBLACK", "INKS": "SEPARATED",
}  # fmt: skip


def test_a_picture_has_one_sample_a_pixel_unless_it_says_more(make: Any) -> None:
    assert decode(make.tiff(tags_of(bits=16, samples=None), bytes(32)), Limits()).rgb.shape == (4, 4, 3)
