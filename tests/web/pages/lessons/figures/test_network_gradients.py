"""The gradient of two networks by depth, on a running server."""

import re

import httpx


def test_each_network_has_a_row_for_each_relu_and_ends_at_1(site: httpx.Client) -> None:
    page = site.get("/figures/network-gradients").raise_for_status().text
    tables = re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    values = [re.findall(r"<td>(.*?)</td>", table) for table in tables]
    assert [len(column) for column in values] == [13, 17]
    assert [column[-1] for column in values] == ["1", "1"]
    assert all(0.01 <= float(length) <= 1 for column in values for length in column)  # as the lesson says
    assert page.count(">French horn</a>") == 2
