"""A photo in other light and from other angles."""

import re

import httpx
import pytest


@pytest.mark.parametrize(("change", "count"), [("rotation", 8), ("brightness", 7)])
def test_the_prediction_for_each_variation_is_the_api_s(site: httpx.Client, change: str, count: int) -> None:
    page = site.get(f"/figures/variations?change={change}").raise_for_status().text
    found = re.findall(r"model=([\w-]+)&amp;image=(\w+)\">.*?<strong[^>]*>(?:≠ )?([^<]+)</strong>", page, re.DOTALL)
    assert len(found) == count
    for model, image, label in found[:3]:
        answer = site.get(f"/api/v1/models/{model}/images/{image}/predictions").raise_for_status().json()
        assert answer["predictions"][0]["label"] == label
