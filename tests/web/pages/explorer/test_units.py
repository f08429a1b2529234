"""The values of a vector: a page of them, the largest first, as bars from zero."""

import re

import numpy as np
import pytest

from app.analysis.statistics import statistics_of
from app.nets.network import Network
from app.web.pages.address import Address
from app.web.pages.explorer.units import MOST_BARS, ROWS, UnitsView, units_view


def units(network: Network, values: list[float], first: int = 0) -> UnitsView:
    address = Address(image="1" * 32, layer="dense_f6", first=first)
    statistics = statistics_of(np.array(values, np.float32))
    return units_view(network, network.layer("dense_f6"), address, statistics)


def test_the_largest_value_comes_first(network: Network) -> None:
    view = units(network, [1, 3, -1])
    assert [row.channel for row in view.rows] == [1, 0, 2]
    assert (view.lo, view.hi) == (-1, 3)


def test_bars_start_at_zero(network: Network) -> None:
    positive, negative = units(network, [3, -1]).rows
    assert (positive.start, positive.length) == (0.25, 0.75)
    assert (negative.start, negative.length) == (0, 0.25)


def test_zeros_have_no_length(network: Network) -> None:
    view = units(network, [0, 0])
    assert [row.length for row in view.rows] == [0, 0]
    assert view.path == ""


def test_each_value_is_a_bar_from_zero_across_its_unit(network: Network) -> None:
    assert units(network, [3, 0, -1]).path == "M0 0H1V75H0zM2 75H3V100H2z"


@pytest.mark.parametrize("more", [0, 1, 2])
def test_a_bar_of_a_long_vector_reaches_the_extremes_of_its_units(network: Network, more: int) -> None:
    values = np.random.default_rng(3).standard_normal(2 * MOST_BARS - 1 + more)
    path = units(network, values.tolist()).path
    width = 2 + more // 2  # a third unit where two leave one over
    bars = [[float(number) for number in re.findall(r"[\d.]+", bar)] for bar in path.split("z")[:-1]]
    starts, tops, ends, floors, _ = np.array(bars).T
    low, high = min(values.min(), 0), max(values.max(), 0)
    groups = [values[int(start) : int(end)] for start, end in zip(starts, ends, strict=True)]
    assert {len(group) for group in groups[:-1]} == {width}
    assert (sum(map(len, groups)), ends[-1]) == (len(values), len(values))
    np.testing.assert_allclose(high - tops / 100 * (high - low), [max(group.max(), 0) for group in groups], atol=2e-3)
    np.testing.assert_allclose(high - floors / 100 * (high - low), [min(group.min(), 0) for group in groups], atol=2e-3)


def test_a_page_leads_to_the_ones_around_it(network: Network) -> None:
    values = [float(value) for value in range(2 * ROWS + 1)]
    first, second = units(network, values), units(network, values, first=ROWS)
    assert first.previous is None
    assert first.next == f"?image={'1' * 32}&layer=dense_f6&first={ROWS}"
    assert second.previous == f"?image={'1' * 32}&layer=dense_f6"
    assert second.rows[0].value == ROWS


@pytest.mark.parametrize(("first", "expected"), [(0, 0), (2, 2), (3, 0)])
def test_a_page_beyond_the_end_is_the_first(network: Network, first: int, expected: int) -> None:
    assert units(network, [1, 2, 3], first=first).first == expected
