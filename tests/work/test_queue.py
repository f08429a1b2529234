"""Which waiting job runs next: clients take turns, what is in memory goes first, nothing is prepared twice."""

import pytest

from app.work import queue
from app.work.queue import PREPARED_IN_A_ROW, Job, JobQueue


def job(key: str, client: str = "", source: str | None = None) -> Job:
    return Job(key, lambda stop: key, source, client)


def queue_of(*jobs: Job, prepared: frozenset[str] = frozenset(), most_per_client: int = 100) -> JobQueue:
    queue = JobQueue(prepared.__contains__, most_per_client)
    for each in jobs:
        queue.append(each)
    return queue


def drained(queue: JobQueue) -> list[object]:
    """The keys in the order in which they run, one at a time."""
    keys = []
    while (next_job := queue.pop(())) is not None:
        keys.append(next_job.key)
    return keys


def test_jobs_of_one_client_run_in_the_order_in_which_they_came() -> None:
    assert drained(queue_of(job("a"), job("b"), job("c"))) == ["a", "b", "c"]


def test_clients_take_turns() -> None:
    many = [job(f"a{number}", "a") for number in range(3)]
    assert drained(queue_of(*many, job("b0", "b"), job("b1", "b"))) == ["a0", "b0", "a1", "b1", "a2"]


def test_who_came_last_long_ago_is_as_new_as_one_who_never_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "CLIENTS_REMEMBERED", 2)
    waiting = queue_of(job("a0", "a"), job("b0", "b"), job("c0", "c"))
    assert drained(waiting) == ["a0", "b0", "c0"]  # of three clients the last two are remembered
    for each in (job("b1", "b"), job("c1", "c"), job("a1", "a")):
        waiting.append(each)
    assert drained(waiting) == ["a1", "b1", "c1"]


def test_what_is_in_memory_is_used_first() -> None:
    queue = queue_of(job("cold", source="x"), job("warm", source="y"), prepared=frozenset({"y"}))
    assert drained(queue) == ["warm", "cold"]


def test_a_job_that_must_prepare_its_source_is_not_left_waiting_for_ever() -> None:
    warm = [job(f"warm {number}", source="y") for number in range(2 * PREPARED_IN_A_ROW)]
    order = drained(queue_of(job("cold", source="x"), *warm, prepared=frozenset({"y"})))
    assert order.index("cold") == PREPARED_IN_A_ROW


def test_a_source_is_prepared_by_one_job_while_others_go_on() -> None:
    queue = queue_of(job("first", source="x"), job("second", source="x"), job("other", source="z"))
    first = queue.pop(())
    assert first is not None
    other = queue.pop((first,))
    assert (first.key, other and other.key) == ("first", "other")
    assert queue.pop((first,)) is None
    assert queue.pop(()) is not None


def test_a_client_has_no_more_jobs_under_way_than_its_share() -> None:
    queue = queue_of(job("a0", "a"), job("a1", "a"), job("b0", "b"), most_per_client=1)
    first = queue.pop(())
    assert first is not None
    second = queue.pop((first,))
    assert second is not None
    assert (first.key, second.key) == ("a0", "b0")
    assert queue.pop((first, second)) is None


def test_a_job_that_is_discarded_does_not_run() -> None:
    left = job("left")
    queue = queue_of(left, job("stays"))
    queue.discard(left)
    queue.discard(left)
    assert len(queue) == 1
    assert drained(queue) == ["stays"]
