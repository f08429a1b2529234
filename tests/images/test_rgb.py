"""Every kind of pixel comes out as the right RGB: within 1 of 255 of what numpy computes from the source values."""

import struct
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from app.images.decode import Limits, decode
from app.images.formats.header import EncodedImage
from app.images.rgb import BAND_PIXELS, bands, to_rgb

Pixels = npt.NDArray[Any]


def assert_rgb(data: bytes, expected: Pixels, tolerance: float = 1) -> None:
    rgb = decode(data, Limits()).rgb
    if expected.ndim == 2:
        expected = np.stack([expected] * 3, axis=-1)
    assert rgb.shape == expected.shape
    assert np.abs(rgb - expected.astype(float)).max() <= tolerance


def over_white(colour: Pixels, alpha: Pixels) -> Pixels:
    """255 times what is seen of `colour` with coverage `alpha` in front of white."""
    share = alpha[..., None] / 255 if colour.ndim == 3 else alpha / 255
    seen: Pixels = 255 * (colour / 255 * share + 1 - share)
    return seen


def grey(colours: Pixels, code: str) -> Pixels:
    """(24, 40) running over the whole range of an integer type, ends included."""
    return np.linspace(0, np.iinfo(code).max, 24 * 40).reshape(24, 40).astype(code)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF"])
def test_greyscale(kind: str, make: Any, colours: Pixels) -> None:
    assert_rgb(make.saved(colours[..., 0], kind), colours[..., 0], 0)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_rgb(kind: str, make: Any, colours: Pixels) -> None:
    assert_rgb(make.saved(colours[..., :3].copy(), kind), colours[..., :3], 0)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WebP"])
def test_alpha_is_blended_with_white(kind: str, make: Any, colours: Pixels) -> None:
    options = {"lossless": True, "exact": True} if kind == "WebP" else {}
    assert_rgb(make.saved(colours, kind, **options), over_white(colours[..., :3], colours[..., 3]))


def test_transparent_red_is_white(make: Any) -> None:
    red = np.zeros((5, 7, 4), np.uint8)
    red[..., 0] = 255
    assert_rgb(make.saved(red, "PNG"), np.full((5, 7, 3), 255), 0)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_grey_with_alpha(kind: str, make: Any, colours: Pixels) -> None:
    image = Image.merge("LA", [Image.fromarray(np.ascontiguousarray(colours[..., i])) for i in (0, 3)])
    assert_rgb(make.saved(image, kind), over_white(colours[..., 0], colours[..., 3]))


def test_premultiplied_alpha(make: Any, colours: Pixels) -> None:
    alpha = colours[..., 3].astype(float)
    stored = np.rint(colours[..., :3] * alpha[..., None] / 255).astype(np.uint8)
    tiff = make.tiff_of(np.dstack([stored, colours[..., 3]]), photometric=2, extra=[1])
    assert_rgb(tiff, stored + (255 - alpha[..., None]))


def test_premultiplied_grey(make: Any, colours: Pixels) -> None:
    alpha = colours[..., 3].astype(float)
    stored = np.rint(colours[..., 0] * alpha / 255).astype(np.uint8)
    tiff = make.tiff_of(np.dstack([stored, colours[..., 3]]), photometric=1, extra=[1])
    assert_rgb(tiff, stored + (255 - alpha))


def test_one_bit(make: Any, colours: Pixels) -> None:
    bits = colours[..., 2] > 127
    for kind in ("PNG", "BMP", "TIFF"):
        assert_rgb(make.saved(bits, kind), bits * 255, 0)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "TIFF"])
def test_palette(kind: str, make: Any, colours: Pixels) -> None:
    indices = colours[..., 0] % 7
    table = colours[3:10, 5, :3]
    image = Image.fromarray(indices).convert("P")
    image = Image.frombytes("P", (40, 24), indices.tobytes())
    image.putpalette(table.tobytes())
    assert_rgb(make.saved(image, kind), table[indices], 0)


@pytest.mark.parametrize("alphas", [bytes([255, 0, 255]), bytes([0, 90, 200, 255])], ids=["one clear", "shades"])
def test_palette_with_transparency(alphas: bytes, make: Any, colours: Pixels) -> None:
    indices = colours[..., 0] % 4
    table = colours[3:7, 5, :3]
    png = make.png((40, 24), 8, 3, [row.tobytes() for row in indices], PLTE=table.tobytes(), tRNS=alphas)
    alpha = np.frombuffer(alphas.ljust(4, b"\xff"), np.uint8)
    assert_rgb(png, over_white(table[indices], alpha[indices]))


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
@pytest.mark.parametrize("is_possible", [True, False], ids=["a level", "more than white"])
def test_transparent_grey_level(depth: int, is_possible: bool, make: Any) -> None:
    clear = 1 if is_possible else 1 << depth
    levels = np.arange(1 << min(depth, 4)).repeat(8)
    fields = np.unpackbits(levels.astype(np.uint8)[:, None], axis=1)[:, 8 - depth :]
    png = make.png((len(levels), 1), depth, 0, [np.packbits(fields).tobytes()], tRNS=struct.pack(">H", clear))
    expected = np.where(levels == clear, 255, levels * 255 / ((1 << depth) - 1))
    assert_rgb(png, expected[None])


@pytest.mark.parametrize("depth", [8, 16])
def test_transparent_colour(depth: int, make: Any, colours: Pixels) -> None:
    values = colours[..., :3].astype(f">u{depth // 8}") * (257 if depth == 16 else 1)
    clear = values[4, 6].astype(">u2").tobytes()
    png = make.png((40, 24), depth, 2, [row.tobytes() for row in values.astype(f">u{depth // 8}")], tRNS=clear)
    expected = colours[..., :3].copy()
    expected[4, 6] = 255
    assert_rgb(png, expected)


def test_16_bit_grey_does_not_turn_white(make: Any, colours: Pixels) -> None:
    values = grey(colours, "uint16")
    assert_rgb(make.saved(values, "PNG"), values / 257)


def test_16_bit_grey_with_a_transparent_level(make: Any, colours: Pixels) -> None:
    values = grey(colours, "uint16")
    rows = [row.astype(">u2").tobytes() for row in values]
    png = make.png((40, 24), 16, 0, rows, tRNS=struct.pack(">H", values[3, 3]))
    assert_rgb(png, np.where(values == values[3, 3], 255, values / 257))


def test_16_bit_colour_png(make: Any, colours: Pixels) -> None:
    values = (np.roll(colours, 1, axis=0) * 256.0 + colours)[..., :3].astype(">u2")
    png = make.png((40, 24), 16, 2, [row.tobytes() for row in values])
    assert_rgb(png, values / 257)


@pytest.mark.parametrize("order", ["<", ">"])
def test_16_bit_tiff(order: str, make: Any, colours: Pixels) -> None:
    values = grey(colours, "uint16")
    assert_rgb(make.tiff_of(values, 1, order), values / 257)


def test_16_bit_tiff_where_zero_is_white(make: Any, colours: Pixels) -> None:
    values = grey(colours, "uint16")
    assert_rgb(make.tiff_of(values, 0), 255 - values / 257)


def test_12_bit_tiff(make: Any) -> None:
    values = np.arange(0, 4096, 32)
    pairs = values.reshape(-1, 2)
    packed = np.stack([pairs[:, 0] >> 4, (pairs[:, 0] & 15) << 4 | pairs[:, 1] >> 8, pairs[:, 1] & 255], axis=-1)
    numbers = {256: 128, 257: 1, 258: 12, 259: 1, 262: 1, 277: 1, 278: 1}
    tags = {tag: ("H", [number]) for tag, number in numbers.items()}
    assert_rgb(make.tiff(tags, packed.astype(np.uint8).tobytes()), values[None] / 4095 * 255)


@pytest.mark.parametrize("order", ["<", ">"])
def test_float_fills_its_finite_range(order: str, make: Any, colours: Pixels) -> None:
    values = (colours[..., 2].astype(np.float32) - 60) / 7
    expected = colours[..., 2].astype(float)
    expected = (expected - expected.min()) / np.ptp(expected) * 255
    values[0, :3] = np.nan, np.inf, -np.inf
    expected[0, :3] = 0, 255, 0
    assert_rgb(make.tiff_of(values, 1, order, sample_format=3), expected)


def test_32_bit_integers_fill_their_range(make: Any, colours: Pixels) -> None:
    values = colours[..., 2].astype(np.int32) * 3_000_000 - 2**28
    low, high = int(values.min()), int(values.max())
    assert_rgb(make.tiff_of(values, 1, sample_format=2), (values - float(low)) / (high - low) * 255)


@pytest.mark.parametrize("value", [1.0, float("nan"), float("inf")])
def test_a_constant_float_picture_is_grey(value: float, make: Any) -> None:
    assert_rgb(make.tiff_of(np.full((3, 4), value, np.float32), 1, sample_format=3), np.full((3, 4), 127.5))


def ink(colours: Pixels) -> Pixels:
    """What is seen of cyan, magenta, yellow and black ink, each 0..255."""
    seen: Pixels = (255.0 - colours[..., :3]) * (255.0 - colours[..., 3:]) / 255
    return seen


def test_cmyk_tiff(make: Any, colours: Pixels) -> None:
    assert_rgb(make.tiff_of(colours, photometric=5), ink(colours))


def test_8_bit_tiff_with_separate_colour_planes(make: Any, colours: Pixels) -> None:
    assert_rgb(make.tiff_of(colours[..., :3], 2, apart=True), colours[..., :3], 0)
    assert_rgb(make.tiff_of(colours, 5, apart=True), ink(colours))


def blocks(colours: Pixels) -> Pixels:
    """Every pixel as a block of 8 x 8, which a JPEG of top quality keeps."""
    return np.kron(colours[::4, ::4], np.ones((8, 8, 1), np.uint8))


def test_cmyk_jpeg_as_adobe_inverts_it(make: Any, colours: Pixels) -> None:
    source = blocks(colours)
    image = Image.frombytes("CMYK", source.shape[1::-1], source.tobytes())
    assert_rgb(make.saved(image, "JPEG", quality=100), ink(source))


def test_ycck_jpeg(make: Any, colours: Pixels) -> None:
    """Adobe's transform 2: YCbCr of 255 minus what CMYK would store, which is inverted inks: so, of the inks."""
    inks = blocks(colours)
    to_ycc = np.array([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
    stored = np.rint(inks[..., :3] @ to_ycc.T + [0, 128, 128]).clip(0, 255)
    # Pillow inverts what it is given, and labels it transform 0.
    image = Image.frombytes(
        "CMYK", inks.shape[1::-1], np.dstack([255 - stored, inks[..., 3]]).astype(np.uint8).tobytes()
    )
    jpeg = bytearray(make.saved(image, "JPEG", quality=100))
    jpeg[jpeg.index(b"Adobe") + 11] = 2
    assert_rgb(bytes(jpeg), ink(inks), tolerance=2)  # YCbCr itself rounds once more


def test_greyscale_jpeg(make: Any, colours: Pixels) -> None:
    source = blocks(colours)[..., 0]
    assert_rgb(make.saved(source, "JPEG", quality=100), source)


@pytest.mark.parametrize("progressive", [False, True])
def test_rgb_jpeg(progressive: bool, make: Any, colours: Pixels) -> None:
    source = np.kron(colours[::4, ::4, :3], np.ones((16, 16, 1), np.uint8))
    assert_rgb(
        make.saved(source, "JPEG", quality=100, subsampling=0, progressive=progressive), source, 2
    )  # YCbCr rounds twice


def test_ycbcr_tiff(make: Any, colours: Pixels) -> None:
    luma, blue, red = (colours[..., i].astype(float) for i in range(3))
    rgb = [
        luma + 1.402 * (red - 128),
        luma - 0.344136 * (blue - 128) - 0.714136 * (red - 128),
        luma + 1.772 * (blue - 128),
    ]
    assert_rgb(make.saved(Image.fromarray(colours[..., :3], "YCbCr"), "TIFF"), np.dstack(rgb).clip(0, 255))


def test_interlaced_png_equals_plain(make: Any, colours: Pixels) -> None:
    rgb = colours[..., :3]
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    rows = [row.tobytes() for top, left, down, across in passes for row in rgb[top::down, left::across]]
    png = bytearray(make.png((40, 24), 8, 2, rows))
    png[28] = 1
    png[16 + 13 : 16 + 17] = make.chunk(b"IHDR", bytes(png[16:29]))[-4:]
    assert_rgb(bytes(png), rgb, 0)


def test_a_large_picture_with_alpha_is_blended_with_white_before_it_is_scaled(make: Any) -> None:
    """Colour under full transparency must not bleed into its neighbours when they are averaged."""
    pixels = np.zeros((64, 6000, 4), np.uint8)
    pixels[:, ::2] = [255, 0, 0, 0]
    pixels[:, 1::2] = [0, 0, 255, 255]
    picture = decode(make.saved(pixels, "PNG"), Limits(max_side=500))
    assert picture.rgb.shape == (5, 500, 3)
    assert np.abs(picture.rgb[:, 10:-10].astype(float) - [127.5, 127.5, 255]).max() <= 1


def test_the_longer_side_is_the_longest_allowed_and_the_other_in_proportion() -> None:
    for width, height, most in np.random.default_rng(1).integers(1, 60, (300, 3)).tolist():
        shape = to_rgb(Image.new("L", (width, height)), EncodedImage("PNG", [], width, height), most).shape
        share = min(1, most / max(width, height))
        assert shape == (*(max(1, round(side * share)) for side in (height, width)), 3)


@pytest.mark.parametrize(
    "size", [(1, 1), (512, 512), (512, 513), (65_535, 9), (1, BAND_PIXELS + 1), (300_000, 3)], ids=str
)
def test_bands_have_every_row_once_and_as_many_as_fit(size: tuple[int, int]) -> None:
    places = list(bands(size))
    assert [top for _, top, _, _ in places] == [0, *(bottom for *_, bottom in places[:-1])]
    assert places[-1][3] == size[1]
    for left, top, right, bottom in places:
        assert (left, right) == (0, size[0])
        assert bottom - top == 1 or (bottom - top) * size[0] <= BAND_PIXELS
        assert bottom == size[1] or (bottom - top + 1) * size[0] > BAND_PIXELS


def test_scaling_in_bands_equals_scaling_at_once(make: Any) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1100, 900, 3), np.uint8)
    picture = decode(make.saved(noise, "PNG", compress_level=0), Limits(max_side=300))
    whole = Image.fromarray(noise).resize((245, 300), Image.Resampling.LANCZOS)
    assert np.array_equal(picture.rgb, np.asarray(whole))
