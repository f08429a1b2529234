"""The photo that benchmarks send, and as many others like it as they need."""

import io

import numpy as np
from PIL import Image

from app.resources import STATIC

SAMPLE = STATIC / "samples" / "cat.jpg"


def photos(size: tuple[int, int], count: int, first: int = 0) -> list[bytes]:
    """JPEGs that differ in the colour of one block, numbered from `first`, so that no answer comes from a cache."""
    pixels = np.array(Image.open(SAMPLE).convert("RGB").resize(size, Image.Resampling.LANCZOS))
    made = []
    for number in range(first, first + count):
        pixels[:16, :16] = np.random.default_rng(number).integers(0, 256, 3)
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=90)
        made.append(file.getvalue())
    return made
