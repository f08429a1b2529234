"""Blur, noise, compression and pixelation, against SciPy, Pillow and by hand."""

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from app.images.perturbations.detail import add_noise, blur, compress, pixelate

Photo = npt.NDArray[np.uint8]


def test_a_blur_is_nearly_gaussian() -> None:
    rgb = np.zeros((100, 120, 3), np.uint8)
    rgb[40:60, 50:70] = 255
    expected = ndimage.gaussian_filter(rgb.astype(float), (5, 5, 0), mode="nearest")
    assert np.abs(blur(rgb, 5) - expected).max() < 0.02 * 255  # three boxes are no bell, but nearly


def test_a_blur_is_one_of_the_shorter_side(photo: Photo) -> None:
    turned = blur(photo.transpose(1, 0, 2), 3).transpose(1, 0, 2)
    assert np.abs(turned.astype(int) - blur(photo, 3)).max() <= 2  # levels: in the other order, others are rounded


def test_noise_has_its_deviation_and_its_seed() -> None:
    rgb = np.full((200, 200, 3), 128, np.uint8)
    noise = add_noise(rgb, 20, 7).astype(float) - 128
    assert abs(noise.mean()) < 0.3
    assert abs(noise.std() - 20) < 0.3
    np.testing.assert_array_equal(add_noise(rgb, 20, 7), add_noise(rgb, 20, 7))
    assert (add_noise(rgb, 20, 8) != add_noise(rgb, 20, 7)).mean() > 0.9


def test_a_lower_quality_is_further_from_the_picture(photo: Photo) -> None:
    errors = [np.abs(compress(photo, quality).astype(float) - photo).mean() for quality in (2, 20, 90)]
    assert errors[0] > errors[1] > errors[2] > 0


def test_a_large_pixel_has_the_mean_of_those_it_replaces(photo: Photo) -> None:
    blocks = photo.reshape(10, 6, 80, 3)[:, :, :78].reshape(10, 6, 13, 6, 3).mean(axis=(1, 3))
    assert np.abs(pixelate(photo, 10)[::6, :78:6] - blocks).max() <= 1
    assert pixelate(photo, 10)[0, 78:].std(axis=0).max() == 0
