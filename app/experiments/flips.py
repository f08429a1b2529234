"""Flips: where along a sweep the answer becomes another one, found by halving the step in which it does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

HALVINGS = 4  # of a step: then a flip is known to a sixteenth of it
TENTH = 0.1
MAX_REFINED = 24  # flips of one sweep; the rest is known to a step
AnswersAt = Callable[[Sequence[float]], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Flip:
    """The answer is still `before` at `low` and `after` at `high`: it flips in between. `low` may be above `high`."""

    low: float
    high: float
    before: int
    after: int

    @property
    def width(self) -> float:
        """How exactly the place is known."""
        return abs(self.high - self.low)


def find_flips(amounts: Sequence[float], answers: Sequence[int], answers_at: AnswersAt) -> tuple[Flip, ...]:
    """The flips along a sweep, in its order, the first 24 known to a tenth of a step, the rest to a step.

    There may be several in one step.

    An answer that comes and goes within a step stays unnoticed unless a half, a quarter ... of the step hits on it.

    Args:
        amounts: of the steps.
        answers: the class at each of them.
        answers_at: gives the classes at other amounts; it is called for many at once.
    """
    flips = [
        Flip(amounts[at], amounts[at + 1], answers[at], answers[at + 1])
        for at in range(len(amounts) - 1)
        if answers[at] != answers[at + 1]
    ]
    step = abs(amounts[1] - amounts[0])
    refined, wide = [], flips[:MAX_REFINED]
    room = MAX_REFINED
    while wide and room > 0:
        wide, rest = wide[:room], wide[room:]
        room -= len(wide)
        narrow = _narrowed(wide, answers_at)
        refined += narrow + rest
        wide = [
            Flip(first.high, whole.high, first.after, whole.after)
            for first, whole in zip(narrow, wide, strict=True)
            if first.after != whole.after
        ]
        refined += [flip for flip in wide if flip.width <= TENTH * step]
        wide = [flip for flip in wide if flip.width > TENTH * step]
    direction = 1 if amounts[-1] > amounts[0] else -1
    return tuple(sorted(refined + wide + flips[MAX_REFINED:], key=lambda flip: direction * flip.high))


def _narrowed(flips: Sequence[Flip], answers_at: AnswersAt) -> list[Flip]:
    """The first flip that halving finds within each; all are halved together."""
    narrow = list(flips)
    for _ in range(HALVINGS):
        middles = [(flip.low + flip.high) / 2 for flip in narrow]
        narrow = [
            Flip(middle, flip.high, flip.before, flip.after)
            if answer == flip.before
            else Flip(flip.low, middle, flip.before, answer)
            for flip, middle, answer in zip(narrow, middles, answers_at(middles), strict=True)
        ]
    return narrow
