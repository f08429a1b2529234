"""The page of a kernel, rendered by a real server."""

import re

import httpx

from tests.web.responses import Reader, check_links, check_sound


def test_it_is_sound_html_and_every_link_leads_somewhere(
    site: httpx.Client, image: str, visited: dict[httpx.URL, int]
) -> None:
    answer = site.get(f"/kernel?image={image}&model=lenet5&layer=conv_c1&channel=2")
    page = Reader(answer.raise_for_status().text)
    check_sound(page)
    check_links(site, "kernel", page, 200, visited)
    assert "conv_c1, channel 2" in page.text


def test_the_numbers_stay_and_the_reason_stands_where_they_are_no_kernel(site: httpx.Client, image: str) -> None:
    answer = site.get(f"/kernel?image={image}&kernel=1 2;3")
    assert answer.status_code == 400
    assert "The kernel is ragged" in answer.text
    assert ">1 2;3</textarea>" in answer.text


def test_a_photo_that_is_not_there_is_named(site: httpx.Client) -> None:
    assert site.get("/kernel?image=nothing").status_code == 404


def test_without_a_photo_it_shows_a_sample(site: httpx.Client) -> None:
    answer = site.get("/kernel")
    assert answer.status_code == 200
    page = Reader(answer.text)
    check_sound(page)
    assert "A kernel of your own" in page.text
    assert re.search(r'type="hidden" name="image" value="\w+"', answer.text), "the form does not keep the photo"
    assert site.get("/kernel?kernel=1 2;3").status_code == 400
