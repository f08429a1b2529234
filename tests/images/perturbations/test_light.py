"""Light and colours, against scikit-image and by hand."""

import numpy as np
import numpy.typing as npt
import pytest
from skimage import color, exposure

from app.images.perturbations.light import brighten, contrast, correct_gamma, grey, saturate, turn_hue

Photo = npt.NDArray[np.uint8]
BT_601 = np.array([0.299, 0.587, 0.114])


def test_levels_are_multiplied_and_cut_off() -> None:
    rgb = np.array([[[0, 100, 200]]], np.uint8)
    assert brighten(rgb, 1.5).tolist() == [[[0, 150, 255]]]


def test_contrast_spreads_levels_about_the_mean_grey(photo: Photo) -> None:
    mean = np.rint((photo @ BT_601).mean())
    expected = np.clip(mean + 1.7 * (photo.astype(float) - mean), 0, 255)
    assert np.abs(contrast(photo, 1.7) - expected).max() <= 2  # levels: the mean is a whole one, and so are the results


def test_gamma_is_a_power_of_the_level(photo: Photo) -> None:
    expected = exposure.adjust_gamma(photo / 255, 2.2) * 255
    assert np.abs(correct_gamma(photo, 2.2) - expected).max() <= 0.5


def test_without_saturation_each_colour_is_its_grey(photo: Photo) -> None:
    expected = np.repeat((photo @ BT_601)[:, :, np.newaxis], 3, axis=2)
    assert np.abs(saturate(photo, 0) - expected).max() <= 1
    np.testing.assert_array_equal(grey(photo, 100), saturate(photo, 0))


def test_half_grey_lies_between_the_picture_and_its_grey(photo: Photo) -> None:
    expected = (photo.astype(float) + grey(photo, 100)) / 2
    assert np.abs(grey(photo, 50) - expected).max() <= 1


@pytest.mark.parametrize("degrees", [-100, 37, 180])
def test_the_hue_turns_in_hsv(photo: Photo, degrees: float) -> None:
    hsv = color.rgb2hsv(photo)
    hsv[:, :, 0] = (hsv[:, :, 0] + degrees / 360) % 1
    assert np.abs(turn_hue(photo, degrees) - color.hsv2rgb(hsv) * 255).max() <= 1


def test_red_turns_green_and_grey_stays() -> None:
    rgb = np.array([[[255, 0, 0], [90, 90, 90]]], np.uint8)
    assert turn_hue(rgb, 120).tolist() == [[[0, 255, 0], [90, 90, 90]]]
