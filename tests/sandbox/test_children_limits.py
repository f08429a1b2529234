"""Which process ends for another, or after a time, with stand-ins of processes and a clock that a test sets."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.errors import Overloaded
from app.sandbox import children as module
from app.sandbox.children import MEMORY_IDLE_S, SWEEPS_PER_LIFETIME, Children, ChildrenLimits
from app.sandbox.program import NETWORK
from tests.work.clock import Clock

IDLE_S = 100.0


class Runtime:
    """Notes what its process is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def close(self) -> None:
        self.told.append("close")

    def kill(self) -> None:
        self.told.append("kill")

    def release_memory(self) -> None:
        self.told.append("release")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(module, "ConfinedProcess", lambda program, requirement: (program, requirement))
    monkeypatch.setattr(module, "WAIT_S", 0)
    monkeypatch.setattr(Children, "_start_sweeper", lambda group: None)
    return clock


def group_of(processes: int = 2) -> Any:
    requirement: Any = SimpleNamespace(limits=SimpleNamespace(memory_bytes=7))
    return Children(requirement, ChildrenLimits(processes, IDLE_S, request_s=3))


def started(group: Any, clock: Clock, count: int) -> list[Runtime]:
    """So many runtimes with processes, one each second."""
    runtimes = [Runtime() for _ in range(count)]
    for runtime in runtimes:
        clock.seconds += 1
        group.start(runtime)
    return runtimes


def test_a_process_is_started_with_its_limits(clock: Clock) -> None:
    group, runtime = group_of(), Runtime()
    assert group.start(runtime) == (NETWORK, group._requirement)
    assert (group.memory_bytes, group.request_limit_s, group.alive) == (7, 3, 1)


def test_the_one_that_was_idle_longest_makes_room_and_the_same_again_needs_none(clock: Clock) -> None:
    group = group_of()
    first, second = started(group, clock, 2)
    clock.seconds += 1
    group.start(second)  # its process had ended
    assert (first.told, second.told, group.alive) == ([], [], 2)
    clock.seconds += 1
    with group.in_use(first):
        clock.seconds += 1
    third = started(group, clock, 1)
    assert (first.told, second.told, third[0].told, group.alive) == ([], ["close"], [], 2)


def test_one_that_is_at_work_makes_no_room(clock: Clock) -> None:
    group = group_of()
    first, second = started(group, clock, 2)
    with group.in_use(first):
        started(group, clock, 1)
        assert (first.told, second.told) == ([], ["close"])
    group = group_of(processes=1)
    (only,) = started(group, clock, 1)
    with group.in_use(only), pytest.raises(Overloaded) as refusal:
        group.start(Runtime())
    assert refusal.value.message == "Other networks of users are at work: 1. Try again in 1 s."
    assert refusal.value.details == {"retry_after_s": 1}
    assert only.told == []


def test_only_an_idle_process_is_ended(clock: Clock) -> None:
    group = group_of()
    first, second = started(group, clock, 2)
    with group.in_use(first):
        group.end(first)
    group.end(Runtime())
    assert (first.told, group.alive) == ([], 2)
    group.end(first)
    group.end(first)
    assert (first.told, second.told, group.alive) == (["close"], [], 1)


def test_at_the_end_those_at_work_are_killed(clock: Clock) -> None:
    group = group_of()
    first, second = started(group, clock, 2)
    with group.in_use(first):
        group.close()
    assert (first.told, second.told, group.alive) == (["kill"], ["close"], 0)


@pytest.mark.parametrize(
    ("seconds", "told", "alive"),
    [
        (MEMORY_IDLE_S, [], 1),
        (MEMORY_IDLE_S + 1, ["release"], 1),
        (IDLE_S, ["release"], 1),
        (IDLE_S + 1, ["close", "release"], 0),
    ],
)
def test_an_idle_process_gives_its_memory_back_and_ends_later(
    clock: Clock, seconds: float, told: list[str], alive: int
) -> None:
    group = group_of()
    (idle,) = started(group, clock, 1)
    waits: list[float] = []

    def wait(interval_s: float) -> bool:
        waits.append(interval_s)
        return len(waits) > 1

    group._closed = SimpleNamespace(wait=wait)
    clock.seconds += seconds
    group._sweep()
    assert (idle.told, group.alive) == (told, alive)
    assert waits == [min(MEMORY_IDLE_S, IDLE_S / SWEEPS_PER_LIFETIME)] * 2


def test_a_process_at_work_is_not_idle(clock: Clock) -> None:
    group = group_of()
    (busy,) = started(group, clock, 1)
    answers = [False, True]
    group._closed = SimpleNamespace(wait=lambda _: answers.pop(0))
    with group.in_use(busy):
        clock.seconds += IDLE_S + 1
        group._sweep()
    assert (busy.told, group.alive) == ([], 1)
