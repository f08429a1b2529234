"""CIE L*a*b* under D50, as TIFF stores it, to sRGB (CIE 15:2004, IEC 61966-2-1)."""

import numpy as np
import numpy.typing as npt

D50 = np.array([0.9642, 1.0, 0.8249], np.float32)

# XYZ under D50 to linear sRGB, the white points matched by the Bradford transform.
TO_LINEAR_RGB = np.array(
    [[3.1338561, -1.6168667, -0.4906146], [-0.9787684, 1.9161415, 0.0334540], [0.0719453, -0.2289914, 1.4052427]],
    np.float32,
)
LINEAR_STEPS = 1 << 16
DELTA = 6 / 29


def rgb_of_lab(lab: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """(H, W, 3) uint8 from (H, W, 3) uint8: lightness of 0..100 as 0..255, a* and b* as the bits of signed bytes."""
    lightness = lab[..., 0].astype(np.float32)
    a, b = np.moveaxis(lab[..., 1:].view(np.int8).astype(np.float32), -1, 0)
    f_y = (lightness * (100 / 255) + 16) / 116
    f = np.stack([f_y + a / 500, f_y, f_y - b / 200], axis=-1)
    xyz = np.where(f > DELTA, f**3, 3 * DELTA**2 * (f - 4 / 29)) * D50
    linear = np.clip(xyz @ TO_LINEAR_RGB.T, 0, 1)
    rgb: npt.NDArray[np.uint8] = _encoded()[np.rint(linear * (LINEAR_STEPS - 1)).astype(np.uint16)]
    return rgb


def _encoded() -> npt.NDArray[np.uint8]:
    """The sRGB level of every linear step."""
    linear = np.linspace(0, 1, LINEAR_STEPS)
    curve = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    levels: npt.NDArray[np.uint8] = np.rint(255 * curve).astype(np.uint8)
    return levels
