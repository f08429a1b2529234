"""The linear scale from values to grey levels: its range, where the range comes from, whether zero is in the middle."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from app.errors import InvalidRequest, NonFinite

Domain = Literal["channel", "layer", "fixed"]
TOP_LEVEL: Final = 255
MIDDLE_LEVEL: Final = 128
SMALLEST_HALF: Final = 1e-300  # of a range: what is smaller is drawn as zero
NOT_FINITE: Final = "The values hold NaN or infinity, which no picture can show."


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear scale: `lo` is drawn as level 0 and `hi` as level 255; a level q stands for lo + q / 255 * (hi - lo).

    `domain` says which values the range comes from: one channel, the whole layer, or none (fixed beforehand).
    A `signed` scale has zero in the middle and goes with a diverging colour map.
    """

    lo: float
    hi: float
    domain: Domain
    signed: bool

    def __post_init__(self) -> None:
        if not (isfinite(self.lo) and isfinite(self.hi)):
            raise NonFinite("A scale needs finite bounds.")
        if self.lo > self.hi:
            raise InvalidRequest("A scale's lower bound may not exceed its upper bound.", lo=self.lo, hi=self.hi)

    @property
    def zero_level(self) -> int:
        """The level at which zero is drawn."""
        return MIDDLE_LEVEL if self.signed else 0


def scale_between(lowest: float, highest: float, domain: Domain, *, signed: bool | None = None) -> Scale:
    """The scale for values from `lowest` to `highest`.

    Zero is always on the scale, so that equal brightness means an equal share of the maximum: without negative values
    it runs from 0 to the maximum, with them from -m to m where m is the greatest magnitude. `signed` forces one of the
    two; only non-negative values may be unsigned. Raises NonFinite for NaN or infinity.
    """
    if signed is None:
        signed = lowest < 0
    bound = max(highest, -lowest)
    return Scale(-bound if signed else 0.0, bound, domain, signed)


def scale_of(values: NDArray[Any], domain: Domain = "channel", *, signed: bool | None = None) -> Scale:
    """The scale that spans `values`, of any shape and real dtype; see `scale_between`.

    Raises NonFinite for NaN or infinity.
    """
    lowest, highest = float(np.min(values)), float(np.max(values))
    if not (isfinite(lowest) and isfinite(highest)):
        raise NonFinite(NOT_FINITE)
    return scale_between(lowest, highest, domain, signed=signed)


def quantise(values: NDArray[Any], scale: Scale | Sequence[Scale]) -> NDArray[np.uint8]:
    """The nearest grey levels 0..255, of the shape of `values`; values off the scale get the level of its end.

    A sequence holds one scale for each entry of the first axis. Raises NonFinite for NaN or infinity.
    """
    if not np.isfinite(values).all():
        raise NonFinite(NOT_FINITE)
    gain, offset = _affine(scale, values.ndim)
    with np.errstate(over="ignore"):  # a value far off a fixed scale; clipped below
        levels: NDArray[Any] = np.multiply(values, gain, dtype=gain.dtype)
    levels += offset
    np.clip(levels, 0, TOP_LEVEL + 0.5, out=levels)
    return levels.astype(np.uint8)


def _affine(scale: Scale | Sequence[Scale], ndim: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Gain and offset with level = floor(value * gain + offset), of a shape that broadcasts over the values.

    Zero maps to `offset` itself, so rounding never changes its level.
    """
    scales = [scale] if isinstance(scale, Scale) else scale
    lo, hi = (np.array([getattr(each, end) for each in scales]) for end in ("lo", "hi"))
    half = hi / 2 - lo / 2  # of the range, which itself may be too large for float64
    flat = half < SMALLEST_HALF
    gain = np.where(flat, 0, TOP_LEVEL / 2 / np.where(flat, 1, half))
    offset = np.where(flat, [each.zero_level for each in scales], 0.5 - lo * gain)
    # float32 is precise enough unless the range is far from zero, tiny or huge.
    is_usual = np.abs(offset).max() < 4096 and gain.max() < 1e30 and half.max() < 1e30
    dtype = np.float32 if is_usual else np.float64
    shape = () if isinstance(scale, Scale) else (-1,) + (1,) * (ndim - 1)
    return gain.astype(dtype).reshape(shape), offset.astype(dtype).reshape(shape)
