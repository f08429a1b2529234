"""The gradient by depth, on a running server."""

import re

import httpx
import pytest

from tests.web.pages.lessons.figures.conftest import GatherFigure


def lengths(site: httpx.Client, query: str) -> list[tuple[float, float]]:
    """For each layer the length without and with skip connections, from the table."""
    page = site.get(f"/figures/gradient-depth?{query}").raise_for_status().text
    rows = re.findall(r'<tr><th scope="row">\d+</th><td>(.*?)</td><td>(.*?)</td></tr>', page)
    return [(number(plain), number(residual)) for plain, residual in rows]


def number(text: str) -> float:
    """A number as the page writes it."""
    superscripts = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    mantissa, _, power = text.replace("\u202f", "").partition("×10")
    return float(f"{mantissa}e{power.translate(superscripts) or 0}")


def test_the_table_has_a_row_for_the_input_and_each_layer(site: httpx.Client) -> None:
    rows = lengths(site, "depth=12&scale=0.5")
    assert len(rows) == 13
    assert rows[-1] == (1, 1)
    assert rows[0][0] < 0.5**11
    assert rows[0][1] > 1


def test_normalised_layers_keep_the_gradient(site: httpx.Client) -> None:
    assert 1 < lengths(site, "depth=12&scale=0.5&normalised=1")[0][0] < 100


def test_the_chart_has_both_lengths_at_the_input_and_at_each_layer(gather_figure: GatherFigure) -> None:
    figure = gather_figure("gradient-depth", depth=4, scale=0.4)
    (first, ends), *_, last = figure.chart.rows
    assert [place for place, _ in figure.chart.rows] == [0, 1, 2, 3, 4]
    assert (first, ends) == (0, (figure.plain, figure.residual))
    assert figure.plain < 0.4 < figure.residual
    assert last == (4, pytest.approx((1, 1)))
    assert [line.name for line in figure.chart.lines] == ["plain", "residual"]
    assert figure.chart.is_logarithmic
    assert [figure.chart.across[at].value for at in (0, -1)] == [0, 4]
