"""Patches side by side: each at its place, scaled in whole pixels."""

import io

import numpy as np
from PIL import Image

from app.rendering.patches import BACKGROUND, draw_patches


def test_patches_are_at_their_true_pixels_in_squares_of_the_largest() -> None:
    large, small = np.full((4, 4, 3), 10, np.uint8), np.full((2, 2, 3), 20, np.uint8)
    pixels = np.asarray(Image.open(io.BytesIO(draw_patches([[large, small], [None]]))))
    assert pixels.shape == (10, 10, 3)
    assert (pixels[:4, :4] == 10).all()
    assert (pixels[1:3, 7:9] == 20).all()
    assert (pixels == 20).sum() == small.size
    assert (pixels[6:] == BACKGROUND).all()


def test_a_patch_of_one_pixel_is_a_picture_of_one() -> None:
    pixels = np.asarray(Image.open(io.BytesIO(draw_patches([[np.full((1, 1, 3), 7, np.uint8)]]))))
    assert pixels.tolist() == [[[7, 7, 7]]]


def test_a_patch_is_scaled_to_its_side_and_keeps_its_pixels() -> None:
    patch = np.arange(2 * 4 * 3, dtype=np.uint8).reshape(2, 4, 3)
    pixels = np.asarray(Image.open(io.BytesIO(draw_patches([[patch]], side=8))))
    assert pixels.shape == (8, 8, 3)
    assert np.array_equal(pixels[2:6], patch.repeat(2, axis=0).repeat(2, axis=1))


def test_a_large_patch_is_made_smaller() -> None:
    patch = np.arange(64, dtype=np.uint8).reshape(8, 8, 1).repeat(3, axis=2)
    pixels = np.asarray(Image.open(io.BytesIO(draw_patches([[patch]], side=4))))
    assert np.array_equal(pixels, patch[::2, ::2])


def test_sides_are_rounded_down_to_at_least_one_pixel() -> None:
    patch = np.arange(15, dtype=np.uint8).reshape(3, 5, 1).repeat(3, axis=2)
    pixels = np.asarray(Image.open(io.BytesIO(draw_patches([[patch]], side=7))))
    assert np.array_equal(pixels[1:5], patch[[0, 0, 1, 2]][:, [0, 0, 1, 2, 2, 3, 4]])
    thin = np.asarray(Image.open(io.BytesIO(draw_patches([[patch[:1].repeat(20, axis=1)]], side=4))))
    assert (thin != BACKGROUND).any(axis=(1, 2)).sum() == 1
