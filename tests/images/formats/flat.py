"""A picture of one colour, to save in any format and to recognise when decoded."""

import numpy as np
from PIL import Image

from app.images.decode import Limits, decode

FLAT = Image.new("RGB", (40, 24), "#336699")


def is_flat(data: bytes) -> bool:
    """Whether the picture is FLAT, within the error of a JPEG."""
    rgb = decode(data, Limits()).rgb
    return rgb.shape == (24, 40, 3) and bool(np.abs(rgb.astype(int) - [0x33, 0x66, 0x99]).max() <= 2)
