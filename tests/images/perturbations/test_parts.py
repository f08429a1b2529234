"""Parts of a picture, covered and moved, by hand."""

import numpy as np

from app.images.perturbations.parts import MID_GREY, Area, cover, move_part


def test_a_box_covers_its_share_of_the_picture() -> None:
    rgb = np.zeros((10, 20, 3), np.uint8)
    expected = rgb.copy()
    expected[2:7, 10:20] = MID_GREY
    np.testing.assert_array_equal(cover(rgb, Area(50, 20, 80, 50)), expected)


def test_a_part_moves_and_leaves_the_mean_colour() -> None:
    rgb = np.repeat(np.arange(16, dtype=np.uint8).reshape(4, 4, 1) * 10, 3, axis=2)
    moved = move_part(rgb, Area(0, 0, 50, 50), 75, 50)
    assert moved[:, :, 0].tolist() == [[75, 75, 20, 30], [75, 75, 60, 70], [80, 90, 100, 0], [120, 130, 140, 40]]
