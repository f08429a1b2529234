"""Collections: what becomes of the files of an upload, and of pictures that have expired."""

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from app.engine.engine import Engine
from app.errors import InvalidRequest, StorageFull
from app.images.collections import Collection, CollectionPicture, UnknownCollection
from app.resources import STATIC
from tests.engine.uploads import archive, sent

CAT = (STATIC / "samples" / "cat.jpg").read_bytes()
SEVEN = (STATIC / "samples" / "digits" / "7.jpg").read_bytes()


def add(engine: Engine, files: Mapping[str, bytes]) -> Collection:
    with sent(engine.collections.uploads, files) as incoming:
        return engine.collections.add(incoming).result()


def test_pictures_are_stored_with_their_folders_and_what_is_none_with_its_problem(engine: Engine) -> None:
    collection = add(engine, {"cats/a.jpg": CAT, "digits/7.jpg": SEVEN, "digits/notes.txt": b"no picture"})
    assert [(each.folder, each.name) for each in collection.pictures] == [
        ("cats", "a.jpg"),
        ("digits", "7.jpg"),
        ("digits", "notes.txt"),
    ]
    assert [each.id is None for each in collection.pictures] == [False, False, True]
    assert [each.problem is None for each in collection.pictures] == [True, True, False]
    assert engine.collections.get(collection.id) == collection
    stored = [each.id for each in collection.pictures if each.id]
    assert engine.collections.present(collection) == tuple(stored)
    assert engine.collections.in_folders(collection) == list(zip(stored, ("cats", "digits"), strict=True))


def test_an_archive_alone_is_opened_and_one_among_files_is_not(engine: Engine) -> None:
    files = {"cats/a.jpg": CAT, "digits/7.jpg": SEVEN}
    assert add(engine, {"photos.zip": archive(files)}) == add(engine, files)
    mixed = add(engine, {"photos.zip": archive(files), "a.jpg": CAT})
    assert [each.id is None for each in mixed.pictures] == [True, False]
    assert "archive" in (mixed.pictures[0].problem or "")


def test_an_upload_without_a_picture_is_refused(engine: Engine) -> None:
    for files in ({}, {"notes.txt": b"no picture"}, {"empty.zip": archive({})}):
        with pytest.raises(InvalidRequest):
            add(engine, files)


def test_a_full_store_ends_the_upload(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def store(_: object) -> None:
        raise StorageFull("There is no room.")

    monkeypatch.setattr(engine.pictures, "store", store)
    with pytest.raises(StorageFull):
        add(engine, {"a.jpg": CAT})


def test_large_pictures_are_stored_smaller(engine: Engine) -> None:
    file = io.BytesIO()
    Image.effect_noise((1500, 900), 50).convert("RGB").save(file, "JPEG")
    (picture,) = add(engine, {"a.jpg": file.getvalue()}).pictures
    height, width, _ = engine.pictures.get(str(picture.id)).shape
    assert 512 <= max(height, width) <= 1024


def test_pictures_that_have_expired_are_no_longer_present(engine: Engine) -> None:
    known = add(engine, {"cats/a.jpg": CAT}).pictures
    gone = (CollectionPicture("0" * 32, "gone.jpg", "cats"), CollectionPicture(None, "notes.txt", "cats", "No."))
    collection = Collection((gone[0], *known, gone[1]))
    engine.collections.store(collection)
    assert engine.collections.get(collection.id) == collection
    assert engine.collections.present(collection) == (known[0].id,)
    assert engine.collections.in_folders(collection) == [(known[0].id, "cats")]
    assert engine.collections.present(Collection(())) == ()


def test_a_collection_that_was_deleted_is_unknown(engine: Engine) -> None:
    collection = add(engine, {"b/7.jpg": SEVEN})
    engine.collections.delete(collection.id)
    with pytest.raises(UnknownCollection):
        engine.collections.get(collection.id)


def test_a_file_that_is_too_large_is_not_read(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.collections, "_limits", replace(engine.collections._limits, picture_bytes=len(CAT)))
    sizes, read_bytes = list[int](), Path.read_bytes

    def read(path: Path) -> bytes:
        sizes.append(path.stat().st_size)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", read)
    large, right = add(engine, {"large.jpg": CAT + b"x", "right.jpg": CAT}).pictures
    assert (large.id, right.problem) == (None, None)
    assert "It has more than the" in (large.problem or "")
    assert len(CAT) in sizes
    assert len(CAT) + 1 not in sizes
