"""The store in a folder has what fits, the most recently used first; here it holds pictures."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.errors import StorageFull, UnknownImage
from app.images.store import PictureStore
from app.storage import local_folder
from app.storage.content import FolderLimits, StoredFile
from app.storage.local_folder import BLOCK_BYTES, SWEEP_TO, SWEEPS_PER_LIFETIME, FolderStore
from app.storage.shared import open_store
from tests.images.pictures import BLOCK, DAY, kept_bytes, picture, picture_store, there
from tests.storage.stores import LIMITS, TextKind, add, is_there, local_path, text_store


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    return picture_store(tmp_path / "pictures", 10 * BLOCK, DAY)


def test_it_survives_a_restart(tmp_path: Path) -> None:
    image = picture_store(tmp_path, 10 * BLOCK, DAY).add(picture(1)).id
    assert np.array_equal(picture_store(tmp_path, 10 * BLOCK, DAY).get(image), picture(1).rgb)


def test_the_least_recently_used_make_room(store: PictureStore) -> None:
    images = [store.add(picture(number)).id for number in range(10)]
    store.get(images[0])  # used again
    store.add(picture(1))  # sent again
    store.add(picture(10))
    kept = [there(store, image) for image in images]
    assert kept[:2] == [True, True]
    assert kept[2] is False
    assert kept == [True, True, *sorted(kept[2:])]


def test_it_never_has_more_than_its_maximum_bytes(tmp_path: Path) -> None:
    store = picture_store(tmp_path, 10 * BLOCK, DAY)
    for number in range(60):
        store.add(picture(number, side=20 + 40 * (number % 3)))
        assert kept_bytes(tmp_path) <= 10 * BLOCK


def test_a_smaller_limit_is_kept_from_the_start(tmp_path: Path) -> None:
    large = picture_store(tmp_path, 100 * BLOCK, DAY)
    images = [large.add(picture(number)).id for number in range(50)]
    small = picture_store(tmp_path, 10 * BLOCK, DAY)
    assert kept_bytes(tmp_path) <= 10 * BLOCK
    assert there(small, images[-1])


def test_a_picture_larger_than_the_store_is_refused(tmp_path: Path) -> None:
    store = picture_store(tmp_path, 10 * BLOCK, DAY)
    image = store.add(picture(0)).id
    with pytest.raises(StorageFull):
        store.add(picture(1, side=200))
    assert there(store, image)


def test_pictures_expire_a_while_after_their_last_use(tmp_path: Path) -> None:
    store = picture_store(tmp_path, 10 * BLOCK, ttl_s=100)
    old, new = store.add(picture(0)).id, store.add(picture(1)).id
    for image, age_s in ((old, 101), (new, 99)):
        os.utime(tmp_path / f"{image}.npy", (time.time() - age_s,) * 2)
    assert not there(store, old)
    assert there(store, new)
    os.utime(tmp_path / f"{new}.npy", (time.time() - 101,) * 2)
    picture_store(tmp_path, 10 * BLOCK, ttl_s=100)
    assert kept_bytes(tmp_path) == 0


def test_an_expired_picture_can_be_sent_again(tmp_path: Path) -> None:
    store = picture_store(tmp_path, 10 * BLOCK, ttl_s=100)
    image = store.add(picture(0)).id
    os.utime(tmp_path / f"{image}.npy", (time.time() - 200,) * 2)
    assert store.add(picture(0)).id == image
    assert there(store, image)


def test_others_may_delete_files_and_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    store = picture_store(folder, 10 * BLOCK, DAY)
    image = store.add(picture(0)).id
    pixels = store.get(image)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert np.array_equal(pixels, picture(0).rgb)
    assert not there(store, image)
    assert there(store, store.add(picture(0)).id)


@pytest.mark.parametrize("ledger", [b"", b"nonsense", b"99999999999999999999 0\n", b"-5", b"0 99999999999\n"])
def test_a_damaged_ledger_is_repaired(ledger: bytes, tmp_path: Path) -> None:
    store = picture_store(tmp_path, 10 * BLOCK, DAY)
    images = [store.add(picture(number)).id for number in range(10)]
    (tmp_path / ".ledger").write_bytes(ledger)
    store.add(picture(10))
    assert kept_bytes(tmp_path) <= 10 * BLOCK
    assert there(store, images[-1])


def test_a_deleted_picture_is_unknown_and_its_room_is_free(store: PictureStore, tmp_path: Path) -> None:
    image, other = store.add(picture(0)).id, store.add(picture(1)).id
    before = kept_bytes(tmp_path / "pictures")
    store.delete(image)
    assert not there(store, image)
    assert there(store, other)
    assert kept_bytes(tmp_path / "pictures") < before
    with pytest.raises(UnknownImage):
        store.use(image)


def test_deleting_what_is_not_there_does_nothing(store: PictureStore) -> None:
    image = store.add(picture(0)).id
    store.delete("0" * 32)
    store.delete("../" + image)
    assert there(store, image)


def test_what_has_expired_is_deleted_without_another_picture(tmp_path: Path) -> None:
    store = picture_store(tmp_path, 10 * BLOCK, ttl_s=60)
    old, new = store.add(picture(0)).id, store.add(picture(1)).id
    os.utime(tmp_path / f"{old}.npy", (time.time() - 61,) * 2)
    assert store.expire() == {new}
    assert [path.stem for path in tmp_path.glob("*.npy")] == [new]


def test_what_another_process_deletes_during_a_sweep_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = picture_store(tmp_path, 10 * BLOCK, ttl_s=60)
    old, new = store.add(picture(0)).id, store.add(picture(1)).id
    os.utime(tmp_path / f"{old}.npy", (time.time() - 61,) * 2)
    listed = FolderStore.files

    def files(folder: FolderStore[Any]) -> Iterator[StoredFile]:
        found = list(listed(folder))
        (tmp_path / f"{old}.npy").unlink(missing_ok=True)
        return iter(found)

    monkeypatch.setattr(FolderStore, "files", files)
    store.expire()
    assert [path.stem for path in tmp_path.glob("*.npy")] == [new]


def test_a_use_renews_a_picture(tmp_path: Path) -> None:
    store = picture_store(tmp_path, 10 * BLOCK, ttl_s=60)
    image = store.add(picture(0)).id
    os.utime(tmp_path / f"{image}.npy", (time.time() - 59,) * 2)
    store.use(image)
    os.utime(tmp_path / f"{image}.npy", ((tmp_path / f"{image}.npy").stat().st_mtime - 59,) * 2)
    assert there(store, image)


def test_an_expired_picture_can_t_be_used(tmp_path: Path) -> None:
    store = picture_store(tmp_path, 10 * BLOCK, ttl_s=60)
    image = store.add(picture(0)).id
    os.utime(tmp_path / f"{image}.npy", (time.time() - 61,) * 2)
    with pytest.raises(UnknownImage):
        store.use(image)


class ReplacedKind(TextKind):
    """A text that is damaged when it is read first, and has been replaced when it is read again."""

    def __init__(self) -> None:
        self.reads = 0

    def read(self, path: Path) -> str:
        self.reads += 1
        if self.reads == 1:
            raise ValueError
        return super().read(path)


def test_a_damaged_text_is_deleted_unless_it_was_replaced(tmp_path: Path) -> None:
    damaged = text_store(tmp_path)
    path = local_path(tmp_path, add(damaged, "TEXT"))
    path.write_text("damaged")
    assert not is_there(damaged, path.stem)
    assert not path.exists()
    replaced = open_store(ReplacedKind(), tmp_path / "texts", LIMITS)
    add(damaged, "TEXT")
    assert not is_there(replaced, path.stem)
    assert is_there(replaced, path.stem)


def test_a_full_store_is_swept_so_that_the_next_sweep_is_not_soon(tmp_path: Path) -> None:
    store, fitting = text_store(tmp_path), LIMITS.bytes // BLOCK_BYTES
    texts = [add(store, f"TEXT {number}") for number in range(fitting)]
    assert {file.id for file in store.files()} == {*texts}
    store.delete(texts.pop())
    texts.append(add(store, "IN ITS PLACE"))
    assert {file.id for file in store.files()} == {*texts}
    last, kept = add(store, "LAST"), int(LIMITS.bytes * SWEEP_TO) // BLOCK_BYTES
    assert {file.id for file in store.files()} == {*texts[-kept:], last}


def test_what_needs_all_of_the_store_may_be_in_it(tmp_path: Path) -> None:
    store = FolderStore(TextKind(), tmp_path, FolderLimits(2 * BLOCK_BYTES, DAY))
    small, large = add(store, "SMALL"), "A" * 2 * BLOCK_BYTES
    with pytest.raises(StorageFull) as refusal:
        add(store, large + "A")
    assert refusal.value.message == "It needs 12288 bytes, more than the 8192 of the whole store."
    assert refusal.value.details == {"max_bytes": 8192}
    assert is_there(store, small)
    assert {file.bytes for file in store.files()} == {BLOCK_BYTES}
    assert is_there(store, add(store, large))
    assert {file.bytes for file in store.files()} == {2 * BLOCK_BYTES}


@pytest.mark.parametrize(("later_s", "is_swept"), [(9.5, False), (10, True), (-1, True)])
def test_what_has_expired_is_swept_several_times_in_a_lifetime(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later_s: float, is_swept: bool
) -> None:
    """And when the clock was set back."""
    now = 1e9
    clock = SimpleNamespace(time=lambda: now, time_ns=lambda: int(now * 1e9))
    monkeypatch.setattr(local_folder, "time", clock)
    ttl_s = 10 * SWEEPS_PER_LIFETIME
    store = FolderStore(TextKind(), tmp_path, FolderLimits(LIMITS.bytes, ttl_s))
    old = store.path(add(store, "OLD"))
    os.utime(old, (now - ttl_s - 20,) * 2)
    now += later_s
    add(store, "NEW")
    assert old.exists() is not is_swept
