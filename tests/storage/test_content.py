"""Every store of content does the same, in a folder alone and in a bucket that machines share."""

from pathlib import Path

import pytest

from app.errors import NotFound
from app.storage.content import ContentStore
from tests.storage.stores import DAY, add, is_there, let_rest, local_path, object_path, text_store


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ContentStore[str]:
    return text_store(tmp_path, tmp_path / "bucket" if request.param == "bucket" else None)


def test_content_is_returned_as_it_was_added(store: ContentStore[str]) -> None:
    assert store.get(add(store, "PHOTO")) == "PHOTO"
    assert store.get(add(store, "PHOTO")) == "PHOTO"
    assert [file.id for file in store.files()] == [add(store, "PHOTO")]


@pytest.mark.parametrize("identity", ["", "0" * 32, "0" * 31, "G" * 32, "../" + "0" * 32, "é" * 32])
def test_an_unknown_id_is_said_to_be_unknown(identity: str, store: ContentStore[str]) -> None:
    for action in (store.get, store.use):
        with pytest.raises(NotFound, match="no such text"):
            action(identity)
    store.delete(identity)


def test_what_is_deleted_is_gone_and_can_be_added_again(store: ContentStore[str]) -> None:
    identity, other = add(store, "PHOTO"), add(store, "OTHER")
    store.delete(identity)
    assert not is_there(store, identity)
    assert is_there(store, other)
    assert is_there(store, add(store, "PHOTO"))


def test_a_damaged_file_is_never_returned(store: ContentStore[str], tmp_path: Path) -> None:
    identity = add(store, "PHOTO")
    local_path(tmp_path, identity).write_text("damaged")
    assert not is_there(store, identity) or store.get(identity) == "PHOTO"
    assert store.get(add(store, "PHOTO")) == "PHOTO"


def test_what_is_not_used_expires(store: ContentStore[str], tmp_path: Path) -> None:
    old, new = add(store, "OLD"), add(store, "NEW")
    let_rest(local_path(tmp_path, old), DAY + 1)
    if (path := object_path(tmp_path / "bucket", old)).exists():
        let_rest(path, DAY + 1)
    assert store.expire() == {new}
    assert is_there(store, new)
