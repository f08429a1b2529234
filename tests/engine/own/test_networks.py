"""Own networks: opened from files, the same again for the same files, forgotten when they have gone."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.engine.own.networks import OwnNetwork, OwnNetworks, is_own
from app.errors import InvalidRequest, NetworkError, NotAvailable, Overloaded, SandboxUnavailable, UnknownModel
from app.nets.own.description import Description
from app.nets.runtime import Runtime
from app.settings import read_settings
from tests.conftest import wait_until
from tests.nets.own.networks import classifier, unusable, with_external_data
from tests.sandbox.hostile.graphs import nested_branches

CPU = Runtime("cpu", "cpu", threads=1)
NET = classifier().SerializeToString()


def start(folder: Path, **settings: Any) -> OwnNetworks:
    return OwnNetworks(read_settings(data_dir=folder, **settings), CPU)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnNetworks]:
    networks = start(tmp_path)
    yield networks
    networks.close(1)


def add(own: OwnNetworks, files: dict[str, bytes], labels: tuple[str, ...] = (), **card: Any) -> OwnNetwork:
    with own.incoming(None) as incoming:
        for name, content in files.items():
            with incoming.create(name) as file:
                file.write(content)
        return own.add(incoming, Description(card, labels)).result()


def stored_files(folder: Path) -> list[str]:
    """Their names; a folder may be deleted meanwhile."""
    return sorted(name for _, _, names in os.walk(folder / "own" / "files") for name in names)


def test_a_file_alone_becomes_a_network(own: OwnNetworks) -> None:
    network = add(own, {"my net.onnx": NET}).network
    assert is_own(network.id)
    assert (network.card.name, network.classes) == ("my net", 3)
    assert [layer.op for layer in network.graph.layers] == ["Conv", "Relu", "GlobalAveragePool", "Flatten"]
    assert own.get(network.id) is network


def test_the_same_files_are_the_same_network_and_others_another(own: OwnNetworks) -> None:
    first = add(own, {"net.onnx": NET}).network
    assert add(own, {"net.onnx": NET}).network is first
    others = (
        add(own, {"net.onnx": classifier(2).SerializeToString()}),
        add(own, {"net.onnx": NET}, ("a", "b", "c")),
        add(own, {"net.onnx": NET}, input={"scale": 1.0}),
    )
    assert len({first.id, *(other.network.id for other in others)}) == 4


def test_what_the_user_says_counts(own: OwnNetworks) -> None:
    fields = {"scale": 1.0, "mean": [1, 2, 3], "std": [4, 5, 6], "resize": {"rule": "letterbox"}}
    network = add(own, {"net.onnx": NET}, ("cat", "dog", "hen"), name="Mine", licence="MIT", input=fields).network
    assert (network.card.name, network.card.licence, list(network.labels)) == ("Mine", "MIT", ["cat", "dog", "hen"])
    assert (network.input_spec.mean, network.input_spec.std) == ((1, 2, 3), (4, 5, 6))
    assert not {"scale", "mean", "std", "resize"} & {*network.card.assumed}


def test_external_data_comes_along_and_what_is_not_used_does_not(own: OwnNetworks, tmp_path: Path) -> None:
    model, data = with_external_data(classifier(), "net.onnx.data")
    network = add(own, {"net.onnx": model, "net.onnx.data": data, "notes.txt": b"hello"}).network
    assert network.weights(network.graph.layers[0].id).shape == (3, 3, 3, 3)
    assert stored_files(tmp_path) == ["net.onnx.data", "network.onnx"]


def test_external_data_counts_for_the_id(own: OwnNetworks) -> None:
    model, data = with_external_data(classifier(), "data")
    one, other = (add(own, {"net.onnx": model, "data": content}).network for content in (data, data[::-1]))
    assert one.card.sha256 == other.card.sha256
    assert one.id != other.id


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"net.onnx": b""}, "empty"),
        ({"net.onnx": b"nothing"}, "ONNX"),
        ({"net.onnx": NET[:-40]}, "broken"),
        ({"net.onnx": unusable().SerializeToString()}, "does not take numbers"),
        ({"net.onnx": with_external_data(classifier(), "data")[0]}, "missing"),
        ({"net.onnx": with_external_data(classifier(), "../data")[0], "data": bytes(324)}, "outside"),
        ({"net.txt": NET}, "no file whose name ends in .onnx"),
    ],
)
def test_a_file_that_can_t_be_used_is_refused_and_leaves_nothing(
    own: OwnNetworks, tmp_path: Path, files: dict[str, bytes], words: str
) -> None:
    with pytest.raises(NetworkError, match=words) as refusal:
        add(own, files)
    assert str(tmp_path) not in refusal.value.message
    assert stored_files(tmp_path) == []
    assert list((tmp_path / "own" / "incoming").iterdir()) == []


def test_networks_that_branch_need_a_sandbox(tmp_path: Path) -> None:
    """What branches may loop without end, and only a process of its own can be ended."""
    files = {"net.onnx": nested_branches(2).SerializeToString()}
    off, best = (start(tmp_path / sandbox, sandbox=sandbox) for sandbox in ("off", "best"))
    with pytest.raises(NetworkError, match="only a sandbox allows"):
        add(off, files)
    assert [layer.op for layer in add(best, files).network.graph.layers] == ["Relu"]
    off.close(1)
    best.close(1)


def test_labels_that_do_not_fit_are_refused(own: OwnNetworks, tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="3 scores, the labels name 2 classes"):
        add(own, {"net.onnx": NET}, ("cat", "dog"))
    assert stored_files(tmp_path) == []


def test_another_input_is_another_network_of_the_same_file(own: OwnNetworks, tmp_path: Path) -> None:
    first = add(own, {"net.onnx": NET}, ("cat", "dog", "hen")).network
    other = own.with_input(first.id, {"mean": [1, 1, 1]}).result().network
    assert other.id != first.id
    assert (other.input_spec.mean, other.input_spec.std) == ((1, 1, 1), first.input_spec.std)
    assert list(other.labels) == ["cat", "dog", "hen"]
    assert "mean" not in other.card.assumed
    assert stored_files(tmp_path) == ["network.onnx"]
    own.delete(first.id)
    assert own.get(other.id) is other


def test_an_input_that_does_not_fit_the_file_is_refused_and_the_file_stays(own: OwnNetworks) -> None:
    first = add(own, {"net.onnx": NET}).network
    with pytest.raises(InvalidRequest, match="mean"):
        own.with_input(first.id, {"mean": [1]}).result()
    with pytest.raises(NetworkError, match="8 x 8"):
        own.with_input(first.id, {"width": 9}).result()
    assert own.get(first.id) is first


def test_networks_survive_a_restart(own: OwnNetworks, tmp_path: Path) -> None:
    before = add(own, {"net.onnx": NET}, ("cat", "dog", "hen")).network
    after = start(tmp_path).get(before.id)
    assert (after.fingerprint, after.card, list(after.labels)) == (before.fingerprint, before.card, list(before.labels))


def test_a_deleted_network_is_unknown(own: OwnNetworks, tmp_path: Path) -> None:
    network = add(own, {"net.onnx": NET}).network
    own.delete(network.id)
    for find in (own.get, own.describe, own.delete, own.publish):
        with pytest.raises(UnknownModel):
            find(network.id)
    assert stored_files(tmp_path) == []


def test_a_network_that_another_process_deletes_is_soon_unknown(tmp_path: Path) -> None:
    one, other = start(tmp_path, own_networks_ttl_s=4), start(tmp_path)
    network = add(one, {"net.onnx": NET}).network
    other.remove(network.id)

    def is_unknown() -> bool:
        try:
            one.get(network.id)
        except UnknownModel:
            return True
        return False

    wait_until(is_unknown, "the network is unknown", 5)


def test_a_network_expires(tmp_path: Path) -> None:
    own = start(tmp_path, own_networks_ttl_s=0.8)
    network = add(own, {"net.onnx": NET})
    assert network.expires_at == pytest.approx(time.time() + 0.8, abs=0.5)
    wait_until(lambda: stored_files(tmp_path) == [], "the file is deleted", 10)
    with pytest.raises(UnknownModel):
        own.get(network.network.id)


def test_a_use_makes_it_expire_later_and_a_look_does_not(tmp_path: Path) -> None:
    own = start(tmp_path)
    added = add(own, {"net.onnx": NET})
    (record,) = (tmp_path / "own" / "networks").iterdir()
    os.utime(record, (time.time() - 1_000,) * 2)
    looked = own.describe(added.network.id).expires_at
    assert looked == pytest.approx((added.expires_at or 0) - 1_000, abs=5)
    own.get(added.network.id)
    assert own.describe(added.network.id).expires_at == pytest.approx(added.expires_at, abs=5)


def test_only_public_networks_are_listed(own: OwnNetworks) -> None:
    network = add(own, {"net.onnx": NET}).network
    assert list(own.public()) == []
    assert own.publish(network.id, "lecture").expires_at is None
    assert list(own.public()) == [network]
    assert own.publications() == {network.id: "lecture"}
    with pytest.raises(NotAvailable, match="Take the publication back"):
        own.delete(network.id)
    assert own.unpublish(network.id).expires_at
    assert list(own.public()) == []


class Refusing:
    """A source of runtimes that refuses them from now on."""

    def __init__(self) -> None:
        self.is_refusing = False

    def for_network(self) -> Runtime:
        if self.is_refusing:
            raise SandboxUnavailable("Networks of your own are refused here.")
        return CPU


def test_without_a_runtime_nothing_is_opened_listed_or_stored(tmp_path: Path) -> None:
    runtimes = Refusing()
    settings = read_settings(data_dir=tmp_path)
    network = add(OwnNetworks(settings, runtimes), {"net.onnx": NET}).network
    own = OwnNetworks(settings, runtimes)
    own.publish(network.id)
    assert [each.id for each in own.public()] == [network.id]
    runtimes.is_refusing = True
    after = OwnNetworks(settings, runtimes)
    assert list(after.public()) == []
    with pytest.raises(SandboxUnavailable):
        after.require_runtime()
    with pytest.raises(SandboxUnavailable):
        add(after, {"net.onnx": classifier(2).SerializeToString()})
    assert stored_files(tmp_path) == ["network.onnx"]


def test_uploads_are_limited_by_the_bytes_that_arrive(tmp_path: Path) -> None:
    own = start(tmp_path, own_network_max_bytes=1_000_000)
    with own.incoming(1_000_000), own.incoming(None), own.incoming(1_900_000):
        with own.incoming(100_000):
            pass
        with pytest.raises(Overloaded), own.incoming(200_000):
            pass
    with own.incoming(None):
        pass


def test_a_record_has_no_path(own: OwnNetworks, tmp_path: Path) -> None:
    add(own, {"net.onnx": NET})
    (record,) = (tmp_path / "own" / "networks").iterdir()
    assert str(tmp_path) not in json.dumps(json.loads(record.read_text()))
