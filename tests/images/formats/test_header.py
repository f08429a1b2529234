"""Header readers: bombs and oddities of each format are met before a decoder sees them."""

import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.errors import BrokenPicture, TooLarge, UnsupportedFormat
from app.images.decode import Limits, decode
from app.images.formats.header import JoinedParts
from app.images.formats.tiff import KEPT_TAGS

FLAT = Image.new("RGB", (40, 24), "#336699")


def is_flat(data: bytes) -> bool:
    """The picture is FLAT again, but for a level that JPEG may lose."""
    rgb = decode(data, Limits()).rgb
    return rgb.shape == (24, 40, 3) and bool(np.abs(rgb.astype(int) - [0x33, 0x66, 0x99]).max() <= 2)


def scan_of(jpeg: bytes) -> int:
    return jpeg.index(b"\xff\xda")


def test_a_jpeg_of_a_thousand_scans_is_refused(make: Any) -> None:
    jpeg = make.saved(FLAT, "JPEG", progressive=True)
    end = jpeg.rindex(b"\xff\xda")
    with pytest.raises(TooLarge, match="more than 32 scans"):
        decode(jpeg[:end] + jpeg[end:-2] * 1000 + b"\xff\xd9", Limits())


def test_a_motion_photo_is_no_scan_bomb(make: Any) -> None:
    """A film after the picture holds any bytes, those of a scan's marker among them."""
    assert is_flat(make.saved(FLAT, "JPEG", progressive=True) + b"\xff\xda\0\x08" * 1000)


def test_a_jpeg_of_endless_segments_is_refused(make: Any) -> None:
    with pytest.raises(BrokenPicture, match="no end to its header"):
        decode(b"\xff\xd8" + b"\xff\xfe\0\2" * 100_000 + make.saved(FLAT, "JPEG")[2:], Limits())


def test_padding_and_junk_between_segments_is_skipped(make: Any) -> None:
    jpeg = make.saved(FLAT, "JPEG")
    assert is_flat(jpeg[:2] + b"\xff" * 1_000_000 + jpeg[3:])
    assert is_flat(jpeg[:2] + b"junk" * 1000 + jpeg[2:])


@pytest.mark.parametrize(("process", "name"), [(0xC3, "lossless"), (0xC9, "arithmetic"), (0xCA, "arithmetic")])
def test_rare_jpeg_processes_are_refused(process: int, name: str, make: Any) -> None:
    jpeg = make.saved(FLAT, "JPEG").replace(b"\xff\xc0", bytes([0xFF, process]), 1)
    with pytest.raises(UnsupportedFormat, match=name):
        decode(jpeg, Limits())


def test_a_jpeg_of_two_sizes_is_refused(make: Any) -> None:
    jpeg = make.saved(FLAT, "JPEG")
    frame = jpeg[jpeg.index(b"\xff\xc0") :][:19]
    with pytest.raises(BrokenPicture, match="two sizes"):
        decode(jpeg[:2] + frame + jpeg[2:], Limits())


def test_overlapping_exif_values_are_never_read(make: Any) -> None:
    """5,000 tags that all claim the same 60 KB would be 300 MB for a reader that keeps each."""
    entries = b"".join(struct.pack("<HHII", number, 7, 60_000, 8) for number in range(1000, 6000))
    block = b"II*\0" + struct.pack("<IH", 8, 5000) + entries
    assert is_flat(make.jpeg_with(make.saved(FLAT, "JPEG"), 0xE1, b"Exif\0\0" + block))


@pytest.mark.parametrize("name", ["zTXt", "iCCP", "iTXt"])
def test_compressed_metadata_is_never_expanded(name: str, make: Any) -> None:
    packed = zlib.compress(bytes(50_000_000))
    body = {"zTXt": b"key\0\0", "iCCP": b"key\0\0", "iTXt": b"key\0\1\0\0\0"}[name] + packed
    png = make.png((40, 24), 8, 2, [b"\x33\x66\x99" * 40] * 24, **{name: body})
    assert is_flat(png)


def test_a_png_of_endless_chunks_is_refused(make: Any) -> None:
    with pytest.raises(BrokenPicture, match="more than 20,000 parts"):
        decode(make.png((40, 24), 8, 2, [b"\x33\x66\x99" * 40] * 24, IDAT=[b""] * 30_000), Limits())


def test_a_png_with_a_wrong_checksum_is_refused(make: Any) -> None:
    png = bytearray(make.saved(FLAT, "PNG"))
    png[30] ^= 1
    with pytest.raises(BrokenPicture):
        decode(bytes(png), Limits())


def test_a_png_through_a_text_transfer_is_refused(make: Any) -> None:
    with pytest.raises(BrokenPicture, match="altered in a transfer"):
        decode(make.saved(FLAT, "PNG").replace(b"\r\n", b"\n"), Limits())


def gif(canvas: tuple[int, int], frame: tuple[int, int, int, int], before: bytes = b"") -> bytes:
    """A GIF whose one frame, left, top, width, height, is all of colour 1, red; colour 0 is blue."""
    header = b"GIF89a" + struct.pack("<HHBBB", *canvas, 0x80, 0, 0) + b"\0\0\xff\xff\0\0"
    pixels = frame[2] * frame[3]
    # One bit a pixel in codes of 3 bits, the table cleared before it grows: clear, 1, clear, 1 ..., end.
    codes = [4, 1] * pixels + [5]
    bits = sum(code << 3 * index for index, code in enumerate(codes))
    packed = bits.to_bytes(-(-3 * len(codes) // 8), "little")
    blocks = b"".join(bytes([len(packed[i : i + 255])]) + packed[i : i + 255] for i in range(0, len(packed), 255))
    return header + before + b"," + struct.pack("<4HB", *frame, 0) + b"\2" + blocks + b"\0;"


def test_a_gif_frame_smaller_than_its_canvas_lies_on_white() -> None:
    expected = np.full((12, 10, 3), 255)
    expected[3:8, 2:6] = [255, 0, 0]
    assert np.array_equal(decode(gif((10, 12), (2, 3, 4, 5)), Limits()).rgb, expected)


def test_a_gif_frame_outside_its_canvas_widens_it() -> None:
    picture = decode(gif((4, 4), (2, 3, 6, 7)), Limits())
    assert (picture.width, picture.height) == (8, 10)
    assert (picture.rgb[3:, 2:] == [255, 0, 0]).all()
    assert (picture.rgb[:3] == 255).all()


def test_a_gif_frame_far_outside_its_canvas_is_refused() -> None:
    with pytest.raises(TooLarge):
        decode(gif((4, 4), (60_000, 60_000, 2, 2)), Limits())


def test_gif_comments_are_skipped_and_endless_ones_refused() -> None:
    assert decode(gif((2, 2), (0, 0, 2, 2), b"!\xfe\3abc\0" * 50), Limits()).rgb[0, 0].tolist() == [255, 0, 0]
    with pytest.raises(BrokenPicture, match="no end to its header"):
        decode(gif((2, 2), (0, 0, 2, 2), b"!\xfe" + b"\1a" * 1_000_000 + b"\0"), Limits())


def bmp(coding: int, bits: int, size: tuple[int, int], pixels: bytes, table: bytes) -> bytes:
    header = struct.pack("<IiiHHIIiiII", 40, *size, 1, bits, coding, len(pixels), 0, 0, len(table) // 4, 0)
    start = 14 + len(header) + len(table)
    return b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + header + table + pixels


def test_run_length_coded_bmp() -> None:
    table = bytes([0, 0, 255, 0, 0, 255, 0, 0])  # blue, green, red, 0: red and green
    runs = bytes([3, 0, 2, 1, 0, 0, 5, 1, 0, 0, 0, 1])  # the lower row: 3 red, 2 green; the upper: 5 green
    rgb = decode(bmp(1, 8, (5, 2), runs, table), Limits()).rgb
    assert rgb.tolist() == [[[0, 255, 0]] * 5, [[255, 0, 0]] * 3 + [[0, 255, 0]] * 2]


def test_a_long_run_length_coded_bmp_is_refused() -> None:
    with pytest.raises(TooLarge, match="save it as PNG"):
        decode(bmp(1, 8, (4000, 4000), bytes([1, 0]) * 1_500_000, bytes(8)), Limits())


def test_a_bmp_stored_from_the_top() -> None:
    rows = bytes([0, 0, 255, 0, 0, 255, 0, 0])  # each padded to 4 bytes
    assert decode(bmp(0, 24, (1, -2), rows, b""), Limits()).rgb.tolist() == [[[255, 0, 0]], [[0, 255, 0]]]


def test_strange_tiff_tags_are_never_read(make: Any) -> None:
    pixels = np.full((24, 40, 3), [0x33, 0x66, 0x99], np.uint8)
    tags = {256: ("H", [40]), 257: ("H", [24]), 258: ("H", [8] * 3), 259: ("H", [1]), 262: ("H", [2])}
    tags |= {277: ("H", [3]), 278: ("H", [24])}
    strange = {number: ("H", [0xFFFF] * 9) for number in range(30_000, 36_000) if number not in KEPT_TAGS}
    assert is_flat(make.tiff(tags | strange, pixels.tobytes()))


def test_a_tiff_strip_larger_than_memory_is_refused(make: Any) -> None:
    tags = {256: ("H", [8]), 257: ("H", [8]), 258: ("H", [8]), 259: ("H", [5]), 262: ("H", [1]), 277: ("H", [1])}
    tags |= {322: ("I", [60_000]), 323: ("I", [60_000]), 324: ("I", [8]), 325: ("I", [8])}
    with pytest.raises(TooLarge, match="3600 MB"):
        decode(make.tiff(tags, bytes(8)), Limits())


@pytest.mark.parametrize("compression", [6, 34712, 34925, 50000, 50001])
def test_rare_tiff_compressions_are_refused(compression: int, make: Any) -> None:
    tags = {256: ("H", [8]), 257: ("H", [8]), 259: ("H", [compression])}
    with pytest.raises(UnsupportedFormat, match="compression"):
        decode(make.tiff(tags, bytes(8)), Limits())


@pytest.mark.parametrize(
    ("code", "samples", "extra", "apart", "words"),
    [
        ("uint16", 3, [], True, "separate colour planes"),
        ("uint8", 2, [2], True, "separate colour planes"),
        ("uint16", 2, [2], False, "accepted as a PNG"),
    ],
)
def test_tiffs_that_would_decode_to_something_else_are_refused(
    code: str, samples: int, extra: list[int], apart: bool, words: str, make: Any
) -> None:
    photometric = 2 if samples > 2 else 1
    with pytest.raises(UnsupportedFormat, match=words):
        decode(make.tiff_of(np.zeros((4, 4, samples), code), photometric, extra=extra, apart=apart), Limits())


def test_a_tiff_directory_that_leads_to_itself(make: Any) -> None:
    tiff = make.tiff_of(np.zeros((4, 4), np.uint8), 1)
    (start,) = struct.unpack_from("<I", tiff, 4)
    (count,) = struct.unpack_from("<H", tiff, start)
    at = start + 2 + 12 * count
    loop = tiff[:at] + struct.pack("<I", start) + tiff[at + 4 :]
    assert (decode(loop, Limits()).rgb == 0).all()


def test_a_cut_webp_is_refused(make: Any) -> None:
    webp = make.saved(FLAT, "WebP")
    with pytest.raises(BrokenPicture, match="cut off"):
        decode(webp[:-10], Limits())


def test_joined_parts_read_as_one_file() -> None:
    whole = bytes(range(100))
    file = JoinedParts([whole[:7], b"", memoryview(whole)[7:50], whole[50:]])
    assert file.readall() == whole
    assert (file.seek(48), file.read(2), file.read(5), file.tell()) == (48, whole[48:50], whole[50:55], 55)
    assert (file.seek(-3, 2), file.read(), file.read()) == (97, whole[97:], b"")
    assert (file.seek(10), file.seek(5, 1)) == (10, 15)
