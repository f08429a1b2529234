"""A kernel on a photo."""

import re

import httpx


def test_the_response_is_an_image_and_its_scale_stands_beside_it(site: httpx.Client) -> None:
    page = site.get("/figures/photo-kernel").raise_for_status().text
    (address,) = re.findall(r'src="\.\./(api/[^"]+kernel\.png[^"]*)"', page)
    assert site.get(f"/{address.replace('&amp;', '&')}").headers["Content-Type"] == "image/png"
    assert 'class="legend"' in page


def test_a_text_that_is_no_kernel_is_named_and_stays(site: httpx.Client) -> None:
    answer = site.get("/figures/photo-kernel?kernel=1 x")
    assert answer.status_code == 400
    assert ">1 x</textarea>" in answer.text
