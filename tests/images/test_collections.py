"""Collections are stored by their content, with names that are fit to be printed."""

from pathlib import Path

import pytest

from app.images.collections import Collection, CollectionKind, CollectionPicture, UnknownCollection, split_path
from app.storage.content import FolderLimits
from app.storage.local_folder import FolderStore

CATS = Collection((CollectionPicture("0" * 32, "1.jpg", "cats"), CollectionPicture(None, "2.txt", "cats", "No photo.")))


def collection_store(folder: Path) -> FolderStore[Collection]:
    return FolderStore(CollectionKind(), folder, FolderLimits(100_000, 60))


def test_a_collection_is_read_back_by_the_hash_of_its_content(tmp_path: Path) -> None:
    store = collection_store(tmp_path)
    store.add(CATS.id, CATS)
    assert CATS.id != Collection(CATS.pictures[:1]).id
    assert collection_store(tmp_path).get(CATS.id) == CATS
    store.delete(CATS.id)
    for unknown in (CATS.id, "../../etc/passwd", "x"):
        with pytest.raises(UnknownCollection):
            store.get(unknown)


@pytest.mark.parametrize("content", [b"", b"{", b"7", b'[{"name": 1}]'])
def test_a_damaged_file_is_deleted(content: bytes, tmp_path: Path) -> None:
    store = collection_store(tmp_path)
    store.add(CATS.id, CATS)
    store.path(CATS.id).write_bytes(content)
    with pytest.raises(UnknownCollection):
        store.get(CATS.id)
    assert not store.path(CATS.id).exists()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("photos/tabby/1.jpg", ("tabby", "1.jpg")),
        ("1.jpg", ("", "1.jpg")),
        ("tabby\\1.jpg", ("tabby", "1.jpg")),
        ("a/../b/./1.jpg", ("b", "1.jpg")),
        ("Ka\u0308fer/\u0041\u030a.jpg", ("K\u00e4fer", "\u00c5.jpg")),
        ("x/\u202egpj.1\n", ("x", "\ufffdgpj.1\ufffd")),
        ("x/" + "y" * 100, ("x", "y" * 100)),
        ("x/" + "y" * 101, ("x", "y" * 99 + "…")),
        ("", ("", "")),
    ],
)
def test_a_path_becomes_a_folder_and_a_name_to_print(path: str, expected: tuple[str, str]) -> None:
    assert split_path(path) == expected
