"""The store of jobs: bounded in jobs, bytes and age, and shared by those who open the same folder."""

import errno
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from app.engine.jobs.store import RETRY_S, WAITING, JobStore, UnknownJob
from app.errors import Overloaded, StorageFull
from app.jobs.record import JobRecord, JobRequest
from app.jobs.result import JobResult
from app.jobs.strongest_cells import StrongestCells

LONG_AGO_S = 10_000


@pytest.fixture
def store(tmp_path: Path) -> JobStore:
    return JobStore(tmp_path, max_bytes=10_000, ttl_s=1_000)


def record(number: int = 0) -> JobRecord:
    return JobRecord.new(JobRequest("net", f"{number:064d}", "1" * 32), photos=3)


def complete(store: JobStore, job: JobRecord) -> None:
    store.change(job.id, lambda now: replace(now, state="complete"))


def result(channels: int = 1) -> JobResult:
    return JobResult({}, StrongestCells.empty(channels, 2), {"conv": slice(0, channels)})


def test_a_job_that_is_there_is_not_added_again(store: JobStore) -> None:
    first = store.add(record())
    assert store.add(replace(record(), created=1.0)) == first
    complete(store, first)
    assert store.add(replace(record(), done=3)).state == "complete"
    assert not store.has_unfinished()


def test_a_complete_job_whose_result_is_damaged_runs_again(store: JobStore) -> None:
    """It is asked for with what is known of its photos: of none, or of some, where the disk lost what was written."""
    complete(store, store.add(record()))
    assert store.add(replace(record(), done=2)).state == "waiting"


def test_a_failed_job_waits_again(store: JobStore, tmp_path: Path) -> None:
    job = store.add(record())
    store.change(job.id, lambda now: replace(now, state="failed", problem="It ended."))
    assert (store.add(record()).state, JobStore(tmp_path, 1, 1).get(job.id).problem) == ("waiting", None)


def test_a_job_that_goes_on_has_run_before(store: JobStore) -> None:
    job = store.add(record())
    store.change(job.id, lambda now: replace(now, state="cancelled", seconds=90.0))
    assert store.add(replace(record(), done=1)).seconds == 90.0


def test_no_more_jobs_wait_than_allowed(store: JobStore) -> None:
    for number in range(WAITING):
        store.add(record(number))
    with pytest.raises(Overloaded) as error:
        store.add(record(WAITING))
    assert error.value.details["retry_after_s"] > 0
    assert store.refused == 1
    assert store.list()[WAITING:] == ()


def test_a_job_expires_and_so_do_results_that_nobody_owns(store: JobStore, tmp_path: Path) -> None:
    job = store.add(record())
    store.write_result(job.id, result())
    store.write_result("2" * 32, result())
    complete(store, job)
    for path in tmp_path.iterdir():
        os.utime(path, (time.time() - LONG_AGO_S,) * 2)
    store.expire()
    with pytest.raises(UnknownJob):
        store.get(job.id)
    assert [path.name for path in tmp_path.iterdir() if path.name[0] != "."] == []


def test_a_job_whose_result_is_used_stays(store: JobStore, tmp_path: Path) -> None:
    jobs = [store.add(record(number)) for number in range(2)]
    for job in jobs:
        store.write_result(job.id, result())
        complete(store, job)
    for path in tmp_path.iterdir():
        os.utime(path, (time.time() - LONG_AGO_S,) * 2)
    store.use(jobs[1].id)
    store.expire()
    assert store.list() == (store.get(jobs[1].id),)


def test_a_result_larger_than_the_store_is_refused(store: JobStore) -> None:
    with pytest.raises(StorageFull):
        store.write_result(record().id, result(10_000))


def test_one_process_at_a_time_has_the_right_to_run_a_job(store: JobStore, tmp_path: Path) -> None:
    other = JobStore(tmp_path, 1, 1)
    with store.turn() as first, other.turn() as second:
        assert first is not None
        assert second is None
    with other.turn() as third:
        assert third is not None
        assert os.fstat(third).st_mode & 0o777 == 0o600, "nobody else may hold it up"


def test_what_goes_wrong_while_one_has_the_right_is_raised(store: JobStore) -> None:
    with pytest.raises(BlockingIOError, match="no more processes"), store.turn():
        raise BlockingIOError("no more processes")


def test_a_new_job_is_seen_after_a_quiet_time(store: JobStore, tmp_path: Path) -> None:
    complete(store, store.add(record()))
    os.utime(tmp_path, (time.time() - LONG_AGO_S,) * 2)
    assert not store.has_unfinished()
    JobStore(tmp_path, 10_000, 1_000).add(record(1))
    assert store.has_unfinished()


def ended(tmp_path: Path, *ages_s: float) -> list[JobRecord]:
    """Jobs that have ended with a result each, last used so many seconds ago."""
    store, jobs = JobStore(tmp_path, 1_000_000, LONG_AGO_S), list[JobRecord]()
    for number, age_s in enumerate(ages_s):
        jobs.append(store.add(record(number)))
        store.write_result(jobs[-1].id, result())
        complete(store, jobs[-1])
        for path in tmp_path.glob(f"{jobs[-1].id}.*"):
            os.utime(path, (time.time() - age_s,) * 2)
    return jobs


def size_of(tmp_path: Path, job: JobRecord) -> int:
    return sum(path.stat().st_size for path in tmp_path.glob(f"{job.id}.*"))


@pytest.mark.parametrize(("missing_bytes", "left"), [(0, [0, 2]), (1, [0])])
def test_the_least_recently_used_make_room(missing_bytes: int, left: list[int], tmp_path: Path) -> None:
    jobs = ended(tmp_path, 10, 30, 20)
    room = size_of(tmp_path, jobs[0]) + size_of(tmp_path, jobs[2]) - missing_bytes
    store = JobStore(tmp_path, room, 1_000)
    store.expire()
    assert {each.id for each in store.list()} == {jobs[number].id for number in left}


def test_there_are_no_more_jobs_than_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.engine.jobs.store.MAX_JOBS", 2)
    jobs = ended(tmp_path, 30, 10, 20)
    store = JobStore(tmp_path, 1_000_000, 1_000)
    store.expire()
    assert {each.id for each in store.list()} == {jobs[1].id, jobs[2].id}


def test_what_has_not_ended_makes_no_room_and_does_not_expire(tmp_path: Path) -> None:
    store = JobStore(tmp_path, 1, 1)
    job = store.add(record())
    store.change(job.id, lambda now: replace(now, state="running"))
    for path in tmp_path.iterdir():
        os.utime(path, (time.time() - LONG_AGO_S,) * 2)
    store.expire()
    assert store.get(job.id).state == "running"


def test_what_interrupted_writing_has_left_is_deleted_after_a_while(store: JobStore, tmp_path: Path) -> None:
    """A younger file may be one that is just being written."""
    for name, age_s in (("." + "1" * 32, RETRY_S - 20), ("." + "2" * 32, RETRY_S + 20)):
        (tmp_path / name).write_bytes(b"half of a result")
        os.utime(tmp_path / name, (time.time() - age_s,) * 2)
    store.expire()
    assert [path.name for path in tmp_path.glob(f".{'?' * 32}")] == ["." + "1" * 32]


def test_a_folder_that_has_been_quiet_is_read_once(
    store: JobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change may have the very time of the one before it, so that of a moment ago says nothing yet."""
    complete(store, store.add(record()))
    reads: list[JobStore] = []
    listed = JobStore.list

    def read(store: JobStore) -> tuple[JobRecord, ...]:
        reads.append(store)
        return listed(store)

    monkeypatch.setattr(JobStore, "list", read)
    assert [store.has_unfinished() for _ in range(2)] == [False, False]
    assert len(reads) == 2
    os.utime(tmp_path, (time.time() - LONG_AGO_S,) * 2)
    assert [store.has_unfinished() for _ in range(3)] == [False, False, False]
    assert len(reads) == 3


@pytest.mark.parametrize("is_begun", [False, True])
def test_a_full_disk_is_said_and_leaves_nothing(
    store: JobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_begun: bool
) -> None:
    """Whether it is full before a file is there or while it is written."""

    def write(path: Path, content: bytes) -> int:
        if is_begun:
            path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write)
    with pytest.raises(StorageFull):
        store.add(record())
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_what_is_not_there_has_nothing_to_run_and_can_be_deleted(tmp_path: Path) -> None:
    store = JobStore(tmp_path / "jobs", 1_000, 1_000)
    assert not store.has_unfinished()
    assert store.refused == 0
    job = store.add(record()).id
    for _ in range(2):
        store.delete(job)
    assert store.list() == ()
    store.delete("../jobs")
    store.use(job)
    assert store.result(job) is None
