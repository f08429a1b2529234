"""What the filters of a layer are like: their size, and which of them are nearly the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.errors import NotAvailable
from app.nets.layer import Layer
from app.nets.network import Network

ALIKE: Final = 0.9  # the cosine from which two filters are called nearly the same
NEAR_ZERO: Final = 0.01  # of the filter's greatest magnitude
MOST_PAIRS: Final = 100
MOST_PRODUCTS: Final = 20_000_000_000  # some seconds of one core
BLOCK: Final = 256
Values = NDArray[np.float32]
RGB_PLANES = {"RGB": (0, 1, 2), "BGR": (2, 1, 0)}


@dataclass(frozen=True, slots=True)
class FilterStatistics:
    """Of the weights of one filter: the sums of their magnitudes (L1) and of their squares, its root taken (L2).

    `std` is that of the population; `near_zero` is the share of weights whose magnitude is less than 1 % of the
    greatest one's, 0..1, and 1 where all are zero.
    """

    weights: int
    l1: float
    l2: float
    mean: float
    std: float
    min: float
    max: float
    near_zero: float


@dataclass(frozen=True, slots=True)
class FilterPair:
    """Two filters of a layer and the cosine of the angle between their weights, -1..1: 1 if they differ in size alone.

    Biases play no part.
    """

    one: int
    other: int
    cosine: float


@dataclass(frozen=True, slots=True)
class SimilarFilters:
    """How many pairs of a layer's filters are nearly the same, and the closest of them, closest first."""

    threshold: float
    count: int
    pairs: tuple[FilterPair, ...]


@dataclass(frozen=True, slots=True)
class LayerFilters:
    """All filters of a layer: the figures of each, and which are nearly the same."""

    statistics: tuple[FilterStatistics, ...]
    alike: SimilarFilters


def layer_filters(weights: Values) -> LayerFilters:
    """The figures of a layer's filters, (C, ...); raises NotAvailable where there are too many to compare."""
    alike = similar_filters(weights)
    return LayerFilters(tuple(filter_statistics(each) for each in weights), alike)


def filter_statistics(weights: Values) -> FilterStatistics:
    """The statistics of one filter, of any shape."""
    flat = np.asarray(weights, np.float64).reshape(-1)
    sizes = np.abs(flat)
    greatest = float(sizes.max())
    return FilterStatistics(
        weights=flat.size,
        l1=float(sizes.sum()),
        l2=float(np.sqrt(flat @ flat)),
        mean=float(flat.mean()),
        std=float(flat.std()),
        min=float(flat.min()),
        max=float(flat.max()),
        near_zero=float((sizes < NEAR_ZERO * greatest).mean()) if greatest else 1.0,
    )


def nearest_filters(weights: Values, number: int, most: int) -> tuple[FilterPair, ...]:
    """The `most` filters whose direction is closest to that of filter `number`, closest first.

    A filter of zeros has no direction and is like none. `weights` is (C, ...), one filter per entry.
    """
    flat = weights.reshape(len(weights), -1)
    if not flat[number].any():
        return ()
    sizes = np.sqrt(np.vecdot(flat, flat).astype(np.float64))
    products = (flat @ flat[number]).astype(np.float64)
    cosines = np.divide(products, sizes * sizes[number], out=np.full(len(flat), np.nan), where=sizes > 0)
    cosines[number] = np.nan
    order = np.argsort(-cosines, kind="stable")[:most]  # NaN comes last
    return tuple(
        FilterPair(number, int(other), float(np.clip(cosines[other], -1, 1)))
        for other in order
        if np.isfinite(cosines[other])
    )


def similar_filters(weights: Values, threshold: float = ALIKE) -> SimilarFilters:
    """The pairs of filters with a cosine of at least `threshold` > 0, block by block; `weights` is (C, ...).

    Raises:
        NotAvailable: comparing all pairs would take more than 2e10 multiplications.
    """
    flat = weights.reshape(len(weights), -1)
    if len(flat) ** 2 * flat.shape[1] > MOST_PRODUCTS:
        raise NotAvailable(f"Comparing all {len(flat)} filters of this layer with each other would take too long.")
    count, found = 0, list[FilterPair]()
    for pairs in _blocks(flat, threshold):
        count += len(pairs[0])
        closest = np.argsort(-pairs[2], kind="stable")[:MOST_PAIRS]
        found += [FilterPair(int(pairs[0][at]), int(pairs[1][at]), float(min(pairs[2][at], 1))) for at in closest]
    found.sort(key=lambda pair: -pair.cosine)
    return SimilarFilters(threshold, count, tuple(found[:MOST_PAIRS]))


def _blocks(flat: Values, threshold: float) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp], Values]]:
    """The pairs of each two blocks of filters: the lower numbers, the higher ones, the cosines."""
    units = [_unit(flat[first : first + BLOCK]) for first in range(0, len(flat), BLOCK)]
    for index, rows in enumerate(units):
        for later in range(index, len(units)):
            cosines = rows @ units[later].T
            if later == index:
                cosines[np.tril_indices(len(rows))] = -1
            one, other = np.nonzero(cosines >= threshold)
            yield one + index * BLOCK, other + later * BLOCK, cosines[one, other]


def _unit(rows: Values) -> Values:
    """The rows at length 1; rows of zeros stay, and have a cosine of 0 with every other."""
    sizes = np.sqrt(np.vecdot(rows, rows))
    return np.divide(rows, np.where(sizes > 0, sizes, 1)[:, None], dtype=np.float32)


def colour_planes(network: Network, layer: Layer) -> tuple[int, ...] | None:
    """Which input channels are red, green and blue, for a convolution that looks at the picture itself; else None."""
    looks_at_the_picture = layer.op == "Conv" and layer.inputs == ("input",)
    return RGB_PLANES.get(network.card.input.channels) if looks_at_the_picture else None
