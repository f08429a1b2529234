"""The pulls under way: who asks for a network meanwhile joins, and sees how far it is."""

from collections.abc import Callable
from dataclasses import dataclass

from app.nets.fetch import Progress
from app.nets.originals import Original
from app.nets.pull import Line, check, pull
from app.nets.runner import Runner, Stop, Ticket
from app.nets.shelf import Shelf

SLOTS, WAITING, TIME_LIMIT_S = 2, 16, 86_400


@dataclass(frozen=True, slots=True)
class Pull:
    """One asker's hold on a pull under way, and how far it is: the last one to release the ticket stops it."""

    ticket: Ticket[None]
    progress: Callable[[], Progress]


class Pulls:
    """Brings the weights of originals to a shelf, a few networks at a time and each once."""

    def __init__(self, shelf: Shelf, line: Line) -> None:
        self._shelf = shelf
        self._line = line
        self._runner = Runner("pull", SLOTS, WAITING, TIME_LIMIT_S)
        self._progress: dict[str, Progress] = {}

    def start(self, original: Original) -> Pull:
        """Bring an original's weights, as `app.nets.pull.pull` does, or join who does already.

        Raises:
            NotAvailable: no weights are known, or the settings say offline.
            Overloaded: too many pulls are waiting.
        """
        start = Progress("waiting", 0, check(original, self._line).bytes)

        def work(stop: Stop) -> None:
            try:
                pull(original, self._shelf, self._line, lambda now: self._progress.update({original.id: now}), stop)
            finally:
                self._progress.pop(original.id, None)

        return Pull(self._runner.submit(original.id, work), lambda: self._progress.get(original.id, start))

    def close(self) -> None:
        """Stop what runs, which can be taken up again, and take nothing new."""
        self._runner.close(0)
