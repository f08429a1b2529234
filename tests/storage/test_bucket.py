"""A bucket answers in time or is said to be away; what opens it is named if it is missing."""

import logging
import sys
import threading
from pathlib import Path

import pytest

from app.errors import StorageFull, StoreUnavailable
from app.storage import bucket as module
from app.storage.bucket import Bucket


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
