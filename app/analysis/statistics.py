"""Statistics of activations: range, mean, standard deviation and zeros of every channel and of the layer."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

Order = Literal["index", "mean", "max", "std", "zeros"]
STRONGEST: Final = 8
# A block is read from memory once and then processed in the last-level cache.
BLOCK_CELLS: Final = 1_048_576
LARGE_CELLS: Final = 1_048_576  # a layer of this size is worth a thread
# Single precision sums this many squares with a relative error of about 1e-5; longer channels are pooled from segments.
SEGMENT_CELLS: Final = 8_192
FAR: Final = 50  # mean square / variance; above, the mean is subtracted before squaring
MIN_STD: Final = 1e-15  # below, squares underflow in single precision


@dataclass(frozen=True, slots=True, eq=False)
class ChannelStatistics:
    """One entry per channel, (C,): float64, and int64 counts `nan` and `inf`.

    `min`, `max`, `mean` and `std` (of the population, divided by the count) are over the finite cells, NaN in a channel
    without any. `zeros` is the share of the channel's `cells` that are exactly zero, 0..1.
    """

    cells: int
    min: NDArray[np.float64]
    max: NDArray[np.float64]
    mean: NDArray[np.float64]
    std: NDArray[np.float64]
    zeros: NDArray[np.float64]
    nan: NDArray[np.int64]
    inf: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class StrongChannel:
    """A channel with its mean and its maximum."""

    channel: int
    mean: float
    max: float


@dataclass(frozen=True, slots=True)
class LayerStatistics:
    """The statistics over all cells of a layer; `dead` counts the channels that are zero everywhere.

    `strongest` are the channels with the largest mean, at most eight, in falling order.
    """

    channels: int
    min: float
    max: float
    mean: float
    std: float
    zeros: float
    dead: int
    nan: int
    inf: int
    strongest: tuple[StrongChannel, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """The statistics of one layer, by channel and as a whole."""

    channels: ChannelStatistics
    layer: LayerStatistics


def statistics_of(activation: NDArray[Any]) -> Statistics:
    """The statistics of a layer's output, (C, H, W) or (N,), by channel and pooled."""
    channels = channel_statistics(activation)
    return Statistics(channels, layer_statistics(channels))


def statistics_of_all(layers: Mapping[str, NDArray[Any]], threads: int) -> dict[str, Statistics]:
    """The statistics of several layers' outputs by name, the large ones in parallel on `threads`.

    NumPy releases the interpreter lock while it processes many cells; with few, threads would wait for each other.
    """
    large = [name for name, activation in layers.items() if activation.size >= LARGE_CELLS]
    with ThreadPoolExecutor(threads) as pool:
        of_large = dict(zip(large, pool.map(statistics_of, (layers[name] for name in large)), strict=True))
    return {name: of_large.get(name) or statistics_of(activation) for name, activation in layers.items()}


def channel_statistics(activation: NDArray[Any]) -> ChannelStatistics:
    """The statistics of every channel of (C, H, W), or of every unit of (N,), each of one cell. Computes in float32.

    Squares are summed in single precision, of deviations from the mean if the mean is far from zero, in segments that
    are pooled in double precision: `mean` and `std` are within 1e-4 `std` of the exact values, even if the mean is far
    larger (Chan, Golub & LeVeque, "Algorithms for Computing the Sample Variance", The American Statistician 37(3),
    1983). Channels with NaN or infinity, or whose squares leave the range of single precision, are computed again
    in double precision.
    """
    flat = np.asarray(activation, np.float32).reshape(activation.shape[0], -1)
    channels, cells = flat.shape
    with np.errstate(over="ignore", invalid="ignore"):
        table = _unit_table(flat[:, 0]) if cells == 1 else _channel_table(flat)
    low, high, mean, std, zeros = table
    again = np.flatnonzero(~np.isfinite(table).all(axis=0) | ((std < MIN_STD) & (low < high)))
    nan, inf = np.zeros(channels, np.int64), np.zeros(channels, np.int64)
    nan[again], inf[again] = np.isnan(flat[again]).sum(axis=1), np.isinf(flat[again]).sum(axis=1)
    table[:4, again] = np.nan
    for channel in again[nan[again] + inf[again] < cells]:
        values = flat[channel][np.isfinite(flat[channel])].astype(np.float64)
        table[:4, channel] = values.min(), values.max(), values.mean(), values.std()
    return ChannelStatistics(cells, low, high, mean, std, zeros, nan, inf)


def layer_statistics(channels: ChannelStatistics) -> LayerStatistics:
    """The statistics of a layer, pooled from those of its channels; NaN if no cell of the layer is finite."""
    finite = channels.cells - channels.nan - channels.inf
    known = np.flatnonzero(finite)
    pooled = np.full(4, np.nan)
    if known.size:
        mean, std = _pooled(finite[known], channels.mean[known], channels.std[known])
        pooled[:] = channels.min[known].min(), channels.max[known].max(), mean, std
    low, high, mean_of_all, std_of_all = pooled.tolist()
    strongest = known[np.argsort(-channels.mean[known], kind="stable")[:STRONGEST]]
    return LayerStatistics(
        channels=len(finite),
        min=low,
        max=high,
        mean=mean_of_all,
        std=std_of_all,
        zeros=float(channels.zeros.mean()),
        dead=int((channels.zeros == 1).sum()),
        nan=int(channels.nan.sum()),
        inf=int(channels.inf.sum()),
        strongest=tuple(StrongChannel(int(c), float(channels.mean[c]), float(channels.max[c])) for c in strongest),
    )


def channel_order(channels: ChannelStatistics, order: Order) -> NDArray[np.intp]:
    """The channels (C,) by index, or in falling order of mean, maximum, standard deviation or share of zeros.

    Ties are in the order of the index; channels without a finite value come last.
    """
    if order == "index":
        return np.arange(len(channels.mean))
    figures: NDArray[np.float64] = getattr(channels, order)
    return np.argsort(-figures, kind="stable")


def _unit_table(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """The table of channels of one cell: rows min, max, mean, std, zeros; one column per channel."""
    return np.stack([values, values, values, np.zeros_like(values), values == 0], dtype=np.float64)


def _channel_table(flat: NDArray[np.float32]) -> NDArray[np.float64]:
    """The table of channels of many cells (C, cells), computed block by block."""
    channels, cells = flat.shape
    length = ceil(cells / ceil(cells / SEGMENT_CELLS))
    starts = range(0, cells, length)
    sizes = np.minimum(length, cells - np.array(starts))
    block_channels = max(1, BLOCK_CELLS // length)
    segments = np.empty((5, channels, len(starts)))
    for first in range(0, channels, block_channels):
        for number, start in enumerate(starts):
            block = flat[first : first + block_channels, start : start + length]
            segments[:, first : first + block_channels, number] = _block_rows(block)
    low, high, mean, std, zeros = segments
    return np.stack([low.min(axis=1), high.max(axis=1), *_pooled(sizes, mean, std), zeros.sum(axis=1) / cells])


def _block_rows(block: NDArray[np.float32]) -> tuple[NDArray[Any], ...]:
    """Minimum, maximum, mean, standard deviation and number of zeros of each row."""
    cells = block.shape[1]
    mean = np.einsum("ij->i", block).astype(np.float64) / cells
    square = np.vecdot(block, block).astype(np.float64) / cells
    variance = square - mean**2
    far_from_zero = np.flatnonzero(~(variance * FAR >= square))
    if far_from_zero.size:
        mean[far_from_zero], variance[far_from_zero] = _centred(block[far_from_zero])
    zeros = np.bitwise_count(np.packbits(block == 0, axis=1)).sum(axis=1, dtype=np.uint32)
    return block.min(axis=1), block.max(axis=1), mean, np.sqrt(np.maximum(variance, 0)), zeros


def _centred(rows: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and variance of rows whose mean is so large that their squares would lose the deviations."""
    cells = rows.shape[1]
    pivot = np.einsum("ij->i", rows) / np.float32(cells)
    deviations = rows - pivot[:, None]
    mean_deviation = np.einsum("ij->i", deviations).astype(np.float64) / cells
    return pivot + mean_deviation, np.vecdot(deviations, deviations).astype(np.float64) / cells - mean_deviation**2


def _pooled(
    sizes: NDArray[np.int64], means: NDArray[np.float64], stds: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard deviation of the union of groups, along the last axis."""
    mean = np.average(means, weights=sizes, axis=-1)
    variance = np.average(stds**2 + (means - mean[..., None]) ** 2, weights=sizes, axis=-1)
    return mean, np.sqrt(variance)


def rank(statistics: Statistics, number: int) -> int:
    """A channel's rank by mean; 1 is the largest."""
    means = statistics.channels.mean
    return 1 + int((means > means[number]).sum())
