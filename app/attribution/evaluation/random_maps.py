"""How smooth a map is, and random maps that are just as smooth, to hold it against."""

from math import exp, log, log2, sqrt

import numpy as np
import numpy.typing as npt

MapValues = npt.NDArray[np.float32]
WIDEST = 0.25  # of the view's shorter side: a wider bell leaves nothing to be random
REACH = 4  # standard deviations of a bell that are summed


def smoothness(values: MapValues) -> float:
    """The deviation, in pixels, of the bell that would make white noise as smooth as a map (H, W); 0 for noise.

    Noise under a normal bell of deviation s has the correlation exp(-1 / (4 s^2)) between neighbours; this is solved
    for s. It is rounded to a quarter of an octave, and at most a quarter of the view.
    """
    plane = values.astype(np.float64)
    widest = WIDEST * float(min(values.shape))
    variance = float(plane.var())
    if variance == 0:
        return widest
    steps = float((np.diff(plane, axis=0) ** 2).mean() + (np.diff(plane, axis=1) ** 2).mean()) / 2
    beside = 1 - steps / (2 * variance)
    if beside <= exp(-1):
        return 0.0
    deviation = sqrt(-1 / (4 * log(min(beside, 1 - 1e-9))))
    rounded = float(2 ** (round(4 * log2(deviation)) / 4))
    return min(rounded, widest)


def random_map(height: int, width: int, deviation: float, seed: int) -> MapValues:
    """White noise under a normal bell of this deviation in pixels, (height, width) float32; a pure function."""
    margin = int(REACH * deviation) + 1
    noise = np.random.default_rng(seed).standard_normal((height + 2 * margin, width + 2 * margin))
    blurred = blur(noise, deviation)[margin : margin + height, margin : margin + width]
    return blurred.astype(np.float32)


def blur(values: npt.NDArray[np.float64], deviation: float) -> npt.NDArray[np.float64]:
    """A plane (H, W) under a normal bell; the edge values go on beyond the edges."""
    if deviation == 0:
        return values
    reach = int(REACH * deviation) + 1
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    bell /= bell.sum()
    for axis in (0, 1):
        padding = [(reach, reach) if each == axis else (0, 0) for each in (0, 1)]
        padded = np.pad(values, padding, mode="edge")
        windows = np.lib.stride_tricks.sliding_window_view(padded, len(bell), axis=axis)
        values = windows @ bell
    return values
