"""The first filters of a network and their maps."""

import re

import httpx
import pytest


@pytest.mark.parametrize("model", ["squeezenet1_1", "lenet5"])
def test_every_filter_and_every_map_is_an_image(site: httpx.Client, model: str) -> None:
    page = site.get(f"/figures/filters?model={model}").raise_for_status().text
    images = re.findall(r'src="\.\./(api/[^"]+)"', page)
    assert len(images) >= 12
    for address in images:
        answer = site.get(f"/{address.replace('&amp;', '&')}").raise_for_status()
        assert answer.headers["Content-Type"] == "image/png"


def test_a_network_without_weights_is_named(site: httpx.Client) -> None:
    assert site.get("/figures/filters?model=vgg16").status_code == 409
