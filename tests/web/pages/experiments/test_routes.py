"""The list of experiments, rendered by a real server."""

import httpx
import pytest

from tests.web.responses import Reader, check_links, check_sound


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_list_is_sound_and_every_link_leads_somewhere(
    site: httpx.Client, visited: dict[httpx.URL, int], language: str
) -> None:
    answer = site.get("/experiments", headers={"accept-language": language})
    page = Reader(answer.raise_for_status().text)
    check_sound(page)
    check_links(site, "experiments", page, 200, visited)
