"""A picture of one colour, to save in any format and to know again."""

import numpy as np
from PIL import Image

from app.images.decode import Limits, decode

FLAT = Image.new("RGB", (40, 24), "#336699")


def is_flat(data: bytes) -> bool:
    """The picture is FLAT again, but for a level that JPEG may lose."""
    rgb = decode(data, Limits()).rgb
    return rgb.shape == (24, 40, 3) and bool(np.abs(rgb.astype(int) - [0x33, 0x66, 0x99]).max() <= 2)
