"""The watched folder: files that appear are listed, those that change or go away are so no longer."""

import errno
import json
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.engine.own import watched_folder
from app.engine.own.networks import OwnNetworks
from app.engine.own.watched_folder import WatchedFolder
from app.errors import StorageFull, StoreUnavailable
from app.nets.network import Network
from app.nets.own.description import Description
from app.nets.own.incoming import IncomingFiles
from app.nets.own.name_lists import MAX_TEXT_BYTES
from app.nets.runtime import Runtime
from app.settings import read_settings
from tests.conftest import wait_until
from tests.nets.own.networks import classifier, unusable, with_external_data

NET = classifier().SerializeToString()
POLL_S = 0.05


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnNetworks]:
    networks = OwnNetworks(read_settings(data_dir=tmp_path / "data"), Runtime("cpu", "cpu", threads=1))
    yield networks
    networks.close(1)


@pytest.fixture
def folder(tmp_path: Path, own: OwnNetworks, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that is being watched."""
    monkeypatch.setattr(watched_folder, "POLL_S", POLL_S)
    path = tmp_path / "watched"
    path.mkdir()
    watcher = WatchedFolder(path, own)
    yield path
    watcher.close(5)


@pytest.fixture
def refused(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[str]]]:
    """Gives the messages on files that can't be opened."""
    with caplog.at_level(logging.WARNING, "convscope"):
        yield lambda: [record.getMessage() for record in caplog.records]


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are copied into an upload."""
    names, copy = list[str](), watched_folder._copy

    def note(path: Path, name: str, incoming: IncomingFiles) -> None:
        names.append(name)
        copy(path, name, incoming)

    monkeypatch.setattr(watched_folder, "_copy", note)
    return names


def listed(own: OwnNetworks) -> list[str]:
    return sorted(network.card.name for network in own.public())


def the_network(own: OwnNetworks) -> Network:
    """The one network that is listed, once there is one."""
    wait_until(lambda: len(listed(own)) == 1, "one network is listed", 10)
    return next(own.public())


def wait_for_another(own: OwnNetworks, first: Network) -> None:
    """Wait until one network is listed and it isn't `first`; for a moment both are."""

    def is_replaced() -> bool:
        ids = list(own.publications())
        return len(ids) == 1 and ids != [first.id]

    wait_until(is_replaced, "another takes its place", 10)
    assert listed(own) == ["net"]


def test_a_file_that_appears_is_listed_until_it_goes(own: OwnNetworks, folder: Path) -> None:
    (folder / "net.onnx").write_bytes(NET)
    assert the_network(own).card.name == "net"
    (folder / "net.onnx").unlink()
    wait_until(lambda: listed(own) == [], "nothing is listed", 10)


def test_files_beside_it_describe_it(own: OwnNetworks, folder: Path) -> None:
    (folder / "net.txt").write_text("cat\ndog\nhen\n")
    (folder / "net.json").write_text(json.dumps({"name": "Mine", "input": {"scale": 1}}))
    (folder / "other.txt").write_text("not of this network")
    (folder / "net.onnx").write_bytes(NET)
    network = the_network(own)
    assert (network.card.name, list(network.labels)) == ("Mine", ["cat", "dog", "hen"])
    assert (network.input_spec.scale, "scale" in network.card.assumed) == (1, False)


def test_a_configuration_is_named_after_the_network(own: OwnNetworks, folder: Path) -> None:
    (folder / "net.config.json").write_text(json.dumps({"id2label": {"0": "cat", "1": "dog", "2": "hen"}}))
    (folder / "config.json").write_text(json.dumps({"id2label": {"0": "x", "1": "y", "2": "z"}}))
    (folder / "net.onnx").write_bytes(NET)
    network = the_network(own)
    assert list(network.labels) == ["cat", "dog", "hen"]
    assert "config.json: id2label" in {finding.source for finding in network.card.findings}


def test_external_data_comes_along_whatever_its_name(own: OwnNetworks, folder: Path) -> None:
    model, data = with_external_data(classifier(), "weights.bin")
    (folder / "weights.bin").write_bytes(data)
    (folder / "net.onnx").write_bytes(model)
    network = the_network(own)
    assert network.weights(network.graph.layers[0].id).tobytes() == data


def test_weights_that_come_after_their_network_open_it(
    own: OwnNetworks, folder: Path, refused: Callable[[], list[str]]
) -> None:
    model, data = with_external_data(classifier(), "weights.bin")
    (folder / "net.onnx").write_bytes(model)
    wait_until(lambda: len(refused()) == 1, "it is refused without them", 10)
    (folder / "weights.bin").write_bytes(data[:100])
    wait_until(lambda: len(refused()) == 2, "it is refused with a part of them", 10)
    (folder / "weights.bin").write_bytes(data)
    network = the_network(own)
    assert network.weights(network.graph.layers[0].id).tobytes() == data


def test_weights_that_change_replace_the_network(own: OwnNetworks, folder: Path) -> None:
    model, data = with_external_data(classifier(), "weights.bin")
    (folder / "weights.bin").write_bytes(data)
    (folder / "net.onnx").write_bytes(model)
    first = the_network(own)
    (folder / "weights.bin").write_bytes(bytes(len(data)))
    wait_for_another(own, first)


def test_a_file_of_another_network_is_no_reason_to_try_again(folder: Path, refused: Callable[[], list[str]]) -> None:
    (folder / "bad.onnx").write_bytes(unusable().SerializeToString())
    (folder / "other.onnx").write_bytes(unusable().SerializeToString())
    wait_until(lambda: len(refused()) == 2, "both are refused", 10)
    (folder / "other.txt").write_text("cat")
    wait_until(lambda: len(refused()) == 3, "one of them is tried again", 10)
    time.sleep(5 * POLL_S)
    assert [message.split()[0] for message in refused()][2:] == ["other.onnx"]


def test_a_file_that_is_too_large_is_refused(own: OwnNetworks, folder: Path, refused: Callable[[], list[str]]) -> None:
    own.largest_bytes = len(NET) - 1
    (folder / "net.onnx").write_bytes(NET)
    wait_until(lambda: bool(refused()), "it is refused", 10)
    assert "The network's files have more than 0 MB." in refused()[0]


def test_weights_count_before_they_are_copied(
    own: OwnNetworks, folder: Path, refused: Callable[[], list[str]], copied: list[str]
) -> None:
    model, data = with_external_data(classifier(), "weights.bin")
    own.largest_bytes = len(model) + len(data) - 1
    (folder / "weights.bin").write_bytes(data)
    (folder / "net.onnx").write_bytes(model)
    wait_until(lambda: bool(refused()), "it is refused", 10)
    assert "The network's files have more than 0 MB." in refused()[0]
    assert copied == []


def test_files_beside_it_that_nobody_reads_are_not_copied(own: OwnNetworks, folder: Path, copied: list[str]) -> None:
    for name in ("net.pt", "net.tar.gz", "net.labels.txt"):
        (folder / name).write_text("cat\ndog\nhen\n")
    (folder / "net.names").write_bytes(b"x" * (MAX_TEXT_BYTES + 1))
    (folder / "net.onnx").write_bytes(NET)
    assert list(the_network(own).labels) == ["cat", "dog", "hen"]
    assert copied == ["net.onnx", "labels.txt"]


@pytest.mark.parametrize(("place", "step"), [(watched_folder, "_copy"), (OwnNetworks, "publish")])
@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space left"), StorageFull("There is no room.")])
def test_a_full_disk_is_logged_once_and_the_file_opened_when_there_is_room(
    place: Any, step: str, failure: Exception, own: OwnNetworks, folder: Path, refused: Callable[[], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    failures, work = [failure] * 3, getattr(place, step)

    def fail_at_first(*arguments: Any) -> Any:
        if failures:
            raise failures.pop()
        return work(*arguments)

    monkeypatch.setattr(watched_folder, "RETRY_S", 0)
    monkeypatch.setattr(place, step, fail_at_first)
    (folder / "net.onnx").write_bytes(NET)
    assert the_network(own).card.name == "net"
    (message,) = refused()
    assert message.startswith("net.onnx in the watched folder can't be opened for now.")


def test_after_a_full_disk_the_next_copy_waits(own: OwnNetworks, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def fail(path: Path, *arguments: Any) -> None:
        tried.append(path.name)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(watched_folder, "_copy", fail)
    (folder / "net.onnx").write_bytes(NET)
    wait_until(lambda: bool(tried), "it is tried", 10)
    time.sleep(5 * POLL_S)
    assert tried == ["net.onnx"]


def test_a_file_that_changes_replaces_what_it_was(own: OwnNetworks, folder: Path) -> None:
    (folder / "net.onnx").write_bytes(NET)
    first = the_network(own)
    (folder / "net.onnx").write_bytes(classifier(2).SerializeToString())
    wait_for_another(own, first)
    second = the_network(own)
    (folder / "net.txt").write_text("cat\ndog\nhen")
    wait_for_another(own, second)
    assert list(the_network(own).labels) == ["cat", "dog", "hen"]


def test_a_file_that_is_still_written_waits(own: OwnNetworks, folder: Path) -> None:
    with (folder / "net.onnx").open("wb") as file:
        for begin in range(0, len(NET), 60):
            file.write(NET[begin : begin + 60])
            file.flush()
            assert listed(own) == []
            time.sleep(POLL_S / 2)
    assert the_network(own).card.bytes == len(NET)


def test_a_file_that_can_t_be_opened_is_logged_once(
    own: OwnNetworks, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "convscope"):
        (folder / "bad.onnx").write_bytes(unusable().SerializeToString())
        (folder / "good.onnx").write_bytes(NET)
        assert the_network(own).card.name == "good"
        time.sleep(5 * POLL_S)
    (message,) = [record.getMessage() for record in caplog.records if "bad.onnx" in record.getMessage()]
    assert "does not take numbers" in message
    assert str(folder) not in message


def test_what_went_while_no_one_watched_is_removed(tmp_path: Path, own: OwnNetworks, folder: Path) -> None:
    gone, elsewhere = (add(own, name) for name in ("gone", "elsewhere"))
    own.publish(gone, str(folder / "gone.onnx"))
    own.publish(elsewhere, "")
    wait_until(lambda: listed(own) == ["elsewhere"], "the one whose file has gone is removed", 10)


def test_a_link_that_leads_nowhere_is_no_file(own: OwnNetworks, folder: Path) -> None:
    (folder / "circle.onnx").symlink_to(folder / "circle.onnx")
    (folder / "net.onnx").write_bytes(NET)
    assert the_network(own).card.name == "net"


def test_a_folder_that_is_not_there_removes_nothing_and_is_logged_once(
    own: OwnNetworks, folder: Path, refused: Callable[[], list[str]]
) -> None:
    (folder / "net.onnx").write_bytes(NET)
    network = the_network(own)
    folder.rename(folder.with_name("unmounted"))
    wait_until(lambda: bool(refused()), "the log says so", 10)
    time.sleep(5 * POLL_S)
    assert list(own.public()) == [network]
    assert refused() == ["The watched folder can't be read: No such file or directory."]


@pytest.mark.parametrize("failing", ["add", "publish", "publications"])
def test_it_goes_on_once_a_bucket_answers_again(
    failing: str, own: OwnNetworks, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, failures = getattr(own, failing), [StoreUnavailable("The shared store does not answer.")] * 2

    def fail_at_first(*arguments: Any) -> Any:
        if failures:
            raise failures.pop()
        return call(*arguments)

    monkeypatch.setattr(own, failing, fail_at_first)
    (folder / "net.onnx").write_bytes(NET)
    assert the_network(own).card.name == "net"
    assert not failures


def add(own: OwnNetworks, name: str) -> str:
    """Open a network of this name; gives its id."""

    with own.incoming(None) as incoming:
        with incoming.create(f"{name}.onnx") as file:
            file.write(NET)
        return own.add(incoming, Description({})).result().network.id
