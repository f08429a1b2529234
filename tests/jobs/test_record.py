"""Records of jobs: the same question is the same job, and a record outlives its server."""

from dataclasses import replace

import pytest

from app.errors import InvalidRequest
from app.jobs.record import JobRecord, JobRequest

REQUEST = JobRequest("squeezenet1_1", "0" * 64, "1" * 32, 9)


def test_the_id_depends_on_all_that_the_result_depends_on() -> None:
    others = [
        replace(REQUEST, fingerprint="2" * 64),
        replace(REQUEST, data_set="2" * 32),
        replace(REQUEST, strongest=4),
    ]
    assert len({REQUEST.id, *(each.id for each in others)}) == 4
    assert JobRequest("squeezenet1_1", "0" * 64, "1" * 32).id == REQUEST.id


def test_a_record_is_read_as_it_was_written() -> None:
    record = replace(JobRecord.new(REQUEST, 12), state="failed", done=3, problem="It ended.")
    assert JobRecord.decode(record.encode()) == record


def test_a_new_record_waits_and_nothing_is_done() -> None:
    record = JobRecord.new(REQUEST, 12)
    assert (record.photos, record.done, record.attempts, record.seconds, record.problem) == (12, 0, 0, 0, None)
    assert (record.id, record.is_ended) == (REQUEST.id, False)


def test_a_job_that_has_ended_is_not_cancelled() -> None:
    record = JobRecord.new(REQUEST, 12)
    assert (record.cancelled().state, record.cancelled().is_ended) == ("cancelled", True)
    done = replace(record, state="complete")
    assert done.is_ended
    assert done.cancelled() is done


@pytest.mark.parametrize("strongest", [0, 26])
def test_no_more_photos_of_a_channel_than_a_page_has_room_for(strongest: int) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        replace(REQUEST, strongest=strongest)
    assert refusal.value.message == "The strongest 1 to 25 photos of each channel can be asked for."
    assert refusal.value.details == {"max_k": 25}
    assert {replace(REQUEST, strongest=each).strongest for each in (1, 25)} == {1, 25}
