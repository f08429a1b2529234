"""CIE L*a*b* comes out within 1.5 levels of 255 of the Bradford-adapted matrix (IEC 61966-2-1)."""

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.images.cielab import lab_to_rgb
from app.images.decode import Limits, decode

Pixels = npt.NDArray[Any]
WHITE_D50 = [0.9642, 1.0, 0.8249]
TO_LINEAR_RGB = np.array(
    [[3.1338561, -1.6168667, -0.4906146], [-0.9787684, 1.9161415, 0.033454], [0.0719453, -0.2289914, 1.4052427]]
)


def exact_rgb(lab: Pixels) -> Pixels:
    """(H, W, 3) levels, not rounded, from (H, W, 3) uint8 as TIFF stores them: a* and b* are signed."""
    a, b = np.moveaxis(lab[..., 1:].astype(np.int8).astype(float), -1, 0)
    f_y = (lab[..., 0] / 255 * 100 + 16) / 116
    f = np.stack([f_y + a / 500, f_y, f_y - b / 200], axis=-1)
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * WHITE_D50
    linear = (xyz @ TO_LINEAR_RGB.T).clip(0, 1)
    encoded: Pixels = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return 255 * encoded


def test_every_colour_is_close_to_the_exact_one() -> None:
    lab = np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    rgb = lab_to_rgb(Image.frombytes("LAB", (300, 300), lab.tobytes()))
    assert np.abs(np.asarray(rgb) - exact_rgb(lab)).max() <= 1.5


def test_greys_stay_grey() -> None:
    lab = np.zeros((1, 256, 3), np.uint8)
    lab[..., 0] = np.arange(256)
    rgb = np.asarray(lab_to_rgb(Image.frombytes("LAB", (256, 1), lab.tobytes()))).astype(int)
    assert np.ptp(rgb, axis=-1).max() <= 1
    assert (rgb[0, 0].tolist(), rgb[0, -1].tolist()) == ([0, 0, 0], [255, 255, 255])


def test_a_lab_tiff_is_decoded(make: Any, colours: Pixels) -> None:
    a, b = (np.rint(colours[..., i].astype(float) / 8 - 16) for i in (1, 2))
    lab = np.dstack([colours[..., 0], a, b]).astype(np.int16).astype(np.uint8)
    rgb = decode(make.tiff_of(lab, photometric=8), Limits()).rgb
    assert np.abs(rgb - exact_rgb(lab)).max() <= 1
