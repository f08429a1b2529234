"""Where the answer flips, against classes whose borders are known."""

from collections.abc import Sequence

import pytest

from app.experiments.flips import MAX_REFINED, Flip, find_flips

STEPS = [float(step) for step in range(0, 100, 10)]


class Borders:
    """Answers that change at known amounts; counts how many are asked for."""

    def __init__(self, *borders: float) -> None:
        self.borders = borders
        self.asked = 0

    def answers(self, amounts: Sequence[float]) -> list[int]:
        assert amounts, "nothing is asked for"
        self.asked += len(amounts)
        return [sum(amount >= border for border in self.borders) for amount in amounts]

    def flips(self, amounts: Sequence[float]) -> tuple[Flip, ...]:
        answers = self.answers(amounts)
        self.asked = 0
        return find_flips(amounts, answers, self.answers)


@pytest.mark.parametrize("amounts", [STEPS, STEPS[::-1]])
def test_a_flip_is_known_to_a_tenth_of_a_step(amounts: list[float]) -> None:
    borders = Borders(38.2, 71.9)
    flips = borders.flips(amounts)
    places = (38.2, 71.9) if amounts is STEPS else (71.9, 38.2)
    assert len(flips) == 2
    for flip, place in zip(flips, places, strict=True):
        assert min(flip.low, flip.high) <= place <= max(flip.low, flip.high)
        assert flip.width <= 1
    assert borders.asked == 8  # four halvings each


def test_two_flips_in_one_step_are_both_found() -> None:
    flips = Borders(33, 37).flips(STEPS)
    assert [(flip.before, flip.after) for flip in flips] == [(0, 1), (1, 2)]
    assert all(flip.width <= 1 for flip in flips)


def test_the_rest_of_a_step_is_searched_if_it_is_wider_than_a_tenth() -> None:
    """The first flip is known to be between 8.125 and 8.75: an eighth of the step is left."""
    first, second = Borders(8.6, 9.5).flips([0, 10])
    assert (first.low, first.high) == (8.125, 8.75)
    assert second.low <= 9.5 <= second.high
    assert second.width <= 1


def test_an_answer_that_never_changes_has_no_flips() -> None:
    assert Borders().flips(STEPS) == ()


def test_the_runs_for_flips_are_bounded() -> None:
    asked: list[float] = []

    def restless(amounts: Sequence[float]) -> list[int]:
        assert amounts
        asked.extend(amounts)
        return [round(amount * 1e6) % 7 for amount in amounts]

    amounts = [float(step) for step in range(200)]
    flips = find_flips(amounts, [step % 2 for step in range(200)], restless)
    assert len(asked) <= 4 * MAX_REFINED
    assert len(flips) >= 199


@pytest.mark.parametrize("amounts", [STEPS, STEPS[::-1]])
def test_flips_are_in_the_order_of_the_sweep(amounts: list[float]) -> None:
    flips = Borders(33, 37, 71, 76).flips(amounts)
    places = [(flip.low + flip.high) / 2 for flip in flips]
    assert places == sorted(places, reverse=amounts is not STEPS)
    assert len(places) == 4
    assert [flip.before for flip in flips[1:]] == [flip.after for flip in flips[:-1]]


def test_the_rest_of_a_step_is_not_searched_if_it_is_no_wider_than_a_tenth() -> None:
    """The first flip is known to be between 8.75 and 9.375: a sixteenth of the step is left."""
    borders = Borders(9.1, 9.9)
    flips = borders.flips([0, 10])
    assert [(flip.low, flip.high) for flip in flips] == [(8.75, 9.375), (9.375, 10)]
    assert borders.asked == 4
