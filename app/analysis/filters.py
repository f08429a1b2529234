"""The filters of a layer: their statistics, and which of them are near-duplicates."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.errors import NotAvailable
from app.nets.layer import INPUT, SPATIAL_AXES, Layer
from app.nets.network import Network
from app.nets.session import Tensor

SIMILAR: Final = 0.9  # the cosine from which two filters count as near-duplicates
NEAR_ZERO: Final = 0.01  # share of the filter's largest magnitude
MAX_PAIRS: Final = 100
MAX_PRODUCTS: Final = 20_000_000_000  # a few seconds on one core
BLOCK: Final = 256
RGB_PLANES = {"RGB": (0, 1, 2), "BGR": (2, 1, 0)}


@dataclass(frozen=True, slots=True)
class FilterStatistics:
    """The number of weights of one filter, their L1 and L2 norm, mean, standard deviation and range.

    `std` is of the population (divided by the count); `near_zero` is the share of weights whose magnitude is less than
    1 % of the largest, 0..1, and 1 if all are zero.
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
    """Two filters of a layer and the cosine similarity of their weights, -1..1: 1 if they differ by a factor only.

    Biases are ignored.
    """

    one: int
    other: int
    cosine: float


@dataclass(frozen=True, slots=True)
class SimilarFilters:
    """The number of pairs of near-duplicate filters of a layer, and the most similar pairs, most similar first."""

    threshold: float
    count: int
    pairs: tuple[FilterPair, ...]


@dataclass(frozen=True, slots=True)
class LayerFilters:
    """All filters of a layer: the statistics of each, and the near-duplicates."""

    statistics: tuple[FilterStatistics, ...]
    alike: SimilarFilters


def layer_filters(weights: Tensor) -> LayerFilters:
    """The statistics of a layer's filters (C, ...); raises NotAvailable if there are too many to compare."""
    alike = similar_filters(weights)
    return LayerFilters(tuple(filter_statistics(each) for each in weights), alike)


def filter_statistics(weights: Tensor) -> FilterStatistics:
    """The statistics of one filter, of any shape."""
    flat = np.asarray(weights, np.float64).reshape(-1)
    magnitudes = np.abs(flat)
    largest = float(magnitudes.max())
    return FilterStatistics(
        weights=flat.size,
        l1=float(magnitudes.sum()),
        l2=float(np.sqrt(flat @ flat)),
        mean=float(flat.mean()),
        std=float(flat.std()),
        min=float(flat.min()),
        max=float(flat.max()),
        near_zero=float((magnitudes < NEAR_ZERO * largest).mean()) if largest else 1.0,
    )


def nearest_filters(weights: Tensor, number: int, count: int) -> tuple[FilterPair, ...]:
    """The `count` filters most similar to filter `number`, by cosine, most similar first.

    A filter of zeros has no direction and is similar to none. `weights` is (C, ...), one filter per entry.
    """
    flat = np.asarray(weights, np.float32).reshape(len(weights), -1)  # products of float16 would be rounded to it
    if not flat[number].any():
        return ()
    norms = np.sqrt(np.vecdot(flat, flat).astype(np.float64))
    products = (flat @ flat[number]).astype(np.float64)
    cosines = np.divide(products, norms * norms[number], out=np.full(len(flat), np.nan), where=norms > 0)
    cosines[number] = np.nan
    order = np.argsort(-cosines, kind="stable")[:count]  # NaN comes last
    return tuple(
        FilterPair(number, int(other), float(np.clip(cosines[other], -1, 1)))
        for other in order
        if np.isfinite(cosines[other])
    )


def similar_filters(weights: Tensor, threshold: float = SIMILAR) -> SimilarFilters:
    """The pairs of filters with a cosine of at least `threshold` > 0, block by block; `weights` is (C, ...).

    Raises:
        NotAvailable: comparing all pairs takes more than 2e10 multiplications.
    """
    flat = weights.reshape(len(weights), -1)
    if len(flat) ** 2 * flat.shape[1] > MAX_PRODUCTS:
        raise NotAvailable(f"Comparing all {len(flat)} filters of this layer with each other would take too long.")
    count, similar = 0, list[FilterPair]()
    for pairs in _blocks(flat, threshold):
        count += len(pairs[0])
        closest = np.argsort(-pairs[2], kind="stable")[:MAX_PAIRS]
        similar += [FilterPair(int(pairs[0][at]), int(pairs[1][at]), float(min(pairs[2][at], 1))) for at in closest]
    similar.sort(key=lambda pair: -pair.cosine)
    return SimilarFilters(threshold, count, tuple(similar[:MAX_PAIRS]))


def _blocks(flat: Tensor, threshold: float) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp], Tensor]]:
    """The similar pairs of each two blocks of filters: the lower indices, the higher indices, the cosines."""
    units = [_normalise(flat[first : first + BLOCK]) for first in range(0, len(flat), BLOCK)]
    for index, rows in enumerate(units):
        for later in range(index, len(units)):
            cosines = rows @ units[later].T
            if later == index:
                cosines[np.tril_indices(len(rows))] = -1
            one, other = np.nonzero(cosines >= threshold)
            yield one + index * BLOCK, other + later * BLOCK, cosines[one, other]


def _normalise(rows: Tensor) -> Tensor:
    """The rows scaled to length 1; rows of zeros are unchanged and have a cosine of 0 with every other row."""
    single = np.asarray(rows, np.float32)
    norms = np.sqrt(np.vecdot(single, single))
    return np.divide(single, np.where(norms > 0, norms, 1)[:, None], dtype=np.float32)


def colour_planes(network: Network, layer: Layer) -> tuple[int, ...] | None:
    """The indices of the red, green and blue input channels of a convolution of the network's input; else None."""
    source = layer.inputs[0]
    if source != INPUT and network.layer(source).op == "Transpose":  # of an image with channels last
        source = network.layer(source).inputs[0]
    is_first = layer.op == "Conv" and source == INPUT and layer.attributes.get("group", 1) == 1
    has_colours = network.graph.input.shape[0] >= len("RGB") and len(layer.shape) == len(SPATIAL_AXES)
    return RGB_PLANES.get(network.card.input.channels) if is_first and has_colours else None
