"""Drawn digits: one of each in turn, all different, and the same for the same seed."""

import numpy as np
import pytest

from app.images.drawn_digits import SIDE, STROKES, distances, draw_digits


def test_digits_come_in_turn_and_are_images() -> None:
    digits = draw_digits(3, seed=1)
    assert digits.images.shape == (30, 1, SIDE, SIDE)
    assert digits.labels.tolist() == list(range(10)) * 3
    assert digits.images.min() >= 0
    assert digits.images.max() <= 1


def test_the_strokes_of_a_digit_reach_from_the_top_to_the_bottom_of_their_square() -> None:
    for strokes in STROKES:
        points = np.concatenate(strokes)
        assert points.min() > 0.07
        assert points.max() < 0.93
        assert (points[:, 1].min(), points[:, 1].max()) == pytest.approx((0.08, 0.92), abs=0.01)


def test_the_curves_of_round_digits_close() -> None:
    for digit, closed in ((0, 0), (6, 1), (8, 0), (8, 1), (9, 0)):
        stroke = STROKES[digit][closed]
        assert np.abs(stroke[0] - stroke[-1]).max() < 1e-9
        assert stroke.mean(axis=0) == pytest.approx((stroke.min(axis=0) + stroke.max(axis=0)) / 2, abs=0.03)


def test_the_strokes_of_a_digit_touch() -> None:
    assert STROKES[2][0][-1] == pytest.approx(STROKES[2][1][0], abs=0.001)
    assert STROKES[3][0][-1] == pytest.approx(STROKES[3][1][0], abs=0.001)
    assert STROKES[5][0][-1] == pytest.approx(STROKES[5][1][0], abs=0.007)
    for digit, end, circle in ((6, STROKES[6][0][-1], STROKES[6][1]), (9, STROKES[9][1][0], STROKES[9][0])):
        assert np.hypot(*(circle - end).T).min() < 0.07, digit  # between two of the points of the circle
    assert np.abs(STROKES[8][0][:, 1].max() - STROKES[8][1][:, 1].min()) < 1e-9


def test_a_seed_draws_the_same_digits_and_another_seed_others() -> None:
    first, again, other = (draw_digits(2, seed).images for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not np.array_equal(first[:10], first[10:]), "two drawings of a digit"


def test_the_mean_of_a_digit_is_nearest_to_most_of_its_drawings() -> None:
    known, new = draw_digits(40, seed=1), draw_digits(20, seed=2)
    means = np.stack([known.images[known.labels == digit].mean(0) for digit in range(10)])
    distances = ((new.images[:, np.newaxis] - means) ** 2).sum((2, 3, 4))
    assert np.mean(distances.argmin(1) == new.labels) > 0.8


def test_half_of_the_paper_is_brightened_by_noise() -> None:
    corners = draw_digits(40, seed=1).images[:, 0, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert 0.4 < (corners > 0).mean() < 0.6


def test_the_line_of_a_one_is_twice_its_thickness_wide() -> None:
    digits = draw_digits(100, seed=1)
    ones, paper = digits.images[digits.labels == 1, 0], digits.images[:, 0, [0, 0, -1, -1], [0, -1, 0, -1]].mean()
    widths = ones[:, 6:10].sum(axis=2) - paper * SIDE
    assert widths.mean() == pytest.approx(0.45 + 0.95, rel=0.1)


def test_a_drawing_is_moved_turned_and_slanted_either_way_alike() -> None:
    digits = draw_digits(300, seed=3)
    zeros = digits.images[digits.labels == 0, 0].astype(float)
    place = np.arange(SIDE) + 0.5
    ink = zeros.sum(axis=(1, 2))
    x, y = (zeros.sum(axis=1) @ place) / ink, (zeros.sum(axis=2) @ place) / ink
    assert (x.mean(), y.mean()) == pytest.approx((SIDE / 2, SIDE / 2), abs=0.12)
    assert (x.std(), y.std()) == pytest.approx((3**-0.5, 3**-0.5), rel=0.25)  # up to a pixel to either side
    lean = (zeros * (place - x[:, np.newaxis])[:, np.newaxis] * (place - y[:, np.newaxis])[:, :, np.newaxis]).sum(
        (1, 2)
    )
    assert abs((lean / ink).mean()) < 0.2 * (lean / ink).std()


def test_the_distance_to_a_line_is_that_to_its_nearest_point() -> None:
    begin, end = np.random.default_rng(4).uniform(0, SIDE, (2, 3, 2, 2))  # of three drawings, two segments each
    share = np.linspace(0, 1, 2001)[:, np.newaxis]
    middle = np.arange(SIDE) + 0.5
    for drawing, found in enumerate(distances(begin, end)):
        points = np.concatenate(
            [one + share * (other - one) for one, other in zip(begin[drawing], end[drawing], strict=True)]
        )
        expected = [[np.hypot(*(points - (x, y)).T).min() for x in middle] for y in middle]
        np.testing.assert_allclose(found, expected, atol=0.01)
