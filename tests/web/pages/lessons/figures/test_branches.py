"""The branches of an Inception block."""

import re

import httpx
import pytest


@pytest.mark.parametrize("model", ["googlenet-imagenette", "inception_v3-imagenette", "googlenet"])
def test_the_channels_of_the_branches_add_up_to_those_of_the_block(site: httpx.Client, model: str) -> None:
    page = site.get(f"/figures/branches?model={model}").raise_for_status().text
    (sum_of_channels,) = re.findall(r'<p class="shape">([\d +]+ = \d+)</p>', page)
    parts, whole = sum_of_channels.split(" = ")
    assert sum(map(int, parts.split(" + "))) == int(whole)


def test_the_first_block_of_googlenet_has_the_paper_s_shapes(site: httpx.Client) -> None:
    page = site.get("/figures/branches?model=googlenet").raise_for_status().text
    assert "64 + 128 + 32 + 32 = 256" in page


def test_a_network_without_such_a_block_is_named(site: httpx.Client) -> None:
    assert "VGG-16" in site.get("/figures/branches?model=vgg16").text
