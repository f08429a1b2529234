"""AVIF headers: orientation, cells, alpha and sequences as Pillow has them; what hides its size is refused."""

import io
import struct
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

from app.errors import BrokenPicture, ConvScopeError, TooLarge, UnsupportedFormat
from app.images.decode import Limits, decode
from app.images.formats.avif import read_avif
from tests.images.formats.flat import FLAT, is_flat
from tests.images.formats.iso import Part, avif, box, encoded, extent, long_avif

HALVES = np.zeros((64, 96, 3), np.uint8)  # upper left red, lower left green, right black: no two orientations are equal
HALVES[:32, :48, 0] = HALVES[32:, :48, 1] = 255


def assert_as_in_pillow(data: bytes) -> None:
    with Image.open(io.BytesIO(data)) as image:
        upright = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    picture = decode(data, Limits())
    assert (picture.format, picture.height, picture.width) == ("AVIF", *upright.shape[:2])
    assert np.array_equal(picture.rgb, upright)


@pytest.mark.parametrize("mirror", [None, 0, 1], ids=["as it is", "upside down", "left to right"])
@pytest.mark.parametrize("turns", [None, 0, 1, 2, 3])
def test_rotation_and_mirroring(turns: int | None, mirror: int | None) -> None:
    part = encoded(Image.fromarray(HALVES))
    rotation = [] if turns is None else [box(b"irot", bytes([turns]))]
    mirroring = [] if mirror is None else [box(b"imir", bytes([mirror]))]
    assert_as_in_pillow(avif([Part(b"av01", [*part.properties, *rotation, *mirroring], part.data)]))


def test_exif_does_not_turn_the_picture_a_second_time(make: Any) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert_as_in_pillow(make.saved(HALVES, "AVIF", exif=exif, quality=100))


def test_a_picture_of_cells() -> None:
    left, right = (encoded(Image.fromarray(HALVES[:, start : start + 64])) for start in (0, 32))
    grid = Part(b"grid", [extent(96, 64), *left.properties[1:]], struct.pack(">BBBBHH", 0, 0, 0, 1, 96, 64))
    cells = box(b"dimg", struct.pack(">HHHH", 1, 2, 2, 3))
    data = avif([grid, left, right], cells)
    assert_as_in_pillow(data)
    assert np.abs(decode(data, Limits()).rgb[:, :64].astype(int) - HALVES[:, :64]).max() <= 2


def test_a_header_of_long_numbers_says_the_same() -> None:
    left, right = (encoded(Image.fromarray(HALVES[:, start : start + 64])) for start in (0, 32))
    grid = Part(b"grid", [extent(96, 64), *left.properties[1:]], struct.pack(">BBBBHH", 0, 0, 0, 1, 96, 64))
    data = long_avif([grid, left, right], box(b"dimg", struct.pack(">IHII", 1, 2, 2, 3)))
    assert_as_in_pillow(data)
    short = avif([grid, left, right], box(b"dimg", struct.pack(">HHHH", 1, 2, 2, 3)))
    assert np.array_equal(decode(data, Limits()).rgb, decode(short, Limits()).rgb)


@pytest.mark.parametrize(("parts", "outcome"), [(1000, nullcontext()), (1001, pytest.raises(BrokenPicture))])
def test_a_picture_has_up_to_a_thousand_parts(parts: int, outcome: AbstractContextManager[object]) -> None:
    with outcome:
        assert read_avif(avif([encoded(FLAT), *[Part(b"mime", [], b"")] * (parts - 1)])).width == FLAT.width


def test_alpha_is_blended_with_white(make: Any) -> None:
    alpha = np.full((64, 96), 128, np.uint8)
    alpha[:, :10] = 0
    data = make.saved(np.dstack([HALVES, alpha]), "AVIF", quality=100, subsampling="4:4:4")
    expected = 255 - (255 - HALVES.astype(float)) * alpha[..., None] / 255
    assert np.abs(decode(data, Limits()).rgb - expected).max() <= 3


def test_the_first_frame_of_a_sequence_counts(make: Any) -> None:
    frames = [Image.new("RGB", (30, 20), colour) for colour in ("#ff0000", "#00ff00", "#0000ff")]
    data = make.saved(frames[0], "AVIF", save_all=True, append_images=frames[1:], quality=100)
    assert data[8:12] == b"avis"
    assert np.abs(decode(data, Limits()).rgb.astype(int) - [255, 0, 0]).max() <= 2


def test_a_sequence_without_a_still_picture_is_refused(make: Any) -> None:
    data = make.saved(FLAT, "AVIF", save_all=True, append_images=[FLAT])
    with pytest.raises(UnsupportedFormat, match="an AVIF without a still picture"):
        decode(data.replace(b"meta", b"free", 1), Limits())


def test_exif_and_text_are_never_parsed(make: Any) -> None:
    data = make.saved(FLAT, "AVIF", quality=100, exif=b"Exif\0\0" + make.exif(1, padding_tags=50), xmp=b"<x:xmpmeta/>")
    assert is_flat(data)
    assert is_flat(data.replace(b"II*\0", b"\xff\xff\xff\xff"))


def flat(size: bytes) -> bytes:
    """FLAT, whose header says another size."""
    part = encoded(FLAT)
    return avif([Part(b"av01", [size, *part.properties[1:]], part.data)])


def test_pixels_are_limited_by_the_header() -> None:
    with pytest.raises(TooLarge, match="100 megapixels"):
        decode(flat(extent(20_000, 20_000)), Limits())
    with pytest.raises(TooLarge, match=r"Decoding this AVIF of 4500 × 4500 pixels would take 243 MB"):
        decode(flat(extent(4500, 4500)), Limits())


@pytest.mark.parametrize("size", [(39, 24), (40, 23), (8, 8)])
def test_a_bitstream_larger_than_its_header_says_is_refused(size: tuple[int, int]) -> None:
    part = encoded(FLAT)
    smaller = Part(b"av01", [extent(*size), *part.properties[1:]], part.data)
    for data in (flat(extent(*size)), long_avif([smaller]), in_file(long_avif([smaller]))):
        with pytest.raises(BrokenPicture, match="its frames are larger than its header says"):
            decode(data, Limits())
    assert read_avif(in_file(long_avif([part]))).width == FLAT.width


def in_file(data: bytes) -> bytes:
    """The same file, in which the place of the first part is counted from the start of the file, not of its box."""
    first, box_of_data = data.index(b"iloc") + 4 + 4 + 2 + 4, data.index(b"idat") + 4
    number, _, reference, base = struct.unpack_from(">IHHI", data, first)
    entry = struct.pack(">IHHI", number, 0, reference, base + box_of_data)
    return data[:first] + entry + data[first + len(entry) :]


def test_parts_in_a_box_that_is_not_there_are_damage() -> None:
    with pytest.raises(ConvScopeError):
        decode(long_avif([encoded(FLAT)]).replace(b"idat", b"skip"), Limits())


def test_alpha_and_cells_take_memory_and_a_thumbnail_does_not(make: Any) -> None:
    pixels, part = 40 * 24, encoded(FLAT)
    assert read_avif(avif([part])).working_bytes == (5 + 3) * pixels
    assert read_avif(make.saved(FLAT.convert("RGBA"), "AVIF")).working_bytes == (5 + 3) * pixels  # it is opaque
    alpha = Image.new("RGBA", FLAT.size, (1, 2, 3, 4))
    assert read_avif(make.saved(alpha, "AVIF")).working_bytes == (5 + 3 + 3) * pixels
    for kind, expected in ((b"thmb", 8), (b"auxl", 11), (b"zzzz", 8)):
        reference = box(kind, struct.pack(">HHH", 2, 1, 1))
        assert read_avif(avif([part, part], reference)).working_bytes == expected * pixels


def test_large_cells_of_a_small_picture_are_refused() -> None:
    cell = encoded(Image.new("L", (1200, 1200)))
    grid = Part(b"grid", [extent(64, 64), *cell.properties[1:]], struct.pack(">BBBBHH", 0, 0, 0, 0, 64, 64))
    with pytest.raises(BrokenPicture, match="its parts are larger than the picture"):
        decode(avif([grid, cell], box(b"dimg", struct.pack(">HHH", 1, 1, 2))), Limits())


@pytest.mark.parametrize(("more", "outcome"), [(0, nullcontext()), (1, pytest.raises(BrokenPicture, match="larger"))])
def test_cells_may_have_four_times_the_pixels_of_the_picture_and_a_mebipixel(
    more: int, outcome: AbstractContextManager[object]
) -> None:
    dot = encoded(Image.new("L", (1, 1)))
    sizes = [(1024, 1024), (200, 200), *[(1, 1)] * more]
    cells = [Part(b"av01", [extent(*size), *dot.properties[1:]], dot.data) for size in sizes]
    grid = Part(b"grid", [extent(100, 100), *dot.properties[1:]], struct.pack(">BBBBHH", 0, 0, 0, 1, 100, 100))
    numbers = struct.pack(f">{len(cells)}H", *range(2, 2 + len(cells)))
    with outcome:
        assert read_avif(avif([grid, *cells], box(b"dimg", struct.pack(">HH", 1, len(cells)), numbers))).width == 100


FILE_TYPE = 28  # bytes of the first box


@pytest.mark.parametrize("larger", [0, 8])
def test_a_file_has_up_to_two_thousand_boxes_and_some_bytes_after_them(larger: int) -> None:
    data = long_avif([encoded(FLAT)]) + box(b"free", bytes(larger)) + box(b"free") * 1997
    for rest in range(8):
        assert read_avif(data + bytes(rest)).width == FLAT.width
    with pytest.raises(BrokenPicture, match="its header is invalid"):
        read_avif(data + box(b"free"))


def test_a_header_has_up_to_two_megabytes_wherever_it_begins() -> None:
    part = encoded(FLAT)
    rest = 2_000_000 - (len(long_avif([part, Part(b"mime", [], b"")])) - FILE_TYPE - 8)
    for more, outcome in ((0, nullcontext()), (1, pytest.raises(BrokenPicture, match="its header is invalid"))):
        data = long_avif([part, Part(b"mime", [], bytes(rest + more))])
        with outcome:
            assert read_avif(data).width == FLAT.width
            assert read_avif(data[:FILE_TYPE] + box(b"free", bytes(1_000_000)) + data[FILE_TYPE:]).width == FLAT.width


def test_parts_that_share_their_bytes_are_refused() -> None:
    part = encoded(FLAT)
    data = bytearray(
        avif(
            [part, *[Part(b"av01", part.properties, b"")] * 20],
            box(b"dimg", b"\0\1\0\x14", *(struct.pack(">H", number) for number in range(2, 22))),
        )
    )
    locations = data.index(b"iloc") + 12
    for number in range(1, 21):  # each from the start to the end of the file
        struct.pack_into(">II", data, locations + 14 * number + 6, 0, len(data))
    with pytest.raises(BrokenPicture, match="its parts overlap"):
        decode(bytes(data), Limits())


@pytest.mark.parametrize("name", [b"pitm", b"iinf", b"iloc", b"iprp", b"ipco", b"ipma", b"ispe"])
def test_a_header_that_lacks_a_box_is_damaged(name: bytes, make: Any) -> None:
    with pytest.raises(BrokenPicture):
        decode(make.saved(FLAT, "AVIF").replace(name, b"skip", 1), Limits())


def test_a_picture_in_another_coding_is_refused() -> None:
    part = encoded(FLAT)
    with pytest.raises(UnsupportedFormat, match="an AVIF that contains another format"):
        decode(avif([Part(b"hvc1", part.properties, part.data)]), Limits())


@pytest.mark.parametrize("boxes", [b"\0\0\0\x08free" * 5000, b"\0\0\0\x02free", b"\0\0\0\1free" + bytes(8)])
def test_endless_and_empty_boxes_are_damage(boxes: bytes, make: Any) -> None:
    data = make.saved(FLAT, "AVIF")
    start = data.index(b"meta") - 4
    with pytest.raises(BrokenPicture):
        decode(data[:start] + boxes + data[start:], Limits())
