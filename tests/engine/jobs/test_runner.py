"""The runner of jobs: what becomes of a job whose process can't be started."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine.jobs.process import JobProcess
from app.engine.jobs.runner import JobRunner
from app.engine.jobs.store import JobStore
from app.jobs.record import JobRecord, JobRequest
from tests.conftest import wait_until

FULL = [BlockingIOError("no more processes"), OSError("no more open files")]


@pytest.fixture(params=FULL, ids=str)
def jobs(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[JobStore]:
    """The jobs of a server that can start no process, and two that wait."""
    store = JobStore(tmp_path, 10_000, 1_000)
    for data_set in ("1" * 32, "2" * 32):
        store.add(JobRecord.new(JobRequest("net", "0" * 64, data_set), photos=3))

    def launch(record: JobRecord, descriptor: int) -> JobProcess:
        raise request.param

    runner = JobRunner(store, launch, 1)
    runner.wake()
    yield store
    runner.close(5)


def test_a_job_whose_process_can_not_be_started_fails_and_the_next_one_has_its_turn(jobs: JobStore) -> None:
    wait_until(lambda: not jobs.has_unfinished(), "both jobs end", 10)
    assert {each.state for each in jobs.list()} == {"failed"}
    assert all("could not be started" in str(each.problem) for each in jobs.list())
