"""Strokes, wider and narrower, against SciPy."""

import numpy as np
import numpy.typing as npt
import pytest
from scipy import ndimage

from app.images.perturbations.strokes import thicken


@pytest.fixture
def drawing() -> npt.NDArray[np.uint8]:
    """Grey strokes of several levels on black, (100, 120, 3)."""
    levels = np.zeros((100, 120), np.uint8)
    levels[30:70, 50:58], levels[40:48, 20:90], levels[75, 80] = 255, 180, 90
    return np.stack([levels] * 3, axis=-1)


@pytest.mark.parametrize("radius", [1, 2, 3, 5, 8])
def test_light_strokes_grow_by_a_dilation_and_shrink_by_an_erosion(drawing: npt.NDArray[np.uint8], radius: int) -> None:
    footprint = octagon(radius)
    assert footprint.shape == (2 * radius + 1, 2 * radius + 1)
    np.testing.assert_array_equal(
        thicken(drawing, radius)[..., 0], ndimage.grey_dilation(drawing[..., 0], footprint=footprint)
    )
    np.testing.assert_array_equal(
        thicken(drawing, -radius)[..., 0], ndimage.grey_erosion(drawing[..., 0], footprint=footprint)
    )


def test_the_octagon_is_nearly_a_disc() -> None:
    rows, columns = np.mgrid[-8:9, -8:9]
    distance = np.hypot(rows, columns)
    assert octagon(8)[distance <= 7.5].all()
    assert not octagon(8)[distance > 9].any()


def test_dark_strokes_on_paper_grow_as_light_ones_do(drawing: npt.NDArray[np.uint8]) -> None:
    np.testing.assert_array_equal(thicken(255 - drawing, 3), 255 - thicken(drawing, 3))


def octagon(radius: int) -> npt.NDArray[np.bool_]:
    """What a single light pixel grows to."""
    dot = np.zeros((100, 100, 3), np.uint8)
    dot[50, 50] = 255
    grown: npt.NDArray[np.bool_] = thicken(dot, radius)[..., 0] > 0
    return grown[50 - radius : 51 + radius, 50 - radius : 51 + radius]
