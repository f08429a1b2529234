"""The values of a vector: a page of them, the largest first, as bars from zero."""

import numpy as np
import pytest

from app.analysis.statistics import statistics_of
from app.nets.network import Network
from app.web.pages.address import Address
from app.web.pages.explorer.units import ROWS, UnitsView, units_view


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
