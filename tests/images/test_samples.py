"""TIFFs of every type of number come out as tifffile reads them."""

import io
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import tifffile
from PIL import Image

from app.images.decode import Limits, decode

Numbers = npt.NDArray[Any]
INTEGERS = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64")
FLOATS = ("float16", "float32", "float64")
ORDERS = ("<", ">")


def ramp(code: str, samples: int = 1, size: tuple[int, int] = (21, 37)) -> Numbers:
    """(H, W, samples) over the range of an integer type, ends included, or over -3 to 5; no two samples are equal."""
    count = size[0] * size[1] * samples
    if np.dtype(code).kind == "f":
        values = np.linspace(-3, 5, count).astype(code)
    else:
        low, high = int(np.iinfo(code).min), int(np.iinfo(code).max)
        values = np.array([low + index * (high - low) // (count - 1) for index in range(count)], code)
    return np.random.default_rng(1).permutation(values).reshape(*size, samples)


def shown(values: Numbers) -> Numbers:
    """What is seen of colours: unsigned bytes and words over their full range, all others over that of the picture."""
    if values.dtype in (np.uint8, np.uint16):
        low, high = 0.0, float(np.iinfo(values.dtype).max)
    else:
        low, high = float(values.min()), float(values.max())
    return (values.astype(np.float64) - low) / (high - low) * 255


def written(values: Numbers, order: Any = "<", **options: Any) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, values, byteorder=order, metadata=None, **options)
    return file.getvalue()


def assert_shown(data: bytes, expected: Numbers, tolerance: float = 1) -> None:
    rgb = decode(data, Limits()).rgb
    if expected.shape[-1] == 1:
        expected = np.broadcast_to(expected, (*expected.shape[:2], 3))
    assert rgb.shape == expected.shape
    assert np.abs(rgb - expected).max() <= tolerance


@pytest.mark.parametrize("compression", [None, "zlib"], ids=["plain", "deflate"])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("code", [*INTEGERS, *FLOATS])
def test_one_sample(code: str, order: Any, compression: str | None) -> None:
    data = written(ramp(code)[..., 0], order, compression=compression, photometric="minisblack")
    assert_shown(data, shown(tifffile.imread(io.BytesIO(data))[..., None]))


@pytest.mark.parametrize("code", [*INTEGERS, *FLOATS])
def test_one_sample_where_zero_is_white(code: str) -> None:
    data = written(ramp(code)[..., 0], photometric="miniswhite")
    assert_shown(data, 255 - shown(ramp(code)))


@pytest.mark.parametrize("tile", [None, (16, 16)], ids=["strips", "tiles"])
@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("code", [*INTEGERS, *FLOATS])
def test_three_samples(code: str, order: Any, planar: str, tile: tuple[int, int] | None) -> None:
    values = ramp(code, 3)
    stored = values if planar == "contig" else np.moveaxis(values, 2, 0)
    layout: dict[str, Any] = {"tile": tile} if tile else {"rowsperstrip": 5}
    data = written(stored, order, photometric="rgb", planarconfig=planar, compression="zlib", **layout)
    read = tifffile.imread(io.BytesIO(data))
    assert_shown(data, shown(read if planar == "contig" else np.moveaxis(read, 0, 2)))


@pytest.mark.parametrize("tile", [None, (16, 16)], ids=["strips", "tiles"])
@pytest.mark.parametrize("samples", [1, 3])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("code", INTEGERS)
def test_differences_between_neighbours(code: str, order: Any, samples: int, tile: tuple[int, int] | None) -> None:
    values = ramp(code, samples)
    colours = {1: "minisblack", 3: "rgb"}[samples]
    data = written(
        values if samples == 3 else values[..., 0],
        order,
        photometric=colours,
        compression="zlib",
        predictor=2,
        tile=tile,
    )
    assert_shown(data, shown(tifffile.imread(io.BytesIO(data)).reshape(values.shape)))


def differences_of_floats(values: Numbers) -> bytes:
    """Adobe's predictor 3 of (H, W, samples): in each row the bytes by significance, then differences a pixel apart."""
    height, width, samples = values.shape
    size = values.itemsize
    data = values.astype(values.dtype.newbyteorder(">")).tobytes()
    rows = np.frombuffer(data, np.uint8).reshape(height, width * samples, size)
    planes = np.moveaxis(rows, 2, 1).reshape(height, size * width, samples)
    return np.diff(planes, axis=1, prepend=np.zeros((height, 1, samples), np.uint8)).tobytes()


@pytest.mark.parametrize("samples", [1, 3])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("code", FLOATS)
def test_differences_between_bytes_of_floats(code: str, order: Any, samples: int, make: Any) -> None:
    values = ramp(code, samples)
    height, width, _ = values.shape
    numbers = {256: width, 257: height, 259: 8, 262: 2 if samples == 3 else 1, 277: samples, 278: height, 317: 3}
    tags = {tag: ("H", [number]) for tag, number in numbers.items()}
    tags |= {258: ("H", [values.itemsize * 8] * samples), 339: ("H", [3] * samples)}
    assert_shown(make.tiff(tags, zlib.compress(differences_of_floats(values)), order), shown(values))


@pytest.mark.parametrize("tile", [{}, {322: 16, 323: 16}], ids=["strips", "tiles"])
def test_differences_as_libtiff_writes_them(tile: dict[int, int], make: Any) -> None:
    """Pillow compresses with libtiff, whose differences between floats are not ours."""
    values = ramp("float32")
    floats = make.saved(Image.fromarray(values[..., 0]), "TIFF", compression="tiff_lzw", tiffinfo={317: 3} | tile)
    assert_shown(floats, shown(values))
    words = ramp("uint16")
    data = make.saved(Image.fromarray(words[..., 0]), "TIFF", compression="tiff_lzw", tiffinfo={317: 2} | tile)
    assert_shown(data, shown(words))


@pytest.mark.parametrize("compression", ["tiff_lzw", "packbits", "tiff_adobe_deflate", "tiff_deflate"])
def test_every_compression_of_bytes(compression: str, make: Any) -> None:
    values = ramp("float32")
    assert_shown(make.saved(Image.fromarray(values[..., 0]), "TIFF", compression=compression), shown(values))


def over_white(colours: Numbers, alpha: Numbers) -> Numbers:
    """Colours of 0..255 before white, where `alpha` of 0..1 covers it."""
    seen: Numbers = 255 - (255 - colours) * alpha
    return seen


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("samples", [2, 4], ids=["grey", "RGB"])
@pytest.mark.parametrize("code", ["uint8", "uint16", "uint32"])
def test_alpha(code: str, samples: int, planar: str) -> None:
    values = ramp(code, samples)
    stored = values if planar == "contig" else np.moveaxis(values, 2, 0)
    colours = "rgb" if samples == 4 else "minisblack"
    data = written(stored, photometric=colours, planarconfig=planar, extrasamples=["unassalpha"])
    alpha = values[..., -1:] / np.iinfo(code).max
    assert_shown(data, over_white(shown(values[..., :-1]), alpha))


@pytest.mark.parametrize("code", FLOATS)
def test_alpha_of_floats_is_from_0_to_1(code: str) -> None:
    values = ramp(code, 4)
    values[..., 3] = (values[..., 3] + 3) / 8
    data = written(values, photometric="rgb", extrasamples=["unassalpha"])
    assert_shown(data, over_white(shown(values[..., :3]), values[..., 3:].astype(np.float64)))


@pytest.mark.parametrize("code", ["uint16", "float32"])
def test_premultiplied_alpha(code: str) -> None:
    straight = ramp("uint16", 3) / 65535
    alpha = ramp("uint8", 1) / 255 * 0.9 + 0.1
    full = 65535 if code == "uint16" else 1
    values = np.dstack([straight * alpha, alpha]) * full
    stored = np.rint(values).astype(code) if code == "uint16" else values.astype(code)
    assert_shown(written(stored, photometric="rgb", extrasamples=["assocalpha"]), over_white(straight * 255, alpha))


@pytest.mark.parametrize("deflate", [False, True])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("kind", [1, 2], ids=["premultiplied", "straight"])
def test_16_bit_alpha(kind: int, order: Any, deflate: bool, make: Any) -> None:
    values = ramp("uint16", 4)
    alpha = values[..., 3:] / 65535
    expected = over_white(values[..., :3] / 257, alpha)
    if kind == 1:
        values[..., :3] = values[..., :3] * alpha
    assert_shown(make.tiff_of(values, 2, order, extra=(kind,), deflate=deflate), expected)


@pytest.mark.parametrize("second", ["unspecified", "unassalpha"])
@pytest.mark.parametrize("code", ["uint8", "uint16"])
def test_further_samples_of_a_colour_picture_are_ignored(code: str, second: str) -> None:
    values = ramp(code, 5)
    data = written(values, photometric="rgb", extrasamples=["unspecified", second])
    assert_shown(data, shown(values[..., :3]))


@pytest.mark.parametrize("deflate", [False, True])
@pytest.mark.parametrize("order", ORDERS)
def test_16_bit_inks(order: Any, deflate: bool, make: Any) -> None:
    values = ramp("uint16", 4)
    share = 1 - values / 65535
    assert_shown(make.tiff_of(values, 5, order, deflate=deflate), 255 * share[..., :3] * share[..., 3:])


@pytest.mark.parametrize("code", ["uint8", "uint16"])
def test_inks_with_alpha(code: str, make: Any) -> None:
    """As Photoshop writes a CMYK picture with transparency."""
    values = ramp(code, 5)
    share = 1 - values[..., :4] / np.iinfo(code).max
    seen = over_white(255 * share[..., :3] * share[..., 3:], values[..., 4:] / np.iinfo(code).max)
    assert_shown(make.tiff_of(values, 5, extra=(2,)), seen)


def packed(values: Numbers, bits: int) -> bytes:
    """(H, N) unsigned numbers, the highest bit first; each row begins on a whole byte."""
    single = values[..., None] >> np.arange(bits - 1, -1, -1) & 1
    return np.packbits(single.reshape(len(values), -1).astype(np.uint8), axis=1).tobytes()


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("photometric", [0, 1, 2], ids=["zero is white", "grey", "RGB"])
@pytest.mark.parametrize("bits", [2, 3, 4, 5, 6, 7, 9, 10, 12, 14, 15])
def test_numbers_of_few_bits(bits: int, photometric: int, order: str, make: Any) -> None:
    samples = 3 if photometric == 2 else 1
    values = np.random.default_rng(bits).integers(0, 1 << bits, (5, 13, samples))
    numbers = {256: 13, 257: 5, 259: 1, 262: photometric, 277: samples, 278: 5}
    tags = {tag: ("H", [number]) for tag, number in numbers.items()} | {258: ("H", [bits] * samples)}
    expected = values / ((1 << bits) - 1) * 255
    data = make.tiff(tags, packed(values.reshape(5, -1), bits), order)
    assert_shown(data, 255 - expected if photometric == 0 else expected)


def test_the_ends_of_float64_are_black_and_white() -> None:
    values = np.array([[-1.7e308, 0, 1.7e308, np.nan, np.inf, -np.inf]])
    assert_shown(written(values), np.array([[[0], [127.5], [255], [0], [255], [0]]]))


@pytest.mark.parametrize("code", ["int8", "uint32", "float64"])
def test_equal_numbers_are_mid_grey(code: str) -> None:
    assert_shown(written(np.full((4, 5), 3, code)), np.full((4, 5, 1), 127.5))


def test_more_bytes_than_pillow_warns_of(make: Any) -> None:
    numbers = {256: 3400, 257: 3400, 258: 64, 259: 8, 262: 1, 277: 1, 278: 100}
    tags = {tag: ("H", [number]) for tag, number in numbers.items()}
    strips = zlib.compress(bytes(3400 * 8 * 100)) * 34
    assert (decode(make.tiff(tags, strips, planes=34), Limits()).rgb == 128).all()


def test_alpha_outside_of_0_and_1_is_none_or_all() -> None:
    values = ramp("float32", 4)
    data = written(values, photometric="rgb", extrasamples=["unassalpha"])  # from -3 to 5
    assert_shown(data, over_white(shown(values[..., :3]), np.clip(values[..., 3:], 0, 1)))
