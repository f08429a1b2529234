"""Resampling against Pillow's own, on real photos, bit for bit."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from app.nets.preprocessing.fit import FILTERS, RGB
from app.nets.preprocessing.resampling import taps_of

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
        means = [taps.level(np.moveaxis(picture[rows.pixels, taps.pixels], 2, 0)) for taps in columns]
        np.testing.assert_array_equal(rows.level(np.array(means).astype(np.uint8)), resized[y])
    assert rows.weights.sum() == pytest.approx(1)
