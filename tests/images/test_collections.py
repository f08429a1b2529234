"""The store of collections: by content, private, renewed by use and bounded."""

import os
import time
from pathlib import Path

import pytest

from app.images.collections import Collection, CollectionPicture, CollectionStore, UnknownCollection, split_path

CATS = Collection((CollectionPicture("0" * 32, "1.jpg", "cats"), CollectionPicture(None, "2.txt", "cats", "No photo.")))


def numbered(number: int) -> Collection:
    return Collection((CollectionPicture(None, f"{number}.jpg", ""),))


def test_a_collection_is_read_back_by_the_hash_of_its_content(tmp_path: Path) -> None:
    store = CollectionStore(tmp_path, ttl_s=60)
    identity = store.add(CATS)
    assert identity == store.add(CATS) == CATS.id != numbered(1).id
    assert CollectionStore(tmp_path, ttl_s=60).get(identity) == CATS
    store.delete(identity)
    for unknown in (identity, "../../etc/passwd", "x"):
        with pytest.raises(UnknownCollection):
            store.get(unknown)


def test_a_collection_expires_after_its_last_use(tmp_path: Path) -> None:
    store = CollectionStore(tmp_path, ttl_s=60)
    identity, old = store.add(CATS), time.time() - 61
    os.utime(tmp_path / f"{identity}.json", (old, old))
    with pytest.raises(UnknownCollection):
        store.get(identity)
    store.expire()
    assert list(tmp_path.iterdir()) == []


def test_the_least_recently_used_make_room(tmp_path: Path) -> None:
    store = CollectionStore(tmp_path, ttl_s=1_000, max_collections=2)
    first, second = store.add(numbered(1)), store.add(numbered(2))
    for age, identity in enumerate((first, second)):
        os.utime(tmp_path / f"{identity}.json", (time.time() - 100 - age,) * 2)
    store.add(numbered(3))
    assert store.get(first) == numbered(1)
    with pytest.raises(UnknownCollection):
        store.get(second)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("photos/tabby/1.jpg", ("tabby", "1.jpg")),
        ("1.jpg", ("", "1.jpg")),
        ("tabby\\1.jpg", ("tabby", "1.jpg")),
        ("a/../b/./1.jpg", ("b", "1.jpg")),
        ("x/\u202egpj.1\n", ("x", "\ufffdgpj.1\ufffd")),
        ("x/" + "y" * 200, ("x", "y" * 99 + "…")),
        ("", ("", "")),
    ],
)
def test_a_path_becomes_a_folder_and_a_name_to_print(path: str, expected: tuple[str, str]) -> None:
    assert split_path(path) == expected
