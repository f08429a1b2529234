"""What is in the bucket of own networks: which names are records, which networks make room, and what goes with them."""

import hashlib
import os
import time
from pathlib import Path

import pytest

from app.errors import StorageFull
from app.nets.own.bucket_folder import BucketFolder, BucketRecord, DamagedFile
from app.nets.own.store import StoreLimits, file_id, part_list
from app.storage.bucket import Bucket

HOUR = 3_600
NOW = time.time()
MANY = StoreLimits(bytes=100, networks=100, ttl_s=1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "bucket" / "own"


@pytest.fixture
def folder(tmp_path: Path) -> BucketFolder:
    return BucketFolder(Bucket(f"file://{tmp_path / 'bucket'}"))


def place(root: Path, key: str, content: bytes = b"", hours: float = 0) -> None:
    """An object that was written so many hours ago."""
    path = root / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (NOW - hours * HOUR,) * 2)


def record(network: str, file: str = "a", size: int = 10) -> BucketRecord:
    return BucketRecord(network, file * 64, size, NOW)


def place_record(root: Path, entry: BucketRecord, hours: float) -> None:
    place(root, f"networks/{entry.id}.{entry.file}.{entry.bytes}.json", hours=hours)
    place(root, f"files/{entry.file}/parts")


@pytest.mark.parametrize(
    ("name", "is_record"),
    [
        ("n.{}.12.json".format("f" * 64), True),
        ("n.{}.12.json".format("f" * 63), False),
        ("n.{}.12.json".format("f" * 65), False),
        ("n.{}.1x.json".format("f" * 64), False),
        ("n.{}.12".format("f" * 64), False),
        ("n.{}.12.json.part".format("f" * 64), False),
    ],
)
def test_which_names_are_records(folder: BucketFolder, root: Path, name: str, is_record: bool) -> None:
    place(root, f"networks/{name}", hours=1)
    entries = folder.entries()
    assert list(entries) == ["n"] * is_record
    for entry in entries.values():
        assert (entry.file, entry.bytes, entry.is_public) == ("f" * 64, 12, False)
        assert entry.used_s == pytest.approx(NOW - HOUR)
        assert f"own/networks/{name}" == entry.key


def test_the_least_recently_used_are_first_and_the_earliest_marks(folder: BucketFolder, root: Path) -> None:
    for hours, name in ((1, "b"), (3, "c"), (2, "a")):
        place_record(root, record(name), hours)
        if name != "a":
            place(root, f"public/{name}", f"by {name}".encode(), hours=4 - hours)
    assert {name: entry.is_public for name, entry in folder.entries().items()} == {"c": True, "a": False, "b": True}
    assert list(folder.entries()) == ["c", "a", "b"]
    assert list(folder.public_marks()) == ["b", "c"]
    assert [folder.source(name) for name in "bca"] == ["by b", "by c", ""]


OLD, OLDER, OLDEST = (record("old", "o", 30), 2), (record("older", "p", 30), 3), (record("oldest", "q", 30), 4)


@pytest.mark.parametrize(
    ("present", "wanted", "limits", "left"),
    [
        ([OLD], record("new", "n", 70), MANY, ["old"]),
        ([OLD], record("new", "n", 71), MANY, []),
        ([OLD, OLDER, OLDEST], record("new", "n", 10), MANY, ["older", "old", "oldest"]),
        ([OLD, OLDER, OLDEST], record("new", "n", 11), MANY, ["older", "old"]),
        ([OLD, OLDER, OLDEST], record("new", "n", 70), MANY, ["old"]),
        ([OLD, OLDER, OLDEST], record("new", "n", 100), MANY, []),
        ([OLD, OLDER, OLDEST], record("new", "n", 101), MANY, None),
        ([OLD, OLDER], record("new", "n", 1), StoreLimits(100, 3, 1), ["older", "old"]),
        ([OLD, OLDER], record("new", "n", 1), StoreLimits(100, 2, 1), ["old"]),
        ([OLD, OLDER], record("new", "n", 1), StoreLimits(100, 0, 1), None),
        ([(record("used", "u", 30), 0.5), OLDER], record("new", "n", 71), MANY, None),
        ([(record("used", "u", 30), 0.5), OLDER], record("new", "n", 70), MANY, ["used"]),
        ([(record("same", "n", 70), 5), OLD], record("new", "n", 70), MANY, ["same", "old"]),
        ([(record("same", "n", 70), 5), OLD], record("new", "n", 70), StoreLimits(100, 2, 1), ["same"]),
        ([(record("new", "n", 70), 5), OLD], record("new", "n", 70), MANY, ["new", "old"]),
        ([(record("new", "n", 70), 5), OLD], record("new", "n", 70), StoreLimits(100, 2, 1), ["new", "old"]),
        ([(record("twin", "o", 30), 5), OLD], record("new", "n", 70), MANY, ["twin", "old"]),
    ],
)
def test_the_least_recently_used_make_room_until_it_fits(
    folder: BucketFolder,
    root: Path,
    present: list[tuple[BucketRecord, float]],
    wanted: BucketRecord,
    limits: StoreLimits,
    left: list[str] | None,
) -> None:
    for entry, hours in present:
        place_record(root, entry, hours)
    if left is None:
        with pytest.raises(StorageFull) as refusal:
            folder.make_room(wanted, limits, HOUR)
        assert refusal.value.details == {"max_bytes": limits.bytes, "max_networks": limits.networks}
    else:
        folder.make_room(wanted, limits, HOUR)
        assert set(folder.entries()) == set(left)
        files = {path.name for path in (root / "files").iterdir() if any(path.iterdir())}
        assert files == {entry.file for entry, _ in present if entry.id in left}


def test_public_networks_make_no_room(folder: BucketFolder, root: Path) -> None:
    place_record(root, *OLD)
    place(root, "public/old")
    with pytest.raises(StorageFull):
        folder.make_room(record("new", "n", 71), MANY, HOUR)
    assert list(folder.entries()) == ["old"]


def test_what_is_unused_or_left_by_uploads_goes_after_a_while(folder: BucketFolder, root: Path) -> None:
    for name, file, hours in (("new", "a", 1), ("old", "b", 3), ("public", "c", 3), ("same", "a", 3)):
        place_record(root, record(name, file), hours)
    place(root, "public/public")
    folder.remove_unused(NOW - 2 * HOUR)
    assert set(folder.entries()) == {"new", "public"}
    for name, hours in (("a", 3), ("d", 3), ("e", 1)):
        place(root, f"uploads/{name * 64}", hours=hours)
        place(root, f"files/{name * 64}/parts")
    folder.remove_leftovers(NOW - 2 * HOUR)
    assert [path.name[0] for path in (root / "uploads").iterdir()] == ["e"]
    assert sorted(path.parent.name[0] for path in (root / "files").rglob("parts")) == ["a", "c", "e"]


def test_a_file_stays_while_it_is_sent_or_used(folder: BucketFolder, root: Path) -> None:
    one, other = record("one"), record("other")
    for entry in (one, other):
        place_record(root, entry, 1)
    folder.remove(one)
    assert (root / "files" / one.file / "parts").exists()
    folder.begin_upload(one.file)
    folder.remove(other)
    assert folder.entries() == {}
    assert (root / "files" / one.file / "parts").exists()
    folder.end_upload(one.file)
    folder.remove(other)
    assert not (root / "files" / one.file / "parts").exists()


PARTS = {"network.onnx": b"layers", "weights": b"numbers"}


def test_a_file_comes_back_as_it_was_written(folder: BucketFolder, root: Path, tmp_path: Path) -> None:
    local, copy = tmp_path / "local", tmp_path / "copy"
    for path in (local, copy):
        path.mkdir()
    for name, content in PARTS.items():
        (local / name).write_bytes(content)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in PARTS.items()}
    file = file_id(hashes)
    assert not folder.has_file(file)
    folder.write_file(file, local)
    assert folder.has_file(file)
    fetched = folder.fetch_file(file, copy)
    assert {name: (each.path, each.bytes, each.sha256) for name, each in fetched.items()} == {
        name: (copy / name, len(content), hashes[name]) for name, content in PARTS.items()
    }
    assert {path.name: path.read_bytes() for path in copy.iterdir()} == PARTS
    part = root / "files" / file / hashes["weights"]
    part.write_bytes(b"others!")
    with pytest.raises(DamagedFile):
        folder.fetch_file(file, copy)
    part.unlink()
    assert not folder.has_file(file)


@pytest.mark.parametrize(
    "names", [["network.onnx"], ["network.onnx", "b"], ["weights"], ["network.onnx", "a/b"], ["network.onnx", ".."], []]
)
def test_a_list_of_parts_is_that_of_its_file(folder: BucketFolder, root: Path, names: list[str]) -> None:
    hashes = dict.fromkeys(names, "1" * 64)
    file = file_id(hashes)
    place(root, f"files/{file}/parts", part_list(hashes).encode())
    place(root, f"files/{file}/{'1' * 64}")
    is_file = names in (["network.onnx"], ["network.onnx", "b"])
    assert folder.has_file(file) == is_file
    place(root, f"files/{'9' * 64}/parts", part_list(hashes).encode())
    assert not folder.has_file("9" * 64)
    place(root, f"files/{file}/parts", b"\xff")
    assert not folder.has_file(file)
