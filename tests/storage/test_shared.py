"""What one machine adds the others have; a bucket that is away or damaged is never a wrong answer."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from app.errors import NotFound, StorageFull, StoreUnavailable
from app.storage import shared
from app.storage.bucket import Bucket, BucketObject
from app.storage.content import ContentStore
from tests.storage.stores import DAY, TextKind, add, is_there, let_rest, local_path, object_path, text_store


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    return tmp_path / "bucket"


@pytest.fixture
def machines(tmp_path: Path, bucket: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[ContentStore[str], ...]:
    """Two machines that ask the bucket each time."""
    monkeypatch.setattr(shared, "CONFIRMED_S", 0)
    return tuple(text_store(tmp_path / name, bucket) for name in ("first", "second"))


def put_out_of_order(bucket: Path) -> None:
    """Let every call to the bucket fail: a file is in its place."""
    bucket.rename(bucket.with_name("former"))
    bucket.write_bytes(b"")


def test_what_one_machine_adds_the_other_has(machines: tuple[ContentStore[str], ...], tmp_path: Path) -> None:
    first, second = machines
    identity = add(first, "PHOTO")
    second.use(identity)
    assert not local_path(tmp_path / "second", identity).exists()
    assert second.get(identity) == "PHOTO"
    assert local_path(tmp_path / "second", identity).read_text() == "PHOTO"
    assert [path.name for path in (tmp_path / "second" / "texts").glob(".fetched*")] == []


def test_what_one_machine_deletes_the_other_no_longer_gives(machines: tuple[ContentStore[str], ...]) -> None:
    first, second = machines
    identity = add(first, "PHOTO")
    assert is_there(second, identity)
    first.delete(identity)
    for action in (second.use, second.get):
        with pytest.raises(NotFound):
            action(identity)


def test_the_copy_of_what_was_deleted_goes_without_being_asked_for(
    machines: tuple[ContentStore[str], ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "SHARDS_PER_LOOK", 256)
    first, second = machines
    deleted, left = add(second, "DELETED"), add(second, "LEFT")
    first.delete(deleted)
    let_rest(local_path(tmp_path / "second", deleted), DAY / 2)
    assert second.expire() == {left}


def test_a_look_deletes_what_has_expired_in_the_bucket(
    machines: tuple[ContentStore[str], ...], bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "SHARDS_PER_LOOK", 256)
    old, new = add(machines[0], "OLD"), add(machines[0], "NEW")
    let_rest(object_path(bucket, old), DAY + 2 * shared.RENEWAL_S)
    assert not is_there(machines[1], old)
    machines[1].expire()
    assert not object_path(bucket, old).exists()
    assert object_path(bucket, new).exists()


def test_a_use_in_the_last_moment_keeps_what_another_machine_lists_as_expired(
    machines: tuple[ContentStore[str], ...], bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity, listing = add(machines[0], "PHOTO"), Bucket.list

    def list_before_it_is_written_again(bucket_: Bucket, folder: str) -> list[BucketObject]:
        listed = listing(bucket_, folder)
        if listed:
            let_rest(object_path(bucket, identity), 0)
        return listed

    monkeypatch.setattr(shared, "SHARDS_PER_LOOK", 256)
    monkeypatch.setattr(Bucket, "list", list_before_it_is_written_again)
    let_rest(object_path(bucket, identity), DAY + 1)
    machines[1].expire()
    assert is_there(machines[0], identity)


def test_a_use_makes_an_object_young_again(machines: tuple[ContentStore[str], ...], bucket: Path) -> None:
    identity = add(machines[0], "PHOTO")
    let_rest(object_path(bucket, identity), DAY / 2)
    before = object_path(bucket, identity).stat().st_mtime
    machines[0].use(identity)
    assert object_path(bucket, identity).stat().st_mtime > before + DAY / 3


def test_what_many_ask_for_at_the_same_time_is_fetched_once(
    machines: tuple[ContentStore[str], ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = machines
    identity, fetched, fetch = add(first, "PHOTO"), [], Bucket.fetch

    def slow_fetch(bucket: Bucket, key: str, path: Path, size: int) -> None:
        fetched.append(key)
        time.sleep(0.1)
        fetch(bucket, key, path, size)

    monkeypatch.setattr(Bucket, "fetch", slow_fetch)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(second.get, [identity] * 8)) == {"PHOTO"}
    assert len(fetched) == 1


@pytest.mark.parametrize("content", ["", "damaged", "ANOTHER PHOTO"])
def test_an_object_that_is_not_what_its_id_says_is_deleted(
    content: str, machines: tuple[ContentStore[str], ...], bucket: Path
) -> None:
    first, second = machines
    identity = add(first, "PHOTO")
    object_path(bucket, identity).write_text(content)
    assert not is_there(second, identity)
    assert second.get(add(first, "PHOTO")) == "PHOTO"


def test_while_the_bucket_is_away_copies_are_read_and_all_else_is_refused(
    machines: tuple[ContentStore[str], ...], bucket: Path
) -> None:
    first, second = machines
    identity = add(first, "PHOTO")
    put_out_of_order(bucket)
    first.use(identity)
    assert first.get(identity) == "PHOTO"
    for action in (second.use, second.get, second.delete):
        with pytest.raises(StoreUnavailable, match="shared store does not answer") as refusal:
            action(identity)
        assert (refusal.value.status, refusal.value.details) == (503, {"retry_after_s": 5})
    assert add(first, "PHOTO") == identity
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            add(first, "OTHER")


def test_where_the_local_disk_has_no_room_what_is_fetched_is_refused_and_nothing_else(
    machines: tuple[ContentStore[str], ...], tmp_path: Path
) -> None:
    first, second = machines
    identity = add(first, "PHOTO")
    shutil.rmtree(tmp_path / "second" / "texts")
    (tmp_path / "second" / "texts").write_text("in the way")
    with pytest.raises(StorageFull):
        second.get(identity)
    second.use(identity)


def test_what_is_deleted_as_it_is_added_is_not_there_and_the_bucket_is(
    machines: tuple[ContentStore[str], ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two people send the same photo, and one of them deletes it at once."""
    first, second = machines
    find = Bucket.find

    def find_after_a_deletion(bucket: Bucket, key: str) -> BucketObject | None:
        local_path(tmp_path / "first", Path(key).stem).unlink()
        return find(bucket, key)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Bucket, "find", find_after_a_deletion)
        identity = add(first, "PHOTO")
    assert not is_there(first, identity)
    assert is_there(second, add(first, "OTHER"))


def test_the_bucket_is_asked_once_in_a_while(tmp_path: Path, bucket: Path) -> None:
    first, second = (text_store(tmp_path / name, bucket) for name in ("first", "second"))
    identity = add(first, "PHOTO")
    object_path(bucket, identity).unlink()
    assert first.get(identity) == "PHOTO"  # it has just been confirmed
    assert not is_there(second, identity)


@pytest.mark.parametrize("damage", ["", "PHOT", "PHOTOS"])
def test_an_object_of_another_size_is_written_again(
    damage: str, machines: tuple[ContentStore[str], ...], bucket: Path
) -> None:
    identity = add(machines[0], "PHOTO")
    object_path(bucket, identity).write_text(damage)
    add(machines[1], "PHOTO")
    assert object_path(bucket, identity).read_text() == "PHOTO"


@pytest.mark.parametrize(("rest_s", "is_written"), [(DAY / 5, False), (DAY / 3, True)])
def test_an_object_that_is_added_again_is_written_if_it_is_old(
    rest_s: float, is_written: bool, machines: tuple[ContentStore[str], ...], bucket: Path
) -> None:
    path = object_path(bucket, add(machines[0], "PHOTO"))
    let_rest(path, rest_s)
    add(machines[1], "PHOTO")
    assert (time.time() - path.stat().st_mtime < DAY / 10) is is_written


def test_what_a_killed_transfer_has_left_is_deleted_later(tmp_path: Path, bucket: Path) -> None:
    folder = tmp_path / "first" / "texts"
    folder.mkdir(parents=True)
    for name, rest_s in (("old", 700), ("new", 300)):
        (folder / f".fetched-{name}").touch()
        let_rest(folder / f".fetched-{name}", rest_s)
    text_store(tmp_path / "first", bucket)
    assert [path.name for path in folder.glob(".fetched-*")] == [".fetched-new"]


def test_the_folder_of_a_machine_may_be_deleted(machines: tuple[ContentStore[str], ...], tmp_path: Path) -> None:
    identity = add(machines[0], "PHOTO")
    shutil.rmtree(tmp_path / "second", ignore_errors=True)
    assert machines[1].get(identity) == "PHOTO"


@pytest.mark.parametrize("digits", ["00", "80", "ff"])
def test_looks_reach_all_parts_of_the_bucket(
    digits: str, machines: tuple[ContentStore[str], ...], bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "LOOK_S", 0)
    text = next(text for text in map("T{}".format, count()) if TextKind().identify(text).startswith(digits))
    path = object_path(bucket, add(machines[0], text))
    let_rest(path, DAY + 2 * shared.RENEWAL_S)
    for _ in range(256 // shared.SHARDS_PER_LOOK):
        machines[1].expire()
    assert not path.exists()


def test_young_copies_stay_and_looks_are_a_while_apart(
    machines: tuple[ContentStore[str], ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "SHARDS_PER_LOOK", 256)
    first, second = machines
    identity = add(second, "DELETED")
    first.delete(identity)
    assert second.expire() == {identity}  # it may be on its way to the bucket
    let_rest(local_path(tmp_path / "second", identity), DAY / 2)
    assert second.expire() == {identity}
    monkeypatch.setattr(time, "monotonic", lambda: time.perf_counter() + 10**9)
    assert second.expire() == set()
