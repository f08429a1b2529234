"""The smoothness of a map, and random maps of the same smoothness to compare it with."""

from math import exp, log, log2, sqrt

import numpy as np
import numpy.typing as npt

from app.attribution.maps import MapValues

MAX_DEVIATION = 0.25  # of the view's shorter side: a wider Gaussian leaves nothing random
CUTOFF = 4  # standard deviations at which the Gaussian is cut off


def smoothness(values: MapValues) -> float:
    """The standard deviation, in pixels, of the Gaussian that makes white noise as smooth as a map (H, W); 0 for noise.

    White noise under a Gaussian of deviation s has the correlation exp(-1 / (4 s^2)) between neighbours; this is solved
    for s. The result is rounded to a quarter of an octave, and is at most a quarter of the view.
    """
    plane = values.astype(np.float64)
    highest = MAX_DEVIATION * float(min(values.shape))
    variance = float(plane.var())
    if variance == 0:
        return highest
    steps = float((np.diff(plane, axis=0) ** 2).mean() + (np.diff(plane, axis=1) ** 2).mean()) / 2
    correlation = 1 - steps / (2 * variance)
    if correlation <= exp(-1):
        return 0.0
    deviation = sqrt(-1 / (4 * log(correlation)))
    rounded = float(2 ** (round(4 * log2(deviation)) / 4))
    return min(rounded, highest)


def random_map(height: int, width: int, deviation: float, seed: int) -> MapValues:
    """White noise under a Gaussian of this deviation in pixels, (height, width) float32; a pure function."""
    margin = int(CUTOFF * deviation) + 1
    noise = np.random.default_rng(seed).standard_normal((height + 2 * margin, width + 2 * margin))
    blurred = blur(noise, deviation)[margin : margin + height, margin : margin + width]
    return blurred.astype(np.float32)


def blur(values: npt.NDArray[np.float64], deviation: float) -> npt.NDArray[np.float64]:
    """A plane (H, W) under a Gaussian; edge values are repeated beyond the edges."""
    if deviation == 0:
        return values
    radius = int(CUTOFF * deviation) + 1
    kernel = np.exp(-0.5 * (np.arange(-radius, radius + 1) / deviation) ** 2)
    kernel /= kernel.sum()
    for axis in (0, 1):
        padding = [(radius, radius) if each == axis else (0, 0) for each in (0, 1)]
        padded = np.pad(values, padding, mode="edge")
        windows = np.lib.stride_tricks.sliding_window_view(padded, len(kernel), axis=axis)
        values = windows @ kernel
    return values
