"""The grids of a number: how its figures are written, and that they stand out from their colours."""

from typing import get_args

import numpy as np
import pytest

from app.arithmetic.working import Patch
from app.nets.layer import CellPlace
from app.nets.network import Network
from app.rendering.colormap import ColormapName, colour_table, resolve_colormap
from app.web.pages.address import Address
from app.web.pages.number.grids import decimals_of, grids_of, write_number
from app.web.pages.number.trail import Trail

MINUS = "\N{MINUS SIGN}"
LEAST_CONTRAST = 4.5  # that WCAG 2.2 asks for


def trail(network: Network, colormap: ColormapName = "auto") -> Trail:
    return Trail(network, Address(model="lenet5", colormap=colormap), CellPlace("conv_c3", 3, 4, 6))


def patch(inputs: list[list[float]], kernel: list[list[float]], padding: list[list[bool]] | None = None) -> Patch:
    one, other = np.array(inputs), np.array(kernel)
    outside = np.zeros(one.shape, np.bool_) if padding is None else np.array(padding)
    return Patch(one, other, one * other, outside, 4, 6, (2, 3))


def luminance(colour: tuple[float, float, float]) -> float:
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in colour]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


@pytest.mark.parametrize(
    ("numbers", "decimals"), [([0.5, -2], 2), ([0.104], 3), ([0.004], 4), ([151, 3], 0), ([151.5], 1), ([0, 0], 0)]
)
def test_small_numbers_have_more_decimals(numbers: list[float], decimals: int) -> None:
    assert decimals_of(np.array(numbers)) == decimals


@pytest.mark.parametrize(
    ("number", "text"), [(0.0, "0"), (-0.256, f"{MINUS}0.26"), (float("nan"), "NaN"), (float("-inf"), f"{MINUS}∞")]
)
def test_a_number_has_a_true_minus(number: float, text: str) -> None:
    assert write_number(number, 2) == text


def test_the_largest_product_is_chosen_in_every_grid(network: Network) -> None:
    grids = grids_of(patch([[3, 1]], [[1, -4]]), CellPlace("pool_s2", 1), trail(network), None)
    assert [[cell.is_chosen for cell in grid.rows[0]] for grid in grids] == [[False, True]] * 3


def test_each_number_leads_to_the_cell_under_the_tap(network: Network) -> None:
    taps = patch([[1, 2], [3, 4]], [[1, 1], [1, 1]], [[True, False], [False, False]])
    inputs, *others = grids_of(taps, CellPlace("pool_s2", 1), trail(network), None)
    hrefs = [cell.href for row in inputs.rows for cell in row]
    assert hrefs[0] is None
    assert [
        href and f"cell={y}%2C{x}" in href for href, (y, x) in zip(hrefs[1:], [(4, 9), (6, 6), (6, 9)], strict=True)
    ]
    assert {cell.href for grid in others for row in grid.rows for cell in row} == {None}


@pytest.mark.parametrize(("shape", "decimals"), [((2, 7), 5), ((2, 8), 3), ((8, 2), 5)])
def test_a_grid_of_many_columns_has_room_for_fewer_decimals(
    network: Network, shape: tuple[int, int], decimals: int
) -> None:
    numbers = np.full(shape, 0.0012).tolist()
    inputs, *_ = grids_of(patch(numbers, numbers), None, trail(network), None)
    assert inputs.rows[0][0].text == f"{0.0012:.{decimals}f}"
    assert (inputs.shape, inputs.longest) == (shape, 2 + decimals)


def test_numbers_that_are_not_finite_are_written_and_have_no_largest(network: Network) -> None:
    inputs, _, products = grids_of(patch([[np.nan, 1]], [[1, 1]]), None, trail(network), None)
    assert [cell.text for cell in inputs.rows[0]] == ["NaN", "1"]
    assert not any(cell.is_chosen for cell in products.rows[0])


@pytest.mark.parametrize("colormap", get_args(ColormapName))
def test_every_figure_stands_out_from_its_colour(network: Network, colormap: ColormapName) -> None:
    numbers = [np.linspace(-1, 1, 256).tolist()]
    _, kernel, _ = grids_of(patch(numbers, numbers), None, trail(network, colormap), None)
    table = colour_table(resolve_colormap(colormap, signed=True)) / 255
    for cell in kernel.rows[0]:
        ground, ink = luminance(tuple(table[cell.level])), 1.0 if cell.on_dark else 0.0
        assert (max(ground, ink) + 0.05) / (min(ground, ink) + 0.05) >= LEAST_CONTRAST
