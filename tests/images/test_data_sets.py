"""Data sets: a ZIP and its folder give the same photos, each read by itself; what can't be read says why."""

import re
import shutil
import zipfile
from pathlib import Path

import pytest

from app.errors import InvalidRequest, TooLarge
from app.images.archives import ArchiveLimits
from app.images.data_sets import MAX_PATH, DataSet, DataSetKind, data_set_id, open_data_set, pack_files

LIMITS = ArchiveLimits(pictures=5, picture_bytes=1_000, total_bytes=10_000, names=10)
FILES = {"cats/b.jpg": b"B" * 900, "cats/a.jpg": b"A", "birds/c.png": b"C", "birds/deep/d.png": b"D"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in {**FILES, "cats/.DS_Store": b"x"}.items():
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "photos"


def photos(data_set: DataSet) -> list[tuple[str, str, bytes]]:
    return [(photo.folder, photo.name, data_set.read(number)) for number, photo in enumerate(data_set.photos)]


def test_a_folder_and_its_zip_have_the_same_photos_in_the_order_of_their_paths(folder: Path) -> None:
    expected = [
        ("birds", "c.png", b"C"),
        ("deep", "d.png", b"D"),
        ("cats", "a.jpg", b"A"),
        ("cats", "b.jpg", b"B" * 900),
    ]
    archive = Path(shutil.make_archive(str(folder), "zip", folder.parent, folder.name))
    for path in (folder, archive):
        with open_data_set(path, LIMITS) as data_set:
            assert photos(data_set) == expected


def test_the_id_of_a_folder_is_that_of_its_content(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    before = data_set_id(copy)
    (copy / "cats" / "a.jpg").write_bytes(b"Z")
    assert data_set_id(folder) == before != data_set_id(copy)


def test_an_id_is_of_32_hexadecimal_digits(folder: Path, tmp_path: Path) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", folder))
    for path in (folder, archive):
        assert re.fullmatch("[0-9a-f]{32}", data_set_id(path))


def test_a_data_set_is_stored_as_the_zip_that_it_is(folder: Path, tmp_path: Path) -> None:
    kind, archive = DataSetKind(), Path(shutil.make_archive(str(tmp_path / "packed"), "zip", folder))
    stored = tmp_path / f"stored{kind.suffix}"
    with stored.open("wb") as file:
        kind.write(archive, file)
    assert kind.read(stored) == stored
    assert stored.read_bytes() == archive.read_bytes()
    assert kind.size(archive) == archive.stat().st_size
    assert kind.identify(stored) == data_set_id(archive)
    stored.write_bytes(b"no ZIP")
    with pytest.raises(ValueError, match="damaged"):
        kind.read(stored)


def test_the_same_files_are_packed_into_the_same_zip(folder: Path, tmp_path: Path) -> None:
    ids = set[str]()
    for order in (FILES, reversed(FILES)):
        copy = Path(shutil.copytree(folder, tmp_path / f"copy{len(ids)}"))
        target = tmp_path / f"{len(ids)}.zip"
        pack_files([(name, copy / name) for name in order], target)
        ids.add(data_set_id(target))
        assert {name: zipfile.ZipFile(target).read(name) for name in FILES} == FILES
    assert len(ids) == 1


def test_a_photo_that_is_too_large_has_a_problem_and_spoils_no_other(folder: Path, tmp_path: Path) -> None:
    (folder / "cats" / "a.jpg").write_bytes(bytes(1_001))
    archive = Path(shutil.make_archive(str(tmp_path / "large"), "zip", folder.parent, folder.name))
    for path in (folder, archive):
        with open_data_set(path, LIMITS) as data_set:
            with pytest.raises((TooLarge, InvalidRequest), match="accepted of one picture"):
                data_set.read(2)
            assert data_set.read(3) == b"B" * 900


def test_photos_may_be_as_large_and_as_many_as_allowed(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(LIMITS.pictures):
        (folder / f"{number}.jpg").write_bytes(bytes([number]) * LIMITS.picture_bytes)
    for path in (folder, Path(shutil.make_archive(str(folder), "zip", folder))):
        with open_data_set(path, LIMITS) as data_set:
            assert [data_set.read(number)[-1] for number in range(len(data_set))] == list(range(LIMITS.pictures))


def test_of_a_long_path_the_end_is_packed(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"A")
    pack_files([("x" * MAX_PATH + "/cats/a.jpg", tmp_path / "a.jpg")], tmp_path / "packed.zip")
    with open_data_set(tmp_path / "packed.zip", LIMITS) as data_set:
        assert photos(data_set) == [("cats", "a.jpg", b"A")]
    with zipfile.ZipFile(tmp_path / "packed.zip") as archive:
        assert len(archive.namelist()[0]) == MAX_PATH
    assert not (tmp_path / "a.jpg").exists()


@pytest.mark.parametrize(
    ("names", "words"),
    [([], "There is no photo"), ([f"{number}.jpg" for number in range(6)], "There are 6 files; at most 5")],
)
def test_none_and_too_many_photos_are_refused(names: list[str], words: str, tmp_path: Path) -> None:
    folder, archive = tmp_path / "photos", tmp_path / "photos.zip"
    folder.mkdir()
    with zipfile.ZipFile(archive, "w") as file:
        for name in names:
            (folder / name).touch()
            file.writestr(name, b"")
    for path in (folder, archive):
        with pytest.raises((InvalidRequest, TooLarge), match=words):
            open_data_set(path, LIMITS)


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no ZIP")
    with pytest.raises(InvalidRequest, match="neither a folder nor a ZIP"):
        open_data_set(tmp_path / "notes.txt", LIMITS)
