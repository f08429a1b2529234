"""Server-sent events: how often progress is looked at, and how a failure is told."""

from concurrent.futures import Future
from typing import Any

from app.errors import Overloaded
from app.web.edge.errors import ErrorAnswer, ErrorBody, failure_of

POLL_S = 0.2


def failed(future: Future[Any]) -> ErrorAnswer | None:
    """The body of what a piece of work ended in, or of being cut off before its end; None if it ended well."""
    error = future.exception() if future.done() else Overloaded("The server is shutting down.", retry_after_s=5)
    if error is None:
        return None
    failure = failure_of(error if isinstance(error, Exception) else Exception(str(error)))
    return ErrorAnswer(error=ErrorBody(code=failure.code, message=failure.message, details=failure.details))
