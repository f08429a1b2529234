"""The weight store: what is installed is checked, what is partial is kept, and one process writes at a time."""

import errno
import shutil
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.errors import Cancelled, PullFailed, StorageFull
from app.nets.weights.store import RESERVE_BYTES, PartialFile, WeightStore, WrongBytes
from app.work.stop import Stop
from tests.mirrors import original_of

CONTENT = bytes(range(256)) * 10
WEIGHTS = original_of(CONTENT).require_weights()
ADDRESS = "https://mirror.example/vgg16.onnx"


def fill(store: WeightStore, content: bytes) -> None:
    with store.partial_file("vgg16", WEIGHTS, Stop(), lambda: None) as part:
        part.begin(ADDRESS, None)
        part.path.write_bytes(content)
        store.install("vgg16", WEIGHTS, part)


def test_a_complete_file_is_moved_to_its_place(tmp_path: Path) -> None:
    store = WeightStore(tmp_path)
    assert not store.has_weights("vgg16", WEIGHTS)
    fill(store, CONTENT)
    assert store.has_weights("vgg16", WEIGHTS)
    assert store.is_intact("vgg16", WEIGHTS)
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".lock"] == ["vgg16.onnx"]


def test_what_was_left_of_other_weights_of_the_network_goes(tmp_path: Path) -> None:
    for name in ("vgg16.0123.part", "vgg16.0123.part.from", "vgg19.0123.part"):
        (tmp_path / name).write_bytes(b"old")
    fill(WeightStore(tmp_path), CONTENT)
    assert {path.name for path in tmp_path.iterdir() if path.suffix != ".lock"} == {"vgg16.onnx", "vgg19.0123.part"}


@pytest.mark.parametrize("content", [CONTENT[:-1], bytes(len(CONTENT)), b""], ids=["short", "wrong", "empty"])
def test_a_file_that_is_not_what_was_published_is_removed(tmp_path: Path, content: bytes) -> None:
    store = WeightStore(tmp_path)
    with pytest.raises(WrongBytes, match="SHA-256"):
        fill(store, content)
    assert [path for path in tmp_path.iterdir() if path.suffix != ".lock"] == []


def test_a_damaged_file_of_the_right_size_is_not_intact(tmp_path: Path) -> None:
    store = WeightStore(tmp_path)
    fill(store, CONTENT)
    store.path("vgg16").write_bytes(bytes(len(CONTENT)))
    assert store.has_weights("vgg16", WEIGHTS)
    assert not store.is_intact("vgg16", WEIGHTS)


def test_a_partial_file_has_the_entity_tag_of_its_own_address_alone(tmp_path: Path) -> None:
    part = PartialFile(tmp_path / "x.part")
    assert (part.size, part.etag(ADDRESS)) == (0, None)
    part.begin(ADDRESS, '"one"')
    with part.append() as file:
        file.write(b"begin")
    assert (part.size, part.etag(ADDRESS), part.etag("https://other.example/x")) == (5, '"one"', None)
    part.remove()
    assert list(tmp_path.iterdir()) == []


def test_waiting_for_another_process_is_reported_and_can_be_stopped(tmp_path: Path) -> None:
    store, stop, waiting = WeightStore(tmp_path), Stop(), threading.Event()

    def report_waiting() -> None:
        waiting.set()
        stop.set(Cancelled("Nobody waits."))

    with (
        store.partial_file("vgg16", WEIGHTS, Stop(), lambda: None),
        pytest.raises(Cancelled),
        store.partial_file("vgg16", WEIGHTS, stop, report_waiting),
    ):
        pass
    assert waiting.is_set()


def write_half_and_fail(store: WeightStore, error: OSError) -> None:
    with store.partial_file("vgg16", WEIGHTS, Stop(), lambda: None) as part:
        part.path.write_bytes(b"half")
        raise error


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(PullFailed, match="can't be written"):
        fill(WeightStore(tmp_path / "file" / "networks"), CONTENT)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_up_keeps_what_has_arrived(tmp_path: Path, code: int) -> None:
    with pytest.raises(StorageFull, match="Free some space"):
        write_half_and_fail(WeightStore(tmp_path), OSError(code, "no space"))
    assert [path.read_bytes() for path in tmp_path.glob("*.part")] == [b"half"]


@pytest.mark.parametrize("lacking", [0, 1])
def test_what_is_missing_and_a_reserve_fit_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lacking: int
) -> None:
    part = PartialFile(tmp_path / "x.part")
    part.path.write_bytes(bytes(1000))
    needed = len(CONTENT) - 1000 + RESERVE_BYTES
    free = needed - lacking
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    if not lacking:
        WeightStore(tmp_path).require_space(WEIGHTS, part)
        return
    with pytest.raises(StorageFull) as refusal:
        WeightStore(tmp_path).require_space(WEIGHTS, part)
    assert refusal.value.details == {"free_bytes": free, "needed_bytes": needed}
    assert refusal.value.message == "The disk has 64 MB free; the weights and a reserve need 64 MB."
