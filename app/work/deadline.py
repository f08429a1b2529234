"""The end of a time that many share: each, one after the other, may take what the others have left."""

import time


class Deadline:
    """A point in time, so many seconds from now."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left_s(self) -> float:
        """The seconds until then; 0 afterwards."""
        return max(0.0, self._end - time.monotonic())
