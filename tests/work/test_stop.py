"""A stop calls those who wait for it, and holds nothing of those who do no longer."""

import pytest

from app.errors import Cancelled
from app.work.stop import Stop


def test_it_is_said_while_one_wants_to_know() -> None:
    stop, heard = Stop(), list[str]()
    with stop.calling(lambda: heard.append("before")):
        pass
    with stop.calling(lambda: heard.append("during")):
        stop.set(Cancelled("gone"))
        assert heard == ["during"]
    with stop.calling(lambda: heard.append("after")):
        assert heard == ["during", "after"]
    with pytest.raises(Cancelled):
        stop.check()


def test_the_first_reason_stays_and_is_said_once() -> None:
    stop, heard = Stop(), list[str]()
    stop.on_set(lambda: heard.append("set"))
    assert stop.reason is None
    first = Cancelled("first")
    stop.set(first)
    stop.set(Cancelled("second"))
    assert stop.reason is first
    assert heard == ["set"]
