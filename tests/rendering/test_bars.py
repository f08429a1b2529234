"""Bars, pixel by pixel."""

import numpy as np
import pytest

from app.rendering.bars import MAX_BARS, bars_layout, draw_bars
from app.rendering.scale import scale_of

RNG = np.random.default_rng(5)


def test_bars_stand_on_zero_and_have_their_value_s_level() -> None:
    values = np.array([0, 1, 2, 4], np.float32)
    drawn = draw_bars(values, scale_of(values, "layer"), bars_layout(4, 4))
    assert drawn.tolist() == [[0, 0, 0, 255], [0, 0, 0, 255], [0, 0, 128, 255], [0, 64, 128, 255]]


def test_negative_bars_hang_from_zero() -> None:
    values = np.array([2, -2, 1], np.float32)
    drawn = draw_bars(values, scale_of(values, "layer"), bars_layout(3, None))
    height = drawn.shape[0]
    for place, value in enumerate(values):
        column = drawn[:, place * bars_layout(3, None).pitch_x]
        rows = np.flatnonzero(column != 128)
        assert len(rows) == round(height * abs(value) / 4)
        assert rows[-1 if value > 0 else 0] == (height // 2 - 1 if value > 0 else height // 2)


@pytest.mark.parametrize(("count", "side"), [(1000, 48), (10, 48), (1, 7), (84, None), (1000, None), (5000, None)])
def test_every_value_has_a_bar_or_shares_one(count: int, side: int | None) -> None:
    values = RNG.standard_normal(count).astype(np.float32)
    sheet = bars_layout(count, side)
    drawn = draw_bars(values, scale_of(values, "layer"), sheet)
    assert drawn.shape == (sheet.height, sheet.width)
    assert sheet.channels == (count if side is None else min(count, side))
    assert side is None or max(drawn.shape) <= side
    highest = drawn[0, :: sheet.pitch_x].argmax()
    assert highest == values.argmax() * sheet.channels // count


def test_a_picture_of_bars_is_no_wider_than_a_browser_can_show() -> None:
    assert bars_layout(MAX_BARS, None).width == bars_layout(2_000_000, None).width == MAX_BARS


def test_zeros_have_no_bars() -> None:
    drawn = draw_bars(np.zeros(9, np.float32), scale_of(np.zeros(9, np.float32), "layer"), bars_layout(9, 18))
    assert not drawn.any()
