"""The page of networks, rendered by a real server."""

import httpx

from tests.web.responses import Reader, check_links, check_sound


def test_it_is_sound_html_and_every_link_leads_somewhere(site: httpx.Client, visited: dict[httpx.URL, int]) -> None:
    answer = site.get("/networks")
    page = Reader(answer.raise_for_status().text)
    check_sound(page)
    check_links(site, "networks", page, 200, visited)
    assert page.text.count("Architecture only") == len(page.all("li", **{"class": "architecture"})) > 0
