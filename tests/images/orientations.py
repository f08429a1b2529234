"""The orientations of photos: what turns a stored picture upright, by the number that its EXIF has."""

from collections.abc import Callable
from typing import Any

import numpy as np

# EXIF 2.32, tag 0x0112: where the stored picture's first row and first column belong.
UPRIGHT: dict[int, Callable[[Any], Any]] = {
    1: lambda stored: stored,
    2: np.fliplr,
    3: lambda stored: np.rot90(stored, 2),
    4: np.flipud,
    5: lambda stored: np.transpose(stored, (1, 0, 2)),
    6: lambda stored: np.rot90(stored, -1),
    7: lambda stored: np.rot90(np.transpose(stored, (1, 0, 2)), 2),
    8: lambda stored: np.rot90(stored, 1),
}
