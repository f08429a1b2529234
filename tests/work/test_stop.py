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
