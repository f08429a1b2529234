"""Angles and places, against scikit-image, SciPy and NumPy."""

from math import radians, tan

import numpy as np
import numpy.typing as npt
import pytest
from scipy import ndimage
from skimage import transform

from app.images.perturbations.geometry import flip, rotate, scale, shear, shift, shift_by_percent, tilt

Photo = npt.NDArray[np.uint8]
TOLERANCE = 3  # levels


def check_like(result: Photo, expected: npt.NDArray[np.float64]) -> None:
    """The two agree away from the edge of what comes in, where a bilinear mixture depends on the library."""
    inside = ndimage.binary_erosion((expected > 0).any(axis=2) & (result > 0).any(axis=2), iterations=3)
    assert inside.sum() > 800
    assert np.abs(result - expected)[inside].max() <= TOLERANCE


@pytest.mark.parametrize(("degrees", "turns"), [(90, 1), (180, 2), (270, 3)])
def test_right_angles_only_move_pixels(photo: Photo, degrees: float, turns: int) -> None:
    square = photo[:, :60]
    np.testing.assert_array_equal(rotate(square, degrees), np.rot90(square, turns))


def test_a_quarter_turn_of_a_photo_that_is_not_square_leaves_black_stripes_and_half_a_turn_nothing(
    photo: Photo,
) -> None:
    bright = np.maximum(photo, 1)
    height, width = photo.shape[:2]
    stripe = (width - height) // 2
    black = (rotate(bright, 90) == 0).all(axis=(0, 2))
    np.testing.assert_array_equal(np.flatnonzero(black), [*range(stripe), *range(width - stripe, width)])
    assert rotate(bright, 180).all()


def test_other_angles_turn_as_in_scipy(photo: Photo) -> None:
    check_like(rotate(photo, 30), ndimage.rotate(photo.astype(float), 30, reshape=False, order=1))


def test_a_larger_scale_enlarges_the_middle(photo: Photo) -> None:
    middle = photo[15:45, 20:60]
    expected = transform.resize(middle.astype(float), photo.shape, order=1)
    assert np.abs(scale(photo, 2) - expected)[2:-2, 2:-2].max() <= 2


def test_a_smaller_scale_leaves_black_around(photo: Photo) -> None:
    scaled = scale(photo, 0.5)
    means = photo.reshape(30, 2, 40, 2, 3).mean(axis=(1, 3))
    assert np.abs(scaled[15:45, 20:60] - means)[1:-1, 1:-1].max() <= TOLERANCE
    scaled = scaled.copy()
    scaled[15:45, 20:60] = 0
    assert not scaled.any()


@pytest.mark.parametrize("factor", [0.1, 0.3, 0.65, 0.99])
def test_what_is_made_smaller_stands_in_the_middle(factor: float) -> None:
    white = np.full((61, 80, 3), 255, np.uint8)
    for axis, side in enumerate((61, 80)):
        seen = np.flatnonzero(scale(white, factor).any(axis=(1 - axis, 2)))
        assert len(seen) == round(side * factor)
        assert seen[0] in (side - 1 - seen[-1], side - 1 - seen[-1] - 1)


def test_a_shift_moves_and_repeats_the_edges() -> None:
    rgb = np.repeat(np.arange(6, dtype=np.uint8).reshape(2, 3, 1), 3, axis=2)
    assert shift(rgb, 1, 0)[:, :, 0].tolist() == [[0, 0, 1], [3, 3, 4]]
    assert shift(rgb, -2, 1)[:, :, 0].tolist() == [[2, 2, 2], [2, 2, 2]]


def test_a_shift_in_percent_is_one_of_the_sides(photo: Photo) -> None:
    np.testing.assert_array_equal(shift_by_percent(photo, 25, -10), shift(photo, 20, -6))


def test_a_flip_mirrors(photo: Photo) -> None:
    np.testing.assert_array_equal(flip(photo, 1, 0), np.fliplr(photo))
    np.testing.assert_array_equal(flip(photo, 0, 1), np.flipud(photo))


def test_upright_lines_lean_to_the_right(photo: Photo) -> None:
    slope = tan(radians(20))
    source = np.array([(1, slope, -slope * 29.5), (0, 1, 0), (0, 0, 1)])
    expected = transform.warp(photo.astype(float), source, order=1)
    check_like(shear(photo, 20), expected)


@pytest.mark.parametrize(
    ("turn", "lean", "turned"),
    [
        (50, 0, [(0, 0), (80, 15), (80, 45), (0, 60)]),  # the right edge is half as long
        (-50, 0, [(0, 15), (80, 0), (80, 60), (0, 45)]),
        (0, 50, [(20, 0), (60, 0), (80, 60), (0, 60)]),
        (0, -25, [(0, 0), (80, 0), (70, 60), (10, 60)]),
    ],
)
def test_a_tilt_is_the_projection_of_its_corners(
    turn: float, lean: float, turned: list[tuple[int, int]], photo: Photo
) -> None:
    corners = np.array([(0, 0), (80, 0), (80, 60), (0, 60)])
    # Pixel centres are whole there.
    source = transform.ProjectiveTransform.from_estimate(np.array(turned) - 0.5, corners - 0.5)
    check_like(tilt(photo, turn, lean), transform.warp(photo.astype(float), source, order=1))


def test_a_card_is_turned_first_and_then_leant(photo: Photo) -> None:
    turned, leant = ((0, 0), (80, 15), (80, 45), (0, 60)), ((0, 0), (80, 0), (56, 60), (24, 60))
    corners = np.array([(0, 0), (80, 0), (80, 60), (0, 60)]) - 0.5
    turn, lean = (
        transform.ProjectiveTransform.from_estimate(np.array(each) - 0.5, corners) for each in (turned, leant)
    )
    expected = transform.warp(photo.astype(float), lean + turn, order=1)
    check_like(tilt(photo, 50, -60), expected)


@pytest.mark.parametrize(("turn", "lean"), [(1, 1), (1, -1), (-1, 1), (-1, -1), (-1, 2), (2, 0)])
def test_a_card_becomes_smaller_little_by_little(turn: int, lean: int) -> None:
    white, most = np.full((100, 100, 3), 255, np.uint8), 90 // max(abs(turn), abs(lean))
    areas = [tilt(white, turn * strength, lean * strength).mean() / 255 for strength in range(most + 1)]
    steps = -np.diff(areas)
    assert steps.min() > 0
    assert steps.max() < 0.05
