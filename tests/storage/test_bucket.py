"""A bucket answers in time or is said to be away; what opens it is named if it is missing."""

import logging
import sys
import threading
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from app.errors import StorageFull, StoreUnavailable
from app.storage import bucket as module
from app.storage.bucket import Bucket, BucketObject
from tests.work.clock import Clock


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_objects_are_written_listed_fetched_and_deleted(tmp_path: Path) -> None:
    bucket, source, copy = Bucket(f"file://{tmp_path}/bucket"), write(tmp_path / "a", "abc"), tmp_path / "copy"
    assert (bucket.find("x/a"), bucket.list("x")) == (None, [])
    bucket.put("x/a", source)
    bucket.put("x/y/b", source)
    (listed,) = bucket.list("x")
    assert listed == bucket.find("x/a")
    assert (listed.name, listed.bytes) == ("a", 3)
    assert 0 <= listed.age_s < 60
    bucket.fetch("x/a", copy, 3)
    assert copy.read_text() == "abc"
    bucket.delete("x/a")
    bucket.delete("x/a")
    assert bucket.list("x") == []
    with pytest.raises(FileNotFoundError):
        bucket.fetch("x/a", copy, 3)


def test_a_call_that_hangs_is_given_up_and_the_next_is_not_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "CALL_S", 0.05)
    bucket, ended, calls = Bucket(f"file://{tmp_path}"), threading.Event(), []

    def hang(path: str) -> None:
        calls.append(path)
        ended.wait(30)

    monkeypatch.setattr(bucket._files, "rm_file", hang)
    with caplog.at_level(logging.WARNING, "convscope"):
        for _ in range(3):
            with pytest.raises(StoreUnavailable):
                bucket.delete("a")
    ended.set()
    assert len(calls) == 1
    assert [record.getMessage() for record in caplog.records] == ["The shared store can't be used: TimeoutError."]


@pytest.mark.parametrize("is_gone", [True, False], ids=["the file has gone", "the file is there"])
def test_a_copy_that_arrives_after_it_was_given_up_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_gone: bool
) -> None:
    monkeypatch.setattr(module, "CALL_S", 0.05)
    bucket, copy, go_on, ended = Bucket(f"file://{tmp_path}"), tmp_path / "copy", threading.Event(), threading.Event()
    copy.write_text("a part")

    def hang(path: str, local: str) -> None:
        go_on.wait(30)
        Path(local).write_text("abc")

    monkeypatch.setattr(bucket._files, "get_file", hang)
    monkeypatch.setattr(bucket._slots, "release", ended.set)
    with pytest.raises(StoreUnavailable):
        bucket.fetch("x/a", copy, 3)
    if is_gone:
        copy.unlink()
    go_on.set()
    assert ended.wait(30)
    assert not copy.exists()


def test_after_a_failure_it_is_tried_again_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRY_S", 0)
    place = write(tmp_path / "bucket", "no folder")
    bucket, source = Bucket(f"file://{place}"), write(tmp_path / "a", "abc")
    with pytest.raises(StoreUnavailable) as refusal:
        bucket.put("x/a", source)
    assert str(tmp_path) not in refusal.value.message
    place.unlink()
    bucket.put("x/a", source)
    assert bucket.find("x/a")


def test_a_bucket_that_does_not_exist_is_a_failure_and_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(module.OPTIONS, "file", {"auto_mkdir": False})
    bucket = Bucket(f"file://{tmp_path}/nowhere")
    with caplog.at_level(logging.WARNING, "convscope"), pytest.raises(StoreUnavailable):
        bucket.check()
    assert [record.getMessage() for record in caplog.records] == ["The shared store can't be used: FileNotFoundError."]


def test_a_full_disk_of_this_machine_is_no_failure_of_the_bucket(tmp_path: Path) -> None:
    bucket, source = Bucket(f"file://{tmp_path}/bucket"), write(tmp_path / "a", "abc")
    bucket.put("x/a", source)
    with pytest.raises(StorageFull):
        bucket.fetch("x/a", Path("/dev/full"), 3)
    assert bucket.find("x/a")


def test_a_local_file_that_has_gone_is_no_failure_of_the_bucket(tmp_path: Path) -> None:
    bucket = Bucket(f"file://{tmp_path}/bucket")
    with pytest.raises(FileNotFoundError):
        bucket.put("x/a", tmp_path / "gone")
    assert bucket.find("x/a") is None


def test_calls_that_no_thread_could_be_started_for_take_no_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    bucket = Bucket(f"file://{tmp_path}")
    with monkeypatch.context() as busy:
        busy.setattr(threading.Thread, "start", refuse)
        for _ in range(module.CALLS):
            with pytest.raises(StoreUnavailable):
                bucket.find("a")
    monkeypatch.setattr(module, "CALL_S", 1.0)
    assert bucket.find("a") is None


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(StoreUnavailable, match=r" -m pip install '\.\[storage\]', in the folder of"):
        Bucket("s3://bucket")


def test_an_unknown_kind_of_store_is_named() -> None:
    with pytest.raises(StoreUnavailable, match="carrier-pigeon is no kind of store"):
        Bucket("carrier-pigeon://bucket")


def test_a_bucket_that_works_passes_its_check_and_keeps_nothing_of_it(tmp_path: Path) -> None:
    bucket = Bucket(f"file://{tmp_path}/bucket")
    bucket.check()
    assert bucket.list("checks") == []


@pytest.mark.parametrize(("name", "answer"), [("read", b"something else"), ("list", [])])
def test_a_bucket_that_does_not_give_back_what_was_written_fails_its_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, answer: object
) -> None:
    bucket = Bucket(f"file://{tmp_path}/bucket")
    monkeypatch.setattr(bucket, name, lambda key: answer)
    with pytest.raises(StoreUnavailable, match="can't be read back"):
        bucket.check()


@pytest.mark.parametrize("time", ["LastModified", "mtime", "modified", "created"])
@pytest.mark.parametrize("written", [datetime(2026, 7, 1, tzinfo=UTC), 1_782_864_000, 1_782_864_000.0])
def test_an_object_is_read_however_its_library_describes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, time: str, written: object
) -> None:
    bucket = Bucket(f"file://{tmp_path}/")
    asked: list[str] = []

    def describe(path: str) -> dict[str, object]:
        asked.append(path)
        return {"name": "root/folder/name", "size": 7, time: written}

    monkeypatch.setattr(bucket._files, "info", describe)
    assert bucket.find("folder/name") == BucketObject("name", 7, 1_782_864_000.0)
    assert asked == [f"{tmp_path}/folder/name"]


def test_an_object_of_which_little_is_known_is_empty_and_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = Bucket(f"file://{tmp_path}")
    listed = [
        {"name": "x/a", "size": None, "type": "file"},
        {"name": "b", "size": 5, "type": "file", "modified": None, "created": 9},
        {"name": "x/folder", "size": 0, "type": "directory"},
    ]
    monkeypatch.setattr(bucket._files, "ls", lambda path, detail: listed if detail else ())
    assert bucket.list("x") == [BucketObject("a", 0, 0.0), BucketObject("b", 5, 0.0)]
    assert BucketObject("a", 0, 0.0).age_s > 50 * 365 * 86_400


class NotedFuture(Future[Any]):
    """A result that notes how long it was waited for."""

    waits: ClassVar[list[float | None]] = []

    def result(self, timeout: float | None = None) -> Any:
        self.waits.append(timeout)
        return super().result(10)


def test_a_transfer_has_a_second_more_for_each_of_so_many_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "Future", NotedFuture)
    monkeypatch.setattr(module, "BYTES_PER_S", 2)
    NotedFuture.waits.clear()
    bucket, source = Bucket(f"file://{tmp_path}/bucket"), write(tmp_path / "a", "abcdef")
    bucket.put("x/a", source)
    bucket.fetch("x/a", tmp_path / "copy", 5)
    bucket.write("x/b", b"12345678")
    assert bucket.read("x/b") == b"12345678"
    assert NotedFuture.waits == [module.CALL_S + 3, module.CALL_S + 2.5, module.CALL_S, module.CALL_S]


def test_nothing_is_tried_for_a_while_after_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, calls = Clock(), list[str]()
    monkeypatch.setattr(module, "time", clock)
    bucket = Bucket(f"file://{tmp_path}")

    def fail(path: str) -> None:
        calls.append(path)
        raise PermissionError

    monkeypatch.setattr(bucket._files, "info", fail)
    for seconds, tried in ((0, 1), (module.RETRY_S - 0.5, 1), (0.5, 2), (0, 2)):
        clock.seconds += seconds
        with pytest.raises(StoreUnavailable) as refusal:
            bucket.find("a")
        assert refusal.value.details == {"retry_after_s": module.RETRY_S}
        assert len(calls) == tried


def test_so_many_calls_may_hang_and_the_next_waits_for_its_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CALLS", 2)
    monkeypatch.setattr(module, "CALL_S", 0.05)
    monkeypatch.setattr(module, "RETRY_S", 0)
    bucket, ended, calls = Bucket(f"file://{tmp_path}"), threading.Event(), list[str]()

    def hang(path: str) -> dict[str, object]:
        calls.append(path)
        ended.wait(30)
        return {"name": "a", "size": 1}

    monkeypatch.setattr(bucket._files, "info", hang)
    for _ in range(4):
        with pytest.raises(StoreUnavailable):
            bucket.find("a")
    assert len(calls) == 2
    ended.set()
    monkeypatch.setattr(module, "CALL_S", 10)
    assert bucket.find("a") == BucketObject("a", 1, 0)


def test_the_library_of_another_kind_of_store_is_named() -> None:
    with pytest.raises(StoreUnavailable) as refusal:
        Bucket("gs://bucket")
    library = "the one that fsspec names for gs"
    assert refusal.value.message == f"A library for the shared store is missing. Install it: {library}"
