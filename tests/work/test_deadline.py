"""A deadline: what is left of a time, and never less than nothing."""

import pytest

from app.work import deadline
from app.work.deadline import Deadline
from tests.work.clock import Clock


def test_what_is_left_goes_down_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(deadline, "time", clock)
    shared = Deadline(5)
    left = [shared.left_s]
    for seconds in (2, 3, 4):
        clock.seconds += seconds
        left.append(shared.left_s)
    assert left == [5, 3, 0, 0]
