"""Hostile ZIP archives, made here: each is refused in words, or leaves out one entry and reads the others."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import replace

import numpy as np
import pytest

from app.errors import InvalidRequest, TooLarge
from app.images.archives import ArchiveLimits, PictureArchive, is_archive

LIMITS = ArchiveLimits(pictures=3, picture_bytes=100_000, total_bytes=150_000)
PHOTO = bytes(range(256)) * 20


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


def opened(data: bytes) -> PictureArchive:
    return PictureArchive(io.BytesIO(data), LIMITS)


def with_attributes(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def patched(data: bytes, offset: int, content: bytes) -> bytes:
    """`data` with other bytes at a place in the first record of its directory."""
    place = data.index(b"PK\1\2") + offset
    return data[:place] + content + data[place + len(content) :]


def with_end(data: bytes, count: int, directory_bytes: int) -> bytes:
    """`data` whose end record says that its directory is that large."""
    return data[:-14] + struct.pack("<HHL", count, count, directory_bytes) + data[-6:]


def overlapping() -> bytes:
    """An archive whose two entries have the same bytes."""
    data = packed(("a.jpg", PHOTO), ("b.jpg", PHOTO))
    second = data.rindex(b"PK\1\2")
    return data[: second + 42] + struct.pack("<L", 0) + data[second + 46 :]


def test_pictures_are_read_with_their_names_and_what_systems_add_is_left_out() -> None:
    data = packed(
        ("cats/", b""), ("cats/ä.jpg", PHOTO), ("__MACOSX/cats/._ä.jpg", b"x"), ("cats/.DS_Store", b"x"), ("b.png", b"")
    )
    archive = opened(data)
    assert is_archive(data[:4])
    assert [(entry.name, entry.problem) for entry in archive.entries] == [("cats/ä.jpg", None), ("b.png", None)]
    assert [archive.read(entry) for entry in archive.entries] == [PHOTO, b""]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (("../../etc/passwd", PHOTO), "leads out of the archive"),
        (("/etc/passwd", PHOTO), "leads out of the archive"),
        (("cats/..\\..\\a.jpg", PHOTO), "leads out of the archive"),
        (("C:\\a.jpg", PHOTO), "leads out of the archive"),
        ((with_attributes("a.jpg", stat.S_IFLNK | 0o777), b"/etc/passwd"), "a link"),
        (("more.zip", packed(("a.jpg", PHOTO))), "archive in an archive"),
        (("zeros.bmp", bytes(90_000)), "200 times its size"),
        (("large.jpg", PHOTO * 20), "more than the 0.1 MB"),
    ],
)
def test_an_entry_that_is_not_read_has_a_reason_and_spoils_no_other(
    bad: tuple[str | zipfile.ZipInfo, bytes], words: str
) -> None:
    archive = opened(packed(bad, ("cats/a.jpg", PHOTO)))
    refused, fine = archive.entries
    assert words in str(refused.problem)
    assert fine.problem is None
    assert archive.read(fine) == PHOTO


def test_an_encrypted_entry_and_another_method_have_reasons() -> None:
    encrypted = patched(packed(("a.jpg", PHOTO)), 8, struct.pack("<H", 1))
    assert "encrypted" in str(opened(encrypted).entries[0].problem)
    assert "Use Deflate" in str(opened(packed(("a.jpg", PHOTO), method=zipfile.ZIP_LZMA)).entries[0].problem)


def test_names_that_are_not_utf_8_are_read_as_well_as_can_be() -> None:
    """One archive has UTF-8 without saying so, as macOS writes it; the other has bytes of code page 437."""
    data = packed(("xx.jpg", PHOTO))
    assert opened(data.replace(b"xx.jpg", "é.jpg".encode())).entries[0].name == "é.jpg"
    assert opened(data.replace(b"xx.jpg", b"\x82\x82.jpg")).entries[0].name == "éé.jpg"


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a hundred thousand names": (lambda: with_end(packed(("a", b"")), 60_000, 9_000_000), "60,000 names"),
    "a large directory of few names": (lambda: with_end(packed(("a", b"")), 1, 9_000_000), "at most 2,000"),
    "more pictures than allowed": (lambda: packed(*((f"{n}.jpg", b"") for n in range(4))), "There are 4 files"),
    "more bytes than allowed": (lambda: packed(("a", PHOTO * 15), ("b", PHOTO * 15)), "unpacks to 0 MB"),
    "64-bit": (lambda: with_end(packed(("a", b"")), 0xFFFF, 0xFFFFFFFF), "64-bit kind"),
    "entries that overlap": (overlapping, "overlap"),
    "an end cut off": (lambda: packed(("a", PHOTO))[:-30], "damaged or cut off"),
    "a directory cut out": (lambda: with_end(packed(("a", b"")), 1, 5), "damaged or cut off"),
    "no archive": (lambda: b"PK\3\4" + PHOTO, "damaged or cut off"),
    "a name of broken UTF-8": (lambda: packed(("ä", b"")).replace("ä".encode(), b"\xff\xff"), "damaged or cut off"),
}


def with_place(data: bytes, disk: int, first_disk: int, here: int, names: int) -> bytes:
    """`data` whose end record says so of its disk and of its entries there and in all parts."""
    return data[:-18] + struct.pack("<4H", disk, first_disk, here, names) + data[-10:]


@pytest.mark.parametrize("place", [(1, 0, 1, 1), (0, 1, 1, 1), (0, 0, 1, 2), (0, 0, 2, 1)], ids=str)
def test_a_part_of_several_is_refused(place: tuple[int, int, int, int]) -> None:
    data = packed(("a.jpg", PHOTO))
    assert len(opened(with_place(data, 0, 0, 1, 1)).entries) == 1
    with pytest.raises(InvalidRequest, match="one part of several"):
        opened(with_place(data, *place))


def test_the_64_bit_kind_is_known_by_its_locator_and_by_either_count() -> None:
    data = packed(("a.jpg", PHOTO))
    locator = b"PK\6\7" + bytes(16)
    for of_64_bits in (
        data[:-22] + locator + data[-22:],
        with_place(data, 0, 0, 0xFFFF, 1),
        with_place(data, 0, 0, 1, 0xFFFF),
    ):
        with pytest.raises(InvalidRequest, match="64-bit kind"):
            opened(of_64_bits)


@pytest.mark.parametrize("comment", [b"", b"x", b"PK\5\6, no end", bytes(65_535)], ids=["none", "short", "end", "long"])
def test_a_comment_may_follow_the_directory(comment: bytes) -> None:
    file = io.BytesIO(packed(("a.jpg", PHOTO)))
    with zipfile.ZipFile(file, "a") as archive:
        archive.comment = comment
    data = file.getvalue()
    if b"PK" in comment:  # as in zipfile, the last record counts
        with pytest.raises(InvalidRequest, match="damaged"):
            opened(data)
    else:
        assert opened(data).read(opened(data).entries[0]) == PHOTO


def test_limits_may_be_reached() -> None:
    photo = bytes(100_000)
    data = packed(("a.jpg", photo), ("b.jpg", photo[:50_000]), ("c.jpg", b""), method=zipfile.ZIP_STORED)
    fine = ArchiveLimits(pictures=3, picture_bytes=100_000, total_bytes=150_000, names=3)
    archive = PictureArchive(io.BytesIO(data), fine)
    assert [len(archive.read(entry)) for entry in archive.entries] == [100_000, 50_000, 0]
    for limits in (replace(fine, pictures=2), replace(fine, total_bytes=149_999), replace(fine, names=2)):
        with pytest.raises(TooLarge):
            PictureArchive(io.BytesIO(data), limits)
    assert PictureArchive(io.BytesIO(data), replace(fine, picture_bytes=99_999)).entries[0].problem


@pytest.mark.parametrize(("millions", "words"), [(2.5, "2 MB"), (3.5, "4 MB")])  # halves are rounded to even
def test_the_refusal_of_too_many_bytes_has_both_numbers(millions: float, words: str) -> None:
    size = int(millions * 1e6)
    data = patched(packed(("a.bmp", bytes(400)), method=zipfile.ZIP_STORED), 20, struct.pack("<LL", size, size))
    limits = ArchiveLimits(pictures=3, picture_bytes=size, total_bytes=1_500_000)
    with pytest.raises(TooLarge, match=f"The archive unpacks to {words}; at most 2 MB are accepted"):
        PictureArchive(io.BytesIO(data), limits)


def test_of_a_large_file_the_end_alone_is_searched_for_its_directory() -> None:
    read: list[int] = []

    class File(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            content = super().read(size)
            read.append(len(content))
            return content

    data = packed(("a.bmp", bytes(50_000)), ("b.bmp", bytes(50_000)), method=zipfile.ZIP_STORED)
    PictureArchive(File(data), LIMITS)
    assert max(read) == 22 + 65_535  # the end record and the longest comment


def test_a_directory_has_room_for_five_hundred_bytes_of_each_name_that_is_allowed() -> None:
    limits = ArchiveLimits(pictures=9, picture_bytes=9, total_bytes=9, names=2)
    for length, is_allowed in ((1000 - 46, True), (1001 - 46, False)):  # 46 for the rest of an entry
        with nullcontext() if is_allowed else pytest.raises(TooLarge):
            PictureArchive(io.BytesIO(packed(("x" * length, b""))), limits)


@pytest.mark.parametrize(("unpacked", "is_read"), [(1 << 16, True), ((1 << 16) + 1, False)])
def test_a_small_file_may_unpack_to_any_multiple_of_its_size(unpacked: int, is_read: bool) -> None:
    (entry,) = opened(packed(("zeros.bmp", bytes(unpacked)))).entries
    assert (entry.problem is None) == is_read


def test_a_file_unpacks_to_200_times_its_size_and_no_more() -> None:
    for size, is_read in ((80_000, True), (80_001, False)):
        data = patched(packed(("a.bmp", bytes(400)), method=zipfile.ZIP_STORED), 20, struct.pack("<LL", 400, size))
        assert (opened(data).entries[0].problem is None) == is_read


@pytest.mark.parametrize("kind", REFUSED)
def test_an_archive_out_of_bounds_is_refused_in_words(kind: str) -> None:
    make, words = REFUSED[kind]
    with pytest.raises((InvalidRequest, TooLarge), match=words):
        opened(make())


def test_what_the_directory_says_of_a_size_is_not_believed() -> None:
    """The entry says that it unpacks to 10 bytes."""
    data = patched(packed(("a.jpg", PHOTO * 30)), 24, struct.pack("<L", 10))
    archive = opened(data)
    assert archive.entries[0].problem is None
    with pytest.raises((InvalidRequest, TooLarge)):
        archive.read(archive.entries[0])


def test_damaged_bytes_of_one_entry_are_named_when_they_are_read() -> None:
    data = packed(("a.jpg", PHOTO), ("b.jpg", PHOTO))
    archive = opened(data[:60] + bytes(20) + data[80:])
    with pytest.raises(InvalidRequest, match="damaged in the archive"):
        archive.read(archive.entries[0])
    assert archive.read(archive.entries[1]) == PHOTO


def test_whatever_bytes_are_damaged_the_refusal_is_in_words() -> None:
    data, random = packed(("Käfer/a.jpg", PHOTO), ("b.png", PHOTO)), np.random.default_rng(1)
    records = [*range(60), *range(len(data) - 200, len(data))]  # of the first entry, the directory and its end
    for places, values in zip(random.choice(records, (3000, 2)), random.integers(0, 256, (3000, 2)), strict=True):
        damaged = bytearray(data)
        for place, value in zip(places, values, strict=True):
            damaged[place] = value
        with suppress(InvalidRequest, TooLarge):
            archive = opened(bytes(damaged))
            for entry in archive.entries:
                with suppress(InvalidRequest, TooLarge):
                    archive.read(entry)


def test_an_entry_whose_own_header_has_no_readable_name_is_damaged() -> None:
    archive = opened(packed(("ä.jpg", PHOTO)).replace("ä.jpg".encode(), b"\xff\xff.jpg", 1))
    with pytest.raises(InvalidRequest, match="damaged"):
        archive.read(archive.entries[0])
