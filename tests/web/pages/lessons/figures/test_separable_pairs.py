"""The depthwise separable convolutions of a network."""

import re

import httpx


def test_the_counted_ratio_of_every_pair_is_that_of_the_formula(site: httpx.Client) -> None:
    page = site.get("/figures/separable-pairs?model=mobilenet_v1").raise_for_status().text
    ratios = re.findall(r"<td>(0\.\d+)</td><td>(0\.\d+)</td></tr>", page)
    assert len(ratios) == 13
    assert [pair for pair in ratios if pair[0] != pair[1]] == []
