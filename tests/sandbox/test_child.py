"""The stop of a request in a confined process: it comes from another thread, at any time, and ends no other request."""

from app.errors import Cancelled
from app.sandbox.child import CurrentRequest


def test_only_the_request_with_its_number_is_stopped() -> None:
    request = CurrentRequest()
    request.begin(7)
    for other in (6, 8):
        request.end(other)
    assert request.stop.reason is None
    request.end(7)
    assert isinstance(request.stop.reason, Cancelled)


def test_a_stop_that_comes_as_the_next_request_begins_does_not_end_that() -> None:
    request = CurrentRequest()

    class LateNumber(int):
        """A number whose comparison takes so long that meanwhile the next request begins."""

        __hash__ = int.__hash__

        def __eq__(self, other: object) -> bool:
            request.begin(8)
            return int(self) == other

    request.begin(7)
    request.end(LateNumber(7))
    assert request.stop.reason is None
