"""The pages of one's own networks, rendered by a real server."""

import httpx

from tests.web.responses import Reader, check_links, check_sound


def test_the_page_of_the_input_is_sound_html_and_every_link_leads_somewhere(
    site: httpx.Client, image: str, visited: dict[httpx.URL, int]
) -> None:
    address = f"networks/squeezenet1_1/input?image={image}"
    page = Reader(site.get(address).raise_for_status().text)
    check_sound(page)
    check_links(site, address, page, 200, visited)
    assert "channel order BGR Its card" in page.text


def test_without_a_picture_it_shows_a_sample_and_an_unknown_network_is_refused(site: httpx.Client) -> None:
    assert "api/v1/images/" in site.get("networks/lenet5/input").raise_for_status().text
    assert site.get("networks/nothing/input").status_code == 404
