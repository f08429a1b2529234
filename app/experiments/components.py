"""Principal components: the directions in which the cells of a layer differ most, as one colour for each cell.

All pictures share one basis, that of some fixed pictures: so the same colour stands for the same mixture of channels.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.experiments.probe import Reals

COMPONENTS = 3  # red, green and blue
RANGE_PERCENTILES = (1, 99)  # of a component, from dark to bright
TOP_LEVEL = 255.0
MAX_CELLS = 1024  # of a picture, evenly spaced


@dataclass(frozen=True, slots=True)
class PrincipalBasis:
    """The first three principal components of the cells of a layer with C channels.

    `directions`, (3, C), have length 1; each one's largest number in magnitude is positive. `low` and `high`, (3,), are
    the range of each component that colours stand for. `explained`, (3,), are the shares of the variance. A layer of
    fewer channels has fewer components: the directions of the others are zero.
    """

    mean: Reals
    directions: Reals
    low: Reals
    high: Reals
    explained: Reals


def principal_basis(cells: Reals) -> PrincipalBasis:
    """The basis of cells, (N, C)."""
    mean = cells.mean(axis=0)
    rows = cells - mean
    count = min(COMPONENTS, *rows.shape)
    variances, axes = _principal_axes(rows)
    directions = np.zeros((COMPONENTS, rows.shape[1]))
    directions[:count] = axes[:count]
    strongest = np.abs(directions).argmax(axis=1)
    directions *= np.where(directions[np.arange(COMPONENTS), strongest] < 0, -1.0, 1.0)[:, np.newaxis]
    explained = np.zeros(COMPONENTS)
    explained[:count] = variances[:count] / (variances.sum() or 1.0)
    low, high = np.percentile(rows @ directions.T, RANGE_PERCENTILES, axis=0)
    return PrincipalBasis(mean, directions, low, high, explained.clip(0, 1))


def _principal_axes(rows: Reals) -> tuple[Reals, Reals]:
    """The variances, highest first, and the axes, one per row: by whichever matrix is the smaller one."""
    if rows.shape[0] < rows.shape[1]:
        _, values, axes = np.linalg.svd(rows, full_matrices=False)
        return values**2 / len(rows), axes
    variances, vectors = np.linalg.eigh(rows.T @ rows / len(rows))
    return variances[::-1], vectors[:, ::-1].T


def cells_of(maps: npt.NDArray[np.float32]) -> Reals:
    """The cells of maps, (C, H, W), as rows, (N, C); of a large map an evenly spaced part."""
    cells = maps.reshape(len(maps), -1).T
    step = -(-len(cells) // MAX_CELLS)
    return cells[::step].astype(np.float64)


def basis_of(layers_maps: Iterable[npt.NDArray[np.float32]]) -> PrincipalBasis:
    """The basis of a layer's maps for some pictures."""
    return principal_basis(np.concatenate([cells_of(maps) for maps in layers_maps]))


def component_levels(maps: npt.NDArray[np.float32], basis: PrincipalBasis) -> Reals:
    """Red, green and blue levels, (3, H, W): 0 at the low end of each component and 255 at the high end."""
    _, height, width = maps.shape
    components = basis.directions @ (maps.reshape(len(maps), -1) - basis.mean[:, np.newaxis])
    span = np.where(basis.high > basis.low, basis.high - basis.low, 1.0)
    levels: Reals = TOP_LEVEL * (components - basis.low[:, np.newaxis]) / span[:, np.newaxis]
    return levels.reshape(COMPONENTS, height, width)
