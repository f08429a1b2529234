"""ZIP archives of pictures: read within bounds, from strangers. No name in one is ever used as a path.

The directory of the archive is measured before it is parsed, so that an archive of a hundred thousand names costs
nothing. What is no picture, or may not be read, is left out with a reason; one bad entry spoils nothing.
"""

import re
import stat
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.errors import InvalidRequest, TooLarge

SIGNATURES = (b"PK\3\4", b"PK\5\6")  # of a first entry, and of an archive without entries
HEAD_BYTES = 4
END = struct.Struct("<4s4H2LH")  # the end record of the directory: signature, disks, counts, size, offset, comment
END_SIGNATURE, LOCATOR_SIGNATURE = b"PK\5\6", b"PK\6\7"
LOCATOR_BYTES = 20  # of the pointer to the end record of the 64-bit kind, right before the other one
MAX_COMMENT = 65_535
MAX_NAMES = 2_000  # of all entries, folders and those that are left out too
NAME_BYTES = 500  # of the directory for each, on average
MAX_RATIO = 200  # a drawing of few colours has 100; a bomb has 1,000
ENCRYPTED, UNICODE_NAME = 0x1, 0x800  # flags of an entry
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what every program writes
SYSTEM_FILE = re.compile(r"(^|/)(__MACOSX/|\.[^./]|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
SMALL = 1 << 16  # bytes that an entry may unpack to at any ratio


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How many pictures an archive may have, the bytes of each, and of all together, as they are unpacked.

    `names` is how many entries it may have, folders and those that are left out too.
    """

    pictures: int
    picture_bytes: int
    total_bytes: int
    names: int = MAX_NAMES


@dataclass(frozen=True, slots=True)
class ArchiveEntry:
    """One entry: the name of its path in the archive, and why it is not read; None where it is."""

    name: str
    problem: str | None
    index: int


def is_archive(head: bytes) -> bool:
    """Whether a file that begins so is a ZIP archive."""
    return head.startswith(SIGNATURES)


def is_archive_file(path: Path) -> bool:
    """Whether a file begins as a ZIP archive does."""
    with path.open("rb") as file:
        return is_archive(file.read(HEAD_BYTES))


class PictureArchive:
    """A ZIP archive whose entries are read one at a time, each within the limits.

    Raises:
        InvalidRequest: it is damaged, of the 64-bit kind or in several parts, or its entries overlap.
        TooLarge: it has more names, more pictures or more bytes than the limits allow.
    """

    def __init__(self, file: BinaryIO, limits: ArchiveLimits) -> None:
        _check_directory(file, limits.names)
        try:
            self._archive = zipfile.ZipFile(file)
        except Exception as error:  # zipfile documents no set of exceptions for damaged archives
            raise damaged_archive() from error
        infos = self._archive.infolist()
        if len(infos) > limits.names:
            raise _too_many_names(len(infos), limits.names)
        _check_overlap(infos)
        files = (info for info in infos if not info.filename.endswith("/"))  # is_dir() fails for an empty name
        self._infos = [info for info in files if not SYSTEM_FILE.search(info.filename)]
        self._limits = limits
        self.entries = tuple(self._entry(index, info) for index, info in enumerate(self._infos))
        self._check_totals()

    def read(self, entry: ArchiveEntry) -> bytes:
        """The bytes of an entry without a problem, counted as they are unpacked, whatever the archive says of them.

        Raises:
            InvalidRequest: they can't be unpacked.
            TooLarge: they are more than the limits allow.
        """
        most = self._limits.picture_bytes
        try:
            with self._archive.open(self._infos[entry.index]) as file:
                content = file.read(most + 1)
        except Exception as error:  # zipfile documents no set of exceptions for damaged entries
            raise InvalidRequest("It is damaged in the archive.") from error
        if len(content) > most:
            raise TooLarge(too_large_picture(self._limits), max_bytes=most)
        return content

    def _entry(self, index: int, info: zipfile.ZipInfo) -> ArchiveEntry:
        return ArchiveEntry(_name_of(info), self._problem(info), index)

    def _problem(self, info: zipfile.ZipInfo) -> str | None:
        """Why an entry is not read, by what the directory says of it."""
        if info.flag_bits & ENCRYPTED:
            return "It is encrypted."
        if stat.S_ISLNK(info.external_attr >> 16):
            return "It is a link, not a file."
        if info.compress_type not in METHODS:
            return "It is compressed by a method that is not read here. Use Deflate."
        if is_unsafe(info.orig_filename):
            return "Its name leads out of the archive."
        if info.filename.lower().endswith(".zip"):
            return "An archive in an archive is not opened."
        if info.file_size > self._limits.picture_bytes:
            return too_large_picture(self._limits)
        if info.file_size > max(SMALL, MAX_RATIO * info.compress_size):
            return f"It unpacks to more than {MAX_RATIO} times its size, as no photo does."
        return None

    def _check_totals(self) -> None:
        read = [entry.index for entry in self.entries if entry.problem is None]
        total = sum(self._infos[index].file_size for index in read)
        if len(self.entries) > self._limits.pictures:
            raise too_many_pictures(len(self.entries), self._limits.pictures)
        if total > self._limits.total_bytes:
            raise TooLarge(
                f"The archive unpacks to {total / 1e6:,.0f} MB; at most {self._limits.total_bytes / 1e6:,.0f} MB "
                "are accepted.",
                max_bytes=self._limits.total_bytes,
            )


def is_unsafe(name: str) -> bool:
    """Whether a name would lead out of a folder if it were used as a path; it is refused though it never is."""
    parts = re.split(r"[/\\]", name)
    return name.startswith(("/", "\\")) or ".." in parts or bool(re.match(r"[A-Za-z]:", name)) or "\0" in name


def damaged_archive() -> InvalidRequest:
    return InvalidRequest("This ZIP is damaged or cut off. Pack the pictures again.")


def too_many_pictures(count: int, limit: int) -> TooLarge:
    return TooLarge(f"There are {count:,} files; at most {limit:,} are accepted at a time.", max_files=limit)


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name of an entry. Where it is not marked as UTF-8 it may still be; else it is read as the first PCs did."""
    if not info.flag_bits & UNICODE_NAME:
        try:
            return info.filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return info.filename


def too_large_picture(limits: ArchiveLimits) -> str:
    """Why a picture is not read that has more bytes than are accepted of one."""
    return f"It has more than the {limits.picture_bytes / 1e6:g} MB that are accepted of one picture."


def _too_many_names(count: int, limit: int) -> TooLarge:
    return TooLarge(f"The archive has {count:,} names; at most {limit:,} are read.", max_names=limit)


def _check_directory(file: BinaryIO, max_names: int) -> None:
    """Measure the directory by its end record alone, which lies where zipfile, too, will look for it."""
    size = file.seek(0, 2)
    begin = max(0, size - END.size - MAX_COMMENT)
    file.seek(begin)
    tail = file.read()
    place = tail.rfind(END_SIGNATURE)
    plain = len(tail) - END.size  # of an end record without a comment, which counts first
    if tail.startswith(END_SIGNATURE, plain) and tail.endswith(b"\0\0"):
        place = plain
    if place < 0 or len(tail) - place < END.size:
        raise damaged_archive()
    _, disk, first_disk, here, names, directory_bytes, _, _ = END.unpack_from(tail, place)
    if tail[max(0, place - LOCATOR_BYTES) :].startswith(LOCATOR_SIGNATURE) or max(names, here) == MAX_COMMENT:
        raise InvalidRequest("This ZIP is of the 64-bit kind, for huge archives. Pack fewer pictures into a plain one.")
    if disk or first_disk or here != names:
        raise InvalidRequest("This ZIP is one part of several. Pack the pictures into one archive.")
    if names > max_names or directory_bytes > NAME_BYTES * max_names:
        raise _too_many_names(names, max_names)


def _check_overlap(infos: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse entries that share bytes: that is how a few kilobytes hold terabytes (Fifield, WOOT 2019)."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise InvalidRequest("The entries of this ZIP overlap, as only those of a ZIP bomb do.")
        end = info.header_offset + info.compress_size
