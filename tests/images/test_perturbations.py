"""Changes of a picture that keep its size."""

import numpy as np
import numpy.typing as npt
import pytest
from scipy import ndimage

from app.images.perturbations import brighten, rotate, shift


@pytest.fixture
def photo() -> npt.NDArray[np.uint8]:
    smooth = ndimage.gaussian_filter(np.random.default_rng(1).uniform(0, 255, (60, 60, 3)), (6, 6, 0))
    stretched: npt.NDArray[np.float64] = (smooth - smooth.min()) / np.ptp(smooth) * 255
    return stretched.astype(np.uint8)


def test_levels_are_multiplied_and_cut_off() -> None:
    rgb = np.array([[[0, 100, 200]]], np.uint8)
    assert brighten(rgb, 1.5).tolist() == [[[0, 150, 255]]]
    assert brighten(rgb, 0).tolist() == [[[0, 0, 0]]]


def test_a_factor_out_of_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match="from 0 to 4"):
        brighten(np.zeros((1, 1, 3), np.uint8), 5)


@pytest.mark.parametrize(("degrees", "turns"), [(90, 1), (180, 2), (270, 3)])
def test_right_angles_only_move_pixels(photo: npt.NDArray[np.uint8], degrees: float, turns: int) -> None:
    np.testing.assert_array_equal(rotate(photo, degrees), np.rot90(photo, turns))


def test_other_angles_agree_with_scipy_inside(photo: npt.NDArray[np.uint8]) -> None:
    expected = ndimage.rotate(photo.astype(float), 30, reshape=False, order=1)
    difference = np.abs(rotate(photo, 30).astype(float) - expected)[20:40, 20:40]
    assert difference.max() < 12  # levels; both are bilinear, with centres half a pixel apart


def test_a_shift_moves_to_the_right_and_repeats_the_first_column() -> None:
    rgb = np.arange(12, dtype=np.uint8).reshape(1, 4, 3)
    assert shift(rgb, 2)[0, :, 0].tolist() == [0, 0, 0, 3]


@pytest.mark.parametrize("columns", [-1, 4])
def test_a_shift_beyond_the_picture_is_refused(columns: int) -> None:
    with pytest.raises(ValueError, match="from 0 to 3"):
        shift(np.zeros((1, 4, 3), np.uint8), columns)
