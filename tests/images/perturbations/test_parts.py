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


def test_a_part_moves_pixel_by_pixel_and_what_leaves_the_picture_is_cut_off() -> None:
    random = np.random.default_rng(1)
    rgb = random.integers(0, 256, (10, 20, 3), np.uint8)
    for _ in range(60):
        left, top, width, height = (10 * random.integers(0, 11, 4)).tolist()
        right, down = (10 * random.integers(-10, 11, 2)).tolist()
        rows = range(top // 10, min(10, (top + height) // 10))
        columns = range(left // 5, min(20, (left + width) // 5))
        expected = rgb.copy()
        for y in rows:
            expected[y, columns.start : columns.stop] = np.rint(rgb.mean(axis=(0, 1)))
        for y in rows:
            for x in columns:
                to_y, to_x = y + down // 10, x + right // 5
                if 0 <= to_y < 10 and 0 <= to_x < 20:
                    expected[to_y, to_x] = rgb[y, x]
        np.testing.assert_array_equal(move_part(rgb, Area(left, top, width, height), right, down), expected)
