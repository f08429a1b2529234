"""Principal components, compared with the singular values of SciPy and with planes that are known."""

import numpy as np
import pytest
from scipy import linalg

from app.experiments.components import PrincipalBasis, basis_of, cells_of, component_levels, principal_basis

RNG = np.random.default_rng(11)
CELLS = RNG.standard_normal((500, 6)) * [9, 5, 3, 1, 0.5, 0.1] @ linalg.orth(RNG.standard_normal((6, 6)))


@pytest.fixture(scope="module")
def basis() -> PrincipalBasis:
    return principal_basis(CELLS)


def test_components_are_the_first_right_singular_vectors(basis: PrincipalBasis) -> None:
    _, values, vectors = linalg.svd(CELLS - CELLS.mean(axis=0), full_matrices=False)
    assert np.abs((basis.directions * vectors[:3]).sum(axis=1)) == pytest.approx(1)
    assert basis.explained == pytest.approx(values[:3] ** 2 / (values**2).sum())


def test_fewer_cells_than_channels_give_the_same_components_as_each_cell_twice() -> None:
    few = RNG.standard_normal((5, 8))
    assert principal_basis(few).directions == pytest.approx(principal_basis(np.vstack([few, few])).directions)


def test_the_sign_is_fixed_by_the_largest_number(basis: PrincipalBasis) -> None:
    mirrored = principal_basis(-CELLS)
    assert mirrored.directions == pytest.approx(basis.directions)
    assert (basis.directions.max(axis=1) == np.abs(basis.directions).max(axis=1)).all()


def test_colours_run_from_the_first_to_the_last_percentile(basis: PrincipalBasis) -> None:
    levels = component_levels(CELLS.T.reshape(6, 20, 25).astype(np.float32), basis)
    assert np.percentile(levels, (1, 99), axis=(1, 2)) == pytest.approx(np.array([[0.0] * 3, [255.0] * 3]), abs=1e-3)


def test_a_layer_of_one_channel_has_one_component() -> None:
    basis = principal_basis(np.linspace(-1, 1, 101)[:, np.newaxis])
    assert basis.directions.tolist() == [[1], [0], [0]]
    assert basis.explained.tolist() == [1, 0, 0]


def test_cells_that_are_all_equal_have_a_colour() -> None:
    maps = np.full((4, 2, 2), 7.0, dtype=np.float32)
    assert (component_levels(maps, basis_of([maps])) == 0).all()


def test_of_a_large_map_evenly_spaced_cells_count() -> None:
    maps = np.arange(2 * 64 * 64, dtype=np.float32).reshape(2, 64, 64)
    assert cells_of(maps)[:3].tolist() == [[0, 4096], [4, 4100], [8, 4104]]
