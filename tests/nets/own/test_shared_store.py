"""An own network that one machine adds the others have, with its file, until it is deleted or expires anywhere."""

import os
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.errors import StorageFull, StoreUnavailable, UnknownModel
from app.nets.own import shared_store
from app.nets.own.bucket_folder import BucketFolder, BucketRecord
from app.nets.own.shared_store import SharedNetworkStore
from app.nets.own.store import StoreLimits
from app.storage.bucket import Bucket
from tests.nets.own.networks import DAY, LIMITS, add, is_there, let_rest, stored_bytes

Machines = tuple[SharedNetworkStore, SharedNetworkStore]


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    return tmp_path / "bucket"


def machine(folder: Path, bucket: Path, limits: StoreLimits = LIMITS) -> SharedNetworkStore:
    return SharedNetworkStore(folder, limits, Bucket(f"file://{bucket}"))


@pytest.fixture
def machines(tmp_path: Path, bucket: Path, monkeypatch: pytest.MonkeyPatch) -> Machines:
    """Two machines that list the bucket each time."""
    monkeypatch.setattr(shared_store, "CONFIRMED_S", 0)
    return machine(tmp_path / "first", bucket), machine(tmp_path / "second", bucket)


def object_names(bucket: Path) -> list[str]:
    return sorted(path.name for path in (bucket / "own").rglob("*") if path.is_file())


def let_objects_rest(bucket: Path, seconds: float) -> None:
    for path in (bucket / "own").rglob("*"):
        os.utime(path, (time.time() - seconds,) * 2)


def test_what_one_machine_adds_the_other_has_with_its_external_data(machines: Machines) -> None:
    first, second = machines
    added = add(first, b"layers", "Net", weights=b"numbers")
    network = second.get(added.record.card.id)
    assert network.record == added.record
    assert network.file.id == added.file.id
    assert network.file.path != added.file.path
    assert network.file.path.read_bytes() == b"layers"
    assert (network.file.path.parent / "weights").read_bytes() == b"numbers"
    assert network.expires_at == pytest.approx(time.time() + DAY, abs=5)


def test_two_networks_share_a_file_until_the_last_has_gone(machines: Machines, bucket: Path) -> None:
    first, second = machines
    one, other = add(first, b"layers", "One"), add(second, b"layers", "Other")
    assert len(object_names(bucket)) == 4  # two records, the file and the list of its parts
    second.delete(one.record.card.id)
    assert not is_there(first, one)
    assert is_there(first, other)
    first.delete(other.record.card.id)
    assert object_names(bucket) == []


def test_a_file_stays_whose_last_network_is_deleted_while_another_is_added(
    machines: Machines, tmp_path: Path, bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = machines
    last, make_room = add(first, b"layers", "Last"), BucketFolder.make_room

    def make_room_and_delete(folder: BucketFolder, *arguments: Any) -> object:
        result = make_room(folder, *arguments)
        first.delete(last.record.card.id)
        return result

    with monkeypatch.context() as patched:
        patched.setattr(BucketFolder, "make_room", make_room_and_delete)
        added = add(second, b"layers", "Added")
    assert machine(tmp_path / "third", bucket).get(added.record.card.id).file.path.read_bytes() == b"layers"
    second.delete(added.record.card.id)
    assert object_names(bucket) == []


def test_a_file_that_is_deleted_while_it_is_written_is_written_again(
    machines: Machines, tmp_path: Path, bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other machine had looked for networks of the file before this one began."""
    write_record = BucketFolder.write_record

    def write_as_another_deletes(folder: BucketFolder, entry: BucketRecord, text: str) -> None:
        shutil.rmtree(bucket / "own" / "files" / entry.file)
        write_record(folder, entry, text)

    with monkeypatch.context() as patched:
        patched.setattr(BucketFolder, "write_record", write_as_another_deletes)
        added = add(machines[0], b"layers")
    assert is_there(machine(tmp_path / "third", bucket), added)


def test_the_copy_of_what_was_deleted_goes_by_itself(machines: Machines, tmp_path: Path) -> None:
    first, second = machines
    network = add(second, b"layers")
    first.delete(network.record.card.id)
    let_rest(tmp_path / "second", network, DAY / 2)
    assert second.expire() == frozenset()
    assert stored_bytes(tmp_path / "second") == 0


def test_a_use_anywhere_lets_it_expire_later(machines: Machines, bucket: Path) -> None:
    first, second = machines
    network = add(first, b"layers").record.card.id
    let_objects_rest(bucket, DAY / 2)
    assert second.get(network).expires_at == pytest.approx(time.time() + DAY / 2, abs=5)
    second.use(network)
    assert first.get(network).expires_at == pytest.approx(time.time() + DAY, abs=5)


def test_what_is_not_used_expires_with_its_file(machines: Machines, bucket: Path) -> None:
    first, second = machines
    network = add(first, b"layers")
    let_objects_rest(bucket, DAY + 2 * shared_store.RENEWAL_S)
    assert not is_there(first, network)
    second.expire()
    assert object_names(bucket) == []


def test_a_use_in_the_last_moment_keeps_a_network_that_another_machine_lists_as_expired(
    machines: Machines, bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, entries = add(machines[0], b"layers"), BucketFolder.entries

    def list_before_the_use_is_noted(folder: BucketFolder) -> dict[str, BucketRecord]:
        listed = entries(folder)
        let_objects_rest(bucket, 0)
        return listed

    let_objects_rest(bucket, DAY + 1)
    with monkeypatch.context() as patched:
        patched.setattr(BucketFolder, "entries", list_before_the_use_is_noted)
        machines[1].expire()
    assert is_there(machines[0], network)


def test_a_public_network_is_public_everywhere_and_stays(machines: Machines, bucket: Path) -> None:
    first, second = machines
    network = add(first, b"layers").record.card.id
    first.publish(network, "lecture")
    let_objects_rest(bucket, 10 * DAY)
    assert second.expire() == {network}
    assert second.public() == {network: "lecture"}
    assert second.get(network).expires_at is None
    second.unpublish(network)
    first.expire()
    assert first.public() == second.public() == {}
    assert first.get(network).expires_at == pytest.approx(time.time() + DAY, abs=5)


def test_the_least_recently_used_make_room_in_the_bucket(tmp_path: Path, bucket: Path) -> None:
    first, second = (machine(tmp_path / name, bucket, replace(LIMITS, bytes=100)) for name in ("first", "second"))
    old = add(first, b"a" * 80)
    with pytest.raises(StorageFull, match="no room for another network"):
        add(second, b"b" * 80)
    assert list((bucket / "own" / "uploads").iterdir()) == []
    let_objects_rest(bucket, DAY / 2)
    new = add(second, b"b" * 80)
    assert is_there(second, new)
    assert not is_there(machine(tmp_path / "third", bucket), old)


def test_what_one_machine_uses_makes_no_room_on_another(tmp_path: Path, bucket: Path) -> None:
    first, second = (machine(tmp_path / name, bucket, replace(LIMITS, bytes=100)) for name in ("first", "second"))
    old = add(first, b"a" * 80)
    let_objects_rest(bucket, DAY / 8)
    machine(tmp_path / "first", bucket).use(old.record.card.id)
    with pytest.raises(StorageFull, match="no room for another network"):
        add(second, b"b" * 80)


@pytest.mark.parametrize("place", ["networks", "files"])
def test_a_network_that_is_not_what_its_id_says_is_deleted(place: str, machines: Machines, bucket: Path) -> None:
    first, second = machines
    network = add(first, b"layers")
    for path in (bucket / "own" / place).rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"a", b"b"))
    assert not is_there(second, network)
    assert is_there(second, add(first, b"layers"))


def test_what_an_interrupted_upload_has_left_is_deleted(machines: Machines, bucket: Path) -> None:
    first, second = machines
    add(first, b"layers")
    for record in (bucket / "own" / "networks").iterdir():
        (bucket / "own" / "uploads" / record.name.split(".")[1]).write_bytes(b"")
        record.unlink()
    second.expire()
    assert len(object_names(bucket)) == 3  # it may still arrive
    let_objects_rest(bucket, DAY / 2)
    second.expire()
    assert object_names(bucket) == []


def test_while_the_bucket_is_away_copies_are_used_and_all_else_is_refused(machines: Machines, bucket: Path) -> None:
    first, second = machines
    network = add(first, b"layers").record.card.id
    bucket.rename(bucket.with_name("former"))
    bucket.write_bytes(b"")
    first.use(network)
    assert first.get(network).file.path.read_bytes() == b"layers"
    assert first.expire() == {network}
    for action in (second.get, second.use, second.publish, first.delete):
        with pytest.raises(StoreUnavailable):
            action(network)
    with pytest.raises(StoreUnavailable):
        add(first, b"other")


def test_a_network_that_is_deleted_as_it_is_added_is_unknown(
    machines: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make_room_too_late(*arguments: object) -> None:
        shutil.rmtree(tmp_path / "first" / "files")

    monkeypatch.setattr(BucketFolder, "make_room", make_room_too_late)
    with pytest.raises(UnknownModel):
        add(machines[0], b"layers")


@pytest.mark.parametrize("network", ["", "own-", "own-" + "0" * 24, "../networks", "own-*"])
def test_an_unknown_id_is_said_to_be_unknown(network: str, machines: Machines) -> None:
    add(machines[0], b"layers")
    for action in (machines[0].get, machines[0].use, machines[0].publish, machines[0].unpublish):
        with pytest.raises(UnknownModel, match="deleted or has expired"):
            action(network)
    machines[0].delete(network)
