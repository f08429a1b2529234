"""The store has own networks by their ids, each file once, within its limits."""

import errno
import hashlib
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import StorageFull, UnknownModel
from app.nets.own.layout import OwnNetworkFolder
from app.nets.own.store import OwnNetworkStore
from tests.nets.own.networks import DAY, LIMITS, add, is_there, let_rest, stored_bytes

HOUR = 3_600


@pytest.fixture
def store(tmp_path: Path) -> OwnNetworkStore:
    return OwnNetworkStore(tmp_path, LIMITS)


def test_a_network_is_returned_as_it_was_added(store: OwnNetworkStore) -> None:
    added = add(store, b"layers", "Net", weights=b"numbers")
    network = store.get(added.record.card.id)
    assert network.record == added.record
    assert network.file.path.read_bytes() == b"layers"
    assert (network.file.path.parent / "weights").read_bytes() == b"numbers"
    assert network.expires_at == pytest.approx(time.time() + DAY, abs=5)


def test_it_survives_a_restart(tmp_path: Path) -> None:
    added = add(OwnNetworkStore(tmp_path, LIMITS), b"layers")
    assert OwnNetworkStore(tmp_path, LIMITS).get(added.record.card.id).record == added.record


def test_the_same_network_again_is_renewed(store: OwnNetworkStore, tmp_path: Path) -> None:
    first = add(store, b"layers")
    let_rest(tmp_path, first, DAY / 2)
    second = add(store, b"layers")
    assert second.record == first.record
    assert len(list((tmp_path / "networks").iterdir())) == 1
    assert store.get(first.record.card.id).expires_at == pytest.approx(time.time() + DAY, abs=5)


def test_two_networks_share_a_file_until_the_last_has_gone(store: OwnNetworkStore, tmp_path: Path) -> None:
    one, other = add(store, b"layers", "One"), add(store, b"layers", "Other")
    assert one.record.card.id != other.record.card.id
    assert one.file == other.file
    store.delete(one.record.card.id)
    assert not is_there(store, one)
    assert is_there(store, other)
    store.delete(other.record.card.id)
    assert stored_bytes(tmp_path) == 0


def test_the_file_is_named_by_the_hash_of_all_its_parts(store: OwnNetworkStore) -> None:
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in {"network.onnx": b"a", "w": b"b"}.items()}
    listed = "".join(f"{digest} {name}\n" for name, digest in digests.items())
    assert add(store, b"a", w=b"b").file.id == hashlib.sha256(listed.encode()).hexdigest()
    assert add(store, b"a", w=b"c").file.id != add(store, b"a", v=b"b").file.id


def test_an_upload_that_is_not_placed_leaves_nothing(store: OwnNetworkStore, tmp_path: Path) -> None:
    with store.incoming() as incoming, incoming.create("net.onnx") as file:
        file.write(b"layers")
    assert list((tmp_path / "incoming").iterdir()) == []


def test_a_file_that_no_network_uses_can_be_discarded(store: OwnNetworkStore, tmp_path: Path) -> None:
    used = add(store, b"used")
    with store.incoming() as incoming:
        with incoming.create("net.onnx") as file:
            file.write(b"broken")
        placed = store.place(incoming.model, ())
    store.discard(placed)
    store.discard(used.file)
    assert stored_bytes(tmp_path) == len(b"used")


@pytest.mark.parametrize(
    "network", ["", "own-", "own-" + "0" * 24, "own-" + "g" * 24, "own-" + "0" * 23, "../networks", "*", "own-*"]
)
def test_an_unknown_id_is_said_to_be_unknown(store: OwnNetworkStore, network: str) -> None:
    add(store, b"layers")
    for action in (store.get, store.use, store.publish, store.unpublish):
        with pytest.raises(UnknownModel, match="deleted or has expired"):
            action(network)
    store.delete(network)


def test_a_network_expires_a_while_after_its_last_use(store: OwnNetworkStore, tmp_path: Path) -> None:
    old, used, new = (add(store, name.encode(), name) for name in ("old", "used", "new"))
    for network, seconds in ((old, DAY + 1), (used, DAY - 10), (new, 0)):
        let_rest(tmp_path, network, seconds)
    assert not is_there(store, old)
    store.use(used.record.card.id)
    let_rest(tmp_path, old, DAY + 1)
    assert store.expire() == {used.record.card.id, new.record.card.id}
    assert stored_bytes(tmp_path) == len(b"usednew")


def test_the_least_recently_used_make_room(tmp_path: Path) -> None:
    store = OwnNetworkStore(tmp_path, replace(LIMITS, bytes=100))
    networks = [add(store, bytes([number]) * 30, str(number)) for number in range(3)]
    for hours, network in zip((3, 5, 4), networks, strict=True):
        let_rest(tmp_path, network, hours * HOUR)
    added = add(store, b"x" * 40)
    assert [is_there(store, network) for network in (*networks, added)] == [True, False, True, True]
    assert stored_bytes(tmp_path) <= 100


def test_no_more_networks_make_room_than_have_to(tmp_path: Path) -> None:
    store = OwnNetworkStore(tmp_path, replace(LIMITS, bytes=100, networks=5))
    sharing = [add(store, b"a" * 60, name) for name in ("one", "other")]
    single, small = add(store, b"b" * 30), add(store, b"c" * 10)  # together they have exactly what there is
    for hours, network in zip((5, 4, 3, 2), (*sharing, single, small), strict=True):
        assert is_there(store, network)
        let_rest(tmp_path, network, hours * HOUR)
    large = [add(store, b"d" * 60, "0")]  # which needs the file of both that share one, and no more
    assert [is_there(store, network) for network in (*sharing, single, small)] == [False, False, True, True]
    large += [add(store, b"d" * 60, str(number)) for number in (1, 2)]
    assert is_there(store, single)
    large += [add(store, b"d" * 60, "3")]  # one too many
    assert [is_there(store, network) for network in (single, small, *large)] == [False, True, *[True] * 4]


def test_what_is_in_use_makes_no_room(tmp_path: Path) -> None:
    store = OwnNetworkStore(tmp_path, replace(LIMITS, bytes=100))
    network = add(store, b"a" * 80)
    with pytest.raises(StorageFull, match="no room for another network"):
        add(store, b"b" * 80)
    assert is_there(store, network)
    let_rest(tmp_path, network, HOUR + 10)
    add(store, b"b" * 80)
    assert not is_there(store, network)


def test_the_number_of_networks_is_limited(tmp_path: Path) -> None:
    store = OwnNetworkStore(tmp_path, replace(LIMITS, networks=2))
    first = add(store, b"layers", "0")
    add(store, b"layers", "1")
    add(store, b"layers", "1")
    let_rest(tmp_path, first, 2 * HOUR)
    with pytest.raises(StorageFull):  # the oldest has the same file, which is about to be used
        add(store, b"layers", "2")
    add(store, b"other", "2")
    assert not is_there(store, first)


def test_a_network_larger_than_the_store_is_refused(tmp_path: Path) -> None:
    store = OwnNetworkStore(tmp_path, replace(LIMITS, bytes=100))
    with pytest.raises(StorageFull):
        add(store, b"a" * 101)
    assert stored_bytes(tmp_path) == 0


def test_a_public_network_neither_expires_nor_makes_room(tmp_path: Path) -> None:
    store = OwnNetworkStore(tmp_path, replace(LIMITS, bytes=100))
    network = add(store, b"a" * 80)
    store.publish(network.record.card.id, "lecture")
    let_rest(tmp_path, network, 10 * DAY)
    with pytest.raises(StorageFull):
        add(store, b"b" * 80)
    assert store.expire() == {network.record.card.id}
    assert store.get(network.record.card.id).is_public
    assert store.public() == {network.record.card.id: "lecture"}


def test_a_publication_can_be_taken_back(store: OwnNetworkStore, tmp_path: Path) -> None:
    network = add(store, b"layers")
    store.publish(network.record.card.id)
    let_rest(tmp_path, network, 10 * DAY)
    store.unpublish(network.record.card.id)
    assert store.public() == {}
    assert store.get(network.record.card.id).expires_at == pytest.approx(time.time() + DAY, abs=5)


def test_a_deleted_network_is_no_longer_public(store: OwnNetworkStore) -> None:
    network = add(store, b"layers")
    store.publish(network.record.card.id)
    store.delete(network.record.card.id)
    assert store.public() == {}


def test_a_mark_or_record_that_the_disk_has_no_room_for_leaves_nothing(
    store: OwnNetworkStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_the_disk(path: Path, *_: object) -> None:
        path.write_bytes(b"")
        raise OSError(errno.ENOSPC, "No space left on device")

    network = add(store, b"layers")
    monkeypatch.setattr(Path, "write_text", fill_the_disk)
    with pytest.raises(StorageFull):
        store.publish(network.record.card.id, "the watched folder")
    with pytest.raises(StorageFull):
        add(store, b"layers", "Another")
    assert store.public() == {}
    assert list((tmp_path / "incoming").iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"{", b'{"card": {}}'])
def test_a_damaged_record_is_an_unknown_network(store: OwnNetworkStore, tmp_path: Path, content: bytes) -> None:
    network = add(store, b"layers")
    (record,) = (tmp_path / "networks").iterdir()
    record.write_bytes(content)
    assert not is_there(store, network)
    assert is_there(store, add(store, b"layers"))


def test_others_may_delete_the_file_and_it_can_be_sent_again(store: OwnNetworkStore) -> None:
    network = add(store, b"layers")
    network.file.path.unlink()
    assert not is_there(store, network)
    assert is_there(store, add(store, b"layers"))


def test_the_file_of_a_record_that_others_have_deleted_goes_with_it(store: OwnNetworkStore, tmp_path: Path) -> None:
    add(store, b"layers")
    folder = OwnNetworkFolder(tmp_path)
    (entry,) = folder.entries()
    entry.path.unlink()
    folder.remove(entry)
    assert not folder.model_path(entry.file).exists()


def test_a_file_whose_deletion_was_interrupted_can_be_sent_again(store: OwnNetworkStore) -> None:
    network = add(store, b"layers", weights=b"numbers")
    network.file.path.unlink()
    again = add(store, b"layers", weights=b"numbers")
    assert (again.file, again.file.path.read_bytes()) == (network.file, b"layers")


def test_what_interrupted_uploads_left_is_deleted_after_a_while(store: OwnNetworkStore, tmp_path: Path) -> None:
    for name, seconds in (("old", 2 * HOUR), ("young", 60)):
        folder = tmp_path / "incoming" / name
        folder.mkdir()
        (folder / "net.onnx").write_bytes(b"part")
        for path in (folder / "net.onnx", folder):
            os.utime(path, (time.time() - seconds,) * 2)
    store.expire()
    assert [path.name for path in (tmp_path / "incoming").iterdir()] == ["young"]
