"""A photo for perturbations: smooth, so that two kinds of interpolation agree, and not square."""

import numpy as np
import numpy.typing as npt
import pytest
from scipy import ndimage


@pytest.fixture(scope="session")
def photo() -> npt.NDArray[np.uint8]:
    smooth = ndimage.gaussian_filter(np.random.default_rng(1).uniform(0, 255, (60, 80, 3)), (6, 6, 0))
    stretched: npt.NDArray[np.float64] = (smooth - smooth.min()) / np.ptp(smooth) * 255
    return stretched.astype(np.uint8)
