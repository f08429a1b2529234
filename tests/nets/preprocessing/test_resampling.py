"""Resampling against Pillow's own, on real photos, bit for bit."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from app.nets.preprocessing.fit import FILTERS, RGB
from app.nets.preprocessing.resampling import is_height_first, taps_of

SAMPLES = Path(__file__).parents[3] / "static" / "samples"


def photo(name: str) -> RGB:
    with Image.open(SAMPLES / f"{name}.jpg") as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("interpolation", FILTERS)
@pytest.mark.parametrize(
    ("picture", "size", "box"),
    [
        (photo("cat"), (224, 224), None),
        (photo("rocket"), (256, 341), None),
        (photo("coffee"), (224, 150), (10.5, 3.25, 411.75, 290.5)),
        (data.chelsea()[:40, :30], (97, 64), None),
        (data.chelsea(), (451, 120), None),
        (photo("cat")[:, 100:220], (64, 64), None),
        (photo("coffee"), (380, 58), (10.5, 3.25, 411.75, 290.5)),
    ],
)
def test_every_resized_pixel_is_the_one_of_pillow(
    interpolation: str, picture: RGB, size: tuple[int, int], box: tuple[float, float, float, float] | None
) -> None:
    resized = np.asarray(Image.fromarray(picture).resize(size, FILTERS[interpolation], box))
    height, width = picture.shape[:2]
    left, top, right, bottom = box or (0, 0, width, height)
    columns = [taps_of(width, (left, right), size[0], at, interpolation) for at in range(size[0])]
    for y in range(0, size[1], 29):
        rows = taps_of(height, (top, bottom), size[1], y, interpolation)
        windows = [np.moveaxis(picture[rows.pixels, taps.pixels], 2, 0) for taps in columns]
        if is_height_first((width, height), size):
            means = [rows.level(window.swapaxes(1, 2)).astype(np.uint8) for window in windows]
            levels = np.array([taps.level(each) for taps, each in zip(columns, means, strict=True)])
        else:
            levels = rows.level(
                np.array([taps.level(each) for taps, each in zip(columns, windows, strict=True)]).astype(np.uint8)
            )
        np.testing.assert_array_equal(levels, resized[y])
    assert rows.weights.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("picture", "resized", "is_first"),
    [
        ((39, 51), (19, 11), False),  # 40 rows are twice as many as 20 columns
        ((39, 51), (19, 10), True),
        ((39, 51), (60, 50), True),
        ((39, 51), (60, 51), False),
        ((39, 51), (60, 90), False),
        ((39, 51), (5, 60), False),
    ],
)
def test_which_axis_is_first_is_what_pillow_decides(
    picture: tuple[int, int], resized: tuple[int, int], is_first: bool
) -> None:
    """One axis after the other, by Pillow itself: black and white noise shows which of them it rounds first."""
    width, height = picture
    noise = np.random.default_rng(0).integers(0, 2, (height, width, 3)).astype(np.uint8) * np.uint8(255)
    image, filtered = Image.fromarray(noise), FILTERS["bicubic"]
    middle = (width, resized[1]) if is_first else (resized[0], height)
    in_two = image.resize(middle, filtered).resize(resized, filtered)
    np.testing.assert_array_equal(np.asarray(image.resize(resized, filtered)), np.asarray(in_two))
    assert is_height_first(picture, resized) == is_first
