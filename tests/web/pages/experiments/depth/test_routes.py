"""The page of depth without scripts, rendered by a real server."""

import httpx
import pytest

from tests.web.responses import Reader, check_links, check_sound


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_page_is_sound_and_every_link_leads_somewhere(
    site: httpx.Client, image: str, visited: dict[httpx.URL, int], language: str
) -> None:
    address = f"experiments/depth?model=lenet5&image={image}&vary=rotation&amount=38"
    page = Reader(site.get(address, headers={"accept-language": language}).raise_for_status().text)
    check_sound(page)
    check_links(site, address, page, 200, visited)


def test_a_list_of_changes_is_compared_with_the_photo_as_the_api_does(site: httpx.Client, image: str) -> None:
    query = f"model=squeezenet1_1&image={image}&change=rotation:38&change=blur:1"
    page = Reader(site.get(f"experiments/depth?{query}").raise_for_status().text)
    changes = [{"name": "rotation", "amounts": [38]}, {"name": "blur", "amounts": [1]}]
    changed = site.post(f"api/v1/images/{image}/perturbations", json=changes).json()["id"]
    depth = site.get(f"api/v1/models/squeezenet1_1/images/{changed}/depth?against_image={image}").json()
    least = next(each for each in depth["layers"] if each["layer"] == depth["farthest"])
    assert f"the cosine is {least['cosine']:.3g}" in " ".join(page.text.split())
    assert [each["value"] for each in page.all("input") if each.get("name") == "change"][-2:] == [
        "rotation:38",
        "blur:1",
    ]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("vary=rotation&amount=999", "from -180 to 180"),
        ("vary=rotation&amount=much", "are numbers"),
        ("change=nothing:1", "no such change"),
    ],
)
def test_a_wrong_value_leaves_the_view_and_says_why(site: httpx.Client, image: str, query: str, message: str) -> None:
    answer = site.get(f"experiments/depth?model=lenet5&image={image}&{query}")
    page = Reader(answer.text)
    assert answer.status_code == 400
    assert message in page.text
    assert page.all("select", id="vary")


def test_a_picture_that_is_added_is_changed_in_the_same_way(site: httpx.Client) -> None:
    answer = site.post("experiments/depth?model=lenet5&change=rotation:38", data={"sample": "digits-7"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("depth?model=lenet5&image=")
    assert answer.headers["location"].endswith("&change=rotation:38")
