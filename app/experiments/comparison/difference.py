"""The difference of two layers' outputs: value by value, and how large it is as a whole and in each channel."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from app.analysis.clipping import CLIPPED, Clip, clip_of
from app.analysis.statistics import Statistics, statistics_of
from app.errors import NotAvailable
from app.nets.layer import Layer


@dataclass(frozen=True, slots=True)
class Distance:
    """How far an output is from another one of the same shape, the reference.

    `rms` is the root mean square of the differences, `relative` their norm as a share of the reference's norm, `cosine`
    that of the angle between both outputs as vectors. All of them are over the finite differences; None where there is
    none or a norm is zero.
    """

    rms: float | None
    relative: float | None
    cosine: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """The figures of an output minus another one of the same shape, the reference.

    `statistics` are those of the differences, `rms`, `relative` and `cosine` those of their `Distance`, and
    `channel_rms` is the root mean square in each channel (C,). `clip` is where the scale of a page ends.
    """

    statistics: Statistics
    rms: float | None
    channel_rms: NDArray[np.float64]
    relative: float | None
    cosine: float | None
    clip: Clip

    @property
    def order(self) -> NDArray[np.intp]:
        """The channels (C,), those that differ most first; channels without a finite difference come last."""
        return np.argsort(-self.channel_rms, kind="stable")


def cells_of(layer: Layer) -> tuple[int, ...]:
    """The channels and cells of a layer's output: outputs with the same ones can be subtracted."""
    return *layer.map_shape, layer.token_grid.tokens if layer.token_grid else 0


def check_same_cells(one: Layer, other: Layer) -> None:
    """Raises NotAvailable unless the outputs of both layers can be subtracted."""
    if cells_of(one) != cells_of(other):
        raise NotAvailable(
            f"Only outputs of the same shape can be subtracted: {one.name} gives {_shape(one)}, "
            f"{other.name} gives {_shape(other)}."
        )


def difference_of(values: NDArray[np.float32], reference: NDArray[np.float32]) -> Difference:
    """The figures of `values` minus `reference`, both by channel, (C, H, W) or (N,)."""
    differences = subtract(values, reference)
    statistics = statistics_of(differences)
    channels, distance = statistics.channels, _distance(values, reference, differences)
    return Difference(
        statistics=statistics,
        rms=distance.rms,
        channel_rms=np.hypot(channels.mean, channels.std),
        relative=distance.relative,
        cosine=distance.cosine,
        clip=clip_of(differences, CLIPPED),
    )


def distance_of(values: NDArray[np.float32], reference: NDArray[np.float32]) -> Distance:
    """How far `values` are from a reference of the same shape."""
    return _distance(values, reference, subtract(values, reference))


def _distance(
    values: NDArray[np.float32], reference: NDArray[np.float32], differences: NDArray[np.float32]
) -> Distance:
    is_finite = np.isfinite(differences)
    own, others, changes = (array[is_finite] for array in (values, reference, differences))
    norm, own_norm, other_norm = (sqrt(_dot(vector, vector)) for vector in (changes, own, others))
    return Distance(
        rms=_ratio(norm, sqrt(changes.size)),
        relative=_ratio(norm, other_norm),
        cosine=_ratio(_dot(own, others), own_norm * other_norm),
    )


def subtract(values: NDArray[np.float32], reference: NDArray[np.float32]) -> NDArray[np.float32]:
    """`values` minus `reference`; NaN where both are infinite."""
    with np.errstate(invalid="ignore", over="ignore"):
        difference: NDArray[np.float32] = np.subtract(values, reference, dtype=np.float32)
    return difference


def _dot(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The dot product of two vectors, summed in double precision."""
    return float(np.einsum("i,i->", one, other, dtype=np.float64))


def _ratio(number: float, divisor: float) -> float | None:
    return number / divisor if divisor else None


def _shape(layer: Layer) -> str:
    return " × ".join(map(str, layer.map_shape if layer.has_maps else (layer.channels,)))
