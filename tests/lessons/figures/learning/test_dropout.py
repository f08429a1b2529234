"""Dropout: what is kept is scaled so that the average stays."""

import pytest

from app.errors import InvalidRequest
from app.lessons.figures.learning.dropout import DropoutState, draw_dropout


def test_what_is_kept_is_divided_by_the_share_that_is_kept() -> None:
    figure = draw_dropout(DropoutState(values="4 -8 2 6", rate=0.75))
    for value, mask, result in zip(figure.values, figure.mask, figure.training, strict=True):
        assert result.value == (4 * value.value if mask.value else 0)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_the_average_of_many_masks_is_the_input(rate: float) -> None:
    figure = draw_dropout(DropoutState(values="10 10 10 10", rate=rate))
    error = 10 * (rate / (1 - rate) / figure.draws) ** 0.5  # one standard deviation
    assert [cell.value for cell in figure.average] == pytest.approx([10] * 4, abs=4 * error)


def test_a_rate_of_0_changes_nothing() -> None:
    figure = draw_dropout(DropoutState(rate=0))
    assert [cell.value for cell in figure.training] == [cell.value for cell in figure.values]


def test_another_seed_draws_another_mask_and_the_same_seed_the_same() -> None:
    masks = [[cell.value for cell in draw_dropout(DropoutState(seed=seed)).mask] for seed in (3, 4, 3)]
    assert masks[0] == masks[2] != masks[1]


def test_several_rows_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="one row"):
        draw_dropout(DropoutState(values="1 2; 3 4"))
