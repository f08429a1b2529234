"""Photos are decoded upright and within the limits; any other bytes are refused with our own errors."""

import io
import re
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skimage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from app.errors import BrokenPicture, ConvScopeError, TooLarge
from app.images.decode import Limits, Picture, choose_scale, decode, decoding_bytes
from app.images.formats.header import EncodedImage
from tests.images.orientations import UPRIGHT

pytestmark = pytest.mark.slow

PHOTOS = Path(skimage.__file__).parent / "data"
FORMATS = ("JPEG", "PNG", "WebP", "AVIF", "GIF", "BMP", "TIFF")
EXAMPLES = 1000
LEAK = re.compile(r"0x[0-9a-f]{4,}|/tmp|/home|site-packages|Traceback|BytesIO|PIL|Pillow|libjpeg", re.IGNORECASE)


@pytest.mark.parametrize("name", ["chelsea.png", "rocket.jpg", "hubble_deep_field.jpg", "coins.png", "logo.png"])
def test_a_photo_equals_a_full_decode(name: str) -> None:
    picture = decode((PHOTOS / name).read_bytes(), Limits())
    with Image.open(PHOTOS / name) as image:
        assert (picture.width, picture.height) == image.size
        assert np.array_equal(picture.rgb, np.asarray(image.convert("RGB")))
    assert picture.rgb.flags.c_contiguous
    assert not picture.rgb.flags.writeable


@pytest.mark.parametrize("kind", FORMATS)
def test_the_format_is_named(kind: str, make: Any, colours: Any) -> None:
    assert decode(make.saved(colours[..., :3].copy(), kind), Limits()).format == kind


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP", "AVIF", "TIFF"])
def test_exif_orientation(kind: str, orientation: int, make: Any, colours: Any) -> None:
    stored = colours[..., :3].copy()
    exif = Image.Exif()
    exif[0x0112] = orientation
    options: dict[str, Any] = {"quality": 100, "subsampling": "4:4:4" if kind == "AVIF" else 0}
    data = make.saved(stored, kind, exif=exif, **({"lossless": True} if kind == "WebP" else options))
    picture = decode(data, Limits())
    upright = UPRIGHT[orientation](stored)
    assert (picture.height, picture.width) == picture.rgb.shape[:2] == upright.shape[:2]
    assert np.abs(picture.rgb.astype(int) - upright).mean() < 2  # JPEG is not exact


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("value", "turned"), [(6, True), (0, False), (9, False), (65535, False)])
def test_orientation_among_ten_thousand_tags(value: int, turned: bool, order: Any, make: Any, colours: Any) -> None:
    exif = make.exif(value, order, padding_tags=5_000)
    picture = decode(make.jpeg_with(make.saved(colours[..., :3].copy(), "JPEG"), 0xE1, b"Exif\0\0" + exif), Limits())
    assert (picture.width, picture.height) == ((24, 40) if turned else (40, 24))


@pytest.mark.parametrize("exif", [b"", b"II", b"II*\0\xff\xff\xff\xff", b"II*\0\x08\0\0\0\xff\xff", b"nonsense" * 9])
def test_damaged_exif_does_not_make_the_picture_unusable(exif: bytes, make: Any, colours: Any) -> None:
    jpeg = make.saved(colours[..., :3].copy(), "JPEG")
    with_exif = decode(make.jpeg_with(jpeg, 0xE1, b"Exif\0\0" + exif), Limits())
    assert np.array_equal(with_exif.rgb, decode(jpeg, Limits()).rgb)


@pytest.mark.parametrize(("kind", "options"), [("GIF", {}), ("WebP", {"lossless": True}), ("PNG", {}), ("TIFF", {})])
def test_the_first_frame_counts(kind: str, options: dict[str, Any], make: Any) -> None:
    frames = [Image.new("RGB", (30, 20), colour) for colour in ("#ff0000", "#00ff00", "#0000ff")]
    data = make.saved(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    assert (decode(data, Limits()).rgb == [255, 0, 0]).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (65535, 1), (1, 65535), (65535, 20)])
def test_extreme_shapes(size: tuple[int, int], make: Any) -> None:
    picture = decode(make.saved(Image.new("RGB", size, "#102030"), "PNG"), Limits())
    assert (picture.width, picture.height) == size
    assert max(picture.rgb.shape) <= 2048
    assert (picture.rgb == [0x10, 0x20, 0x30]).all()


def test_a_large_photo_is_reduced_and_looks_the_same(make: Any) -> None:
    with Image.open(PHOTOS / "retina.jpg") as photo:
        large = photo.convert("RGB").resize((4032, 3024), Image.Resampling.BICUBIC)
    picture = decode(make.saved(large, "JPEG", quality=95), Limits())
    assert (picture.width, picture.height) == (4032, 3024)
    assert picture.rgb.shape == (1512, 2016, 3)
    assert np.abs(picture.rgb.astype(int) - np.asarray(large.reduce(2))).mean() < 1


def test_bytes_are_limited_and_may_be_as_many() -> None:
    with pytest.raises(TooLarge, match=r"0\.1 MB; at most 0\.05 MB") as refusal:
        decode(bytes(100_000), Limits(max_bytes=50_000))
    assert refusal.value.details == {"bytes": 100_000, "max_bytes": 50_000}
    whole = (PHOTOS / "coins.png").read_bytes()
    assert decode(whole, Limits(max_bytes=len(whole))).format == "PNG"


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((20_000, 20_000), "100 megapixels"),
        ((65_536, 1), "65535 on a side"),
        ((2**31 - 1, 2**31 - 1), "100 megapixels"),
        ((9_400, 9_400), r"at most 25 megapixels and \d+ MB .* a baseline JPEG, which may have 100 megapixels\."),
    ],
)
def test_pixels_are_limited_by_the_header(size: tuple[int, int], words: str, make: Any) -> None:
    with pytest.raises(TooLarge, match=words):
        decode(make.png(size, 1, 0, []), Limits())


@pytest.mark.parametrize("kind", FORMATS)
def test_a_header_without_pixels_is_refused(kind: str, make: Any) -> None:
    whole = make.saved(Image.new("RGB", (64, 48), "#808080"), kind)
    for cut in (12, 20, len(whole) // 3):
        with pytest.raises(BrokenPicture):
            decode(whole[:cut], Limits())


@pytest.mark.parametrize(
    ("longer", "scale"), [(1, 1), (3686, 1), (3687, 2), (7372, 2), (7373, 4), (14_745, 4), (14_746, 8), (65_535, 8)]
)
def test_a_jpeg_is_decoded_as_small_as_leaves_nine_tenths_of_the_longest_side(longer: int, scale: int) -> None:
    for size in ((longer, 100), (100, longer)):
        assert choose_scale(EncodedImage("JPEG", [], *size), Limits()) == (scale if longer > 100 else 1)
        assert choose_scale(EncodedImage("PNG", [], *size), Limits()) == 1


def test_nine_tenths_are_enough() -> None:
    for longer, scale in ((3599, 1), (3600, 2)):
        assert choose_scale(EncodedImage("JPEG", [], longer, 1), Limits(max_side=2000)) == scale


def test_a_jpeg_is_decoded_smaller_still_where_memory_is_short() -> None:
    limits = Limits(max_decoded_pixels=1000)
    for size, scale in (((50, 20), 1), ((51, 20), 2), ((126, 32), 4), ((505, 64), 8)):
        assert choose_scale(EncodedImage("JPEG", [], *size), limits) == scale
    with pytest.raises(TooLarge):
        choose_scale(EncodedImage("JPEG", [], 1001, 64), limits)


def test_memory_and_pixels_may_be_as_much_as_allowed() -> None:
    limits = Limits(max_decoded_pixels=1000, max_pixels=2000)
    for more, refusal in ((0, nullcontext()), (1, pytest.raises(TooLarge, match="would take 0 MB"))):
        with refusal:
            assert choose_scale(EncodedImage("PNG", [], 1000 + more, 1), limits) == 1
        with refusal:  # 4 bytes a pixel, and 6.4 for each of those allowed
            assert choose_scale(EncodedImage("PNG", [], 25, 20, working_bytes=4400 + more), limits) == 1
        with refusal:  # an eighth of it has 4 x 3 pixels
            assert choose_scale(EncodedImage("JPEG", [], 25, 20, working_bytes=6352 + more), limits) == 8
    assert choose_scale(EncodedImage("JPEG", [], 40, 50), limits) == 2
    with pytest.raises(TooLarge, match=r"at most 0\.002 megapixels"):
        choose_scale(EncodedImage("JPEG", [], 3, 667), limits)


def test_what_a_picture_takes_in_memory_is_known_by_its_header(make: Any) -> None:
    rgb = Image.new("RGB", (80, 60))
    assert decoding_bytes(make.saved(rgb, "PNG"), Limits()) == 4 * 80 * 60
    assert decoding_bytes(make.saved(rgb, "WebP"), Limits()) == (4 + 16) * 80 * 60
    assert decoding_bytes(make.saved(rgb, "JPEG"), Limits(max_side=44)) == 4 * 40 * 30
    with pytest.raises(TooLarge):
        decoding_bytes(make.saved(rgb, "PNG"), Limits(max_pixels=4799))


# How much more memory a decode takes, in a process that has decoded one small picture of each format before.
MEASURE = """
import io, sys
from PIL import Image
from app.errors import TooLarge
from app.images.decode import Limits, decode

def bytes_of(field):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(field))

for kind in ("JPEG", "PNG", "WebP", "AVIF", "GIF", "BMP", "TIFF"):
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, kind)
    decode(file.getvalue(), Limits())
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        data = file.read()
    with open("/proc/self/clear_refs", "w") as reset:
        reset.write("5")
    before = bytes_of("VmRSS")
    try:
        answer = decode(data, Limits()).rgb.shape
    except TooLarge:
        answer = "refused"
    print(path.split("/")[-1], (bytes_of("VmHWM") - before) // 1_000_000, answer, sep="\\t")
"""


@pytest.fixture(scope="module")
def big_pictures(make: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("big")
    phone = Image.new("RGB", (8064, 6048), "#4080c0")
    (folder / "48 MP.jpg").write_bytes(make.saved(phone, "JPEG"))
    (folder / "48 MP progressive.jpg").write_bytes(make.saved(phone, "JPEG", progressive=True))
    (folder / "48 MP fine progressive.jpg").write_bytes(make.saved(phone, "JPEG", progressive=True, subsampling=0))
    (folder / "25 MP.png").write_bytes(
        make.saved(Image.new("RGBA", (5000, 5000), "#4080c080"), "PNG", compress_level=1)
    )
    (folder / "88 MP.png").write_bytes(make.saved(Image.new("1", (9400, 9400)), "PNG"))
    (folder / "8 MP.webp").write_bytes(make.saved(Image.new("RGBA", (3260, 2450), "#4080c080"), "WebP", method=0))
    blue = Image.new("RGB", (4000, 3000), "#4080c0")
    (folder / "12 MP.avif").write_bytes(make.saved(blue, "AVIF", subsampling="4:4:4", speed=10))
    blue.putalpha(128)
    (folder / "12 MP with alpha.avif").write_bytes(make.saved(blue, "AVIF", speed=10))
    (folder / "16 MP.gif").write_bytes(make.saved(Image.new("P", (4000, 4000)), "GIF"))
    return folder


def test_memory_is_bounded(big_pictures: Path) -> None:
    paths = sorted(big_pictures.iterdir())
    done = subprocess.run([sys.executable, "-c", MEASURE, *paths], capture_output=True, text=True, check=True)
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    refused = {name for name, _, answer in rows if answer == "refused"}
    assert refused == {"88 MP.png", "48 MP fine progressive.jpg", "12 MP with alpha.avif"}
    assert {name: int(taken) for name, taken, _ in rows if int(taken) > 165} == {}
    assert {name: int(taken) for name, taken, _ in rows if name in refused and int(taken) > 5} == {}


def seeds() -> list[bytes]:
    """A small valid picture of each format and of the richer kinds."""
    rng = np.random.default_rng(5)
    rgba = Image.fromarray(rng.integers(0, 256, (21, 33, 4), np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6
    kinds: list[tuple[Image.Image, str, dict[str, Any]]] = [
        (rgba.convert("RGB"), "JPEG", {"exif": exif}),
        (rgba.convert("RGB"), "JPEG", {"progressive": True}),
        (rgba.convert("CMYK"), "JPEG", {}),
        (rgba, "PNG", {"exif": exif}),
        (rgba.convert("P"), "PNG", {"transparency": 3}),
        (rgba, "WebP", {"exif": exif}),
        (rgba, "WebP", {"lossless": True, "save_all": True, "append_images": [rgba.rotate(90)]}),
        (rgba, "AVIF", {"exif": exif}),
        (rgba.convert("RGB"), "AVIF", {"save_all": True, "append_images": [rgba.rotate(90).convert("RGB")]}),
        (rgba.convert("P"), "GIF", {"transparency": 3, "save_all": True, "append_images": [rgba.convert("L")]}),
        (rgba.convert("RGB"), "BMP", {}),
        (rgba.convert("P"), "BMP", {}),
        (rgba, "TIFF", {"compression": "tiff_lzw"}),
        (rgba.convert("RGB"), "TIFF", {"compression": "jpeg"}),
        (rgba.convert("1"), "TIFF", {"compression": "group4"}),
        (rgba.convert("F"), "TIFF", {}),
        (rgba.convert("F"), "TIFF", {"compression": "tiff_lzw", "tiffinfo": {317: 3, 322: 16, 323: 16}}),
        (rgba.convert("I"), "TIFF", {"compression": "packbits"}),
    ]
    files = []
    for image, kind, options in kinds:
        file = io.BytesIO()
        image.save(file, kind, **options)
        files.append(file.getvalue())
    return files


SEEDS = seeds()


def decoded_or_refused(data: bytes) -> Picture | ConvScopeError:
    try:
        return decode(data, Limits(max_decoded_pixels=10**6))
    except ConvScopeError as refusal:
        return refusal


@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=4)), max_size=4),
    st.floats(0.2, 1),
)
def test_any_bytes_decode_or_are_refused_in_our_own_words(
    seed: bytes, changes: list[tuple[float, bytes]], kept: float
) -> None:
    data = bytearray(seed)
    for place, new in changes:
        at = int(place**2 * len(data))  # headers, near the start, are the more interesting
        data[at : at + len(new)] = new
    cut = int(kept * len(data)) if kept < 0.9 else len(data)
    outcome = decoded_or_refused(bytes(data[:cut]))
    if isinstance(outcome, ConvScopeError):
        assert 400 <= outcome.status < 500
        assert not LEAK.search(outcome.message + repr(outcome.details))
    else:
        assert outcome.rgb.dtype == np.uint8
        assert outcome.rgb.shape[2:] == (3,)
