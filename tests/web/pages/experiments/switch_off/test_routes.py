"""The page that switches channels off, rendered by a real server and compared with the API."""

import httpx
import pytest

from tests.web.responses import Reader, check_links, check_sound

PAGE = "/experiments/switch-off"
NETWORK = {"model": "squeezenet1_1", "layer": "fire9.squeeze1x1_relu"}


def switches(page: Reader) -> list[dict[str, str]]:
    return [each for each in page.all("input", type="checkbox") if each["name"] == "off"]


@pytest.mark.parametrize(
    "query",
    [
        {},
        NETWORK | {"off": "3,17", "rank": "true"},
        {"model": "squeezenet1_1", "layer": "fire9.concat", "cut": "fire9.expand3x3_relu", "how": "mean"},
        {"model": "lenet5", "how": "scale", "factor": "2", "off": "0"},
    ],
)
def test_it_is_sound_html_and_every_link_leads_somewhere(
    site: httpx.Client, visited: dict[httpx.URL, int], query: dict[str, str]
) -> None:
    page = Reader(site.get(PAGE, params=query).raise_for_status().text)
    check_sound(page)
    check_links(site, PAGE.strip("/"), page, 200, visited)


def test_the_prediction_is_that_of_the_api_and_the_switches_are_those_of_the_address(
    site: httpx.Client, image: str
) -> None:
    """A form without scripts sends each channel as a field of its own."""
    query = NETWORK | {"image": image, "off": ["3", "17"]}
    page = Reader(site.get(PAGE, params=query).text)
    assert [each["value"] for each in switches(page) if "checked" in each] == ["3", "17"]
    request = {"layer": NETWORK["layer"], "channels": [3, 17]}
    answer = site.post(f"/api/v1/models/squeezenet1_1/images/{image}/ablations", json=request).json()
    for side in ("before", "after"):
        assert str(answer[side][0]["logit"]) in [each.get("title") for each in page.all("td")]


def test_the_ranking_begins_with_the_channel_of_the_api(site: httpx.Client, image: str) -> None:
    page = Reader(site.get(PAGE, params=NETWORK | {"image": image, "rank": "true"}).text)
    path = f"/api/v1/models/squeezenet1_1/images/{image}/ablations/channels"
    first = site.get(path, params={"at": NETWORK["layer"]}).json()["channels"][0]
    links = [each["href"] for each in page.all("a") if "&off=" in each.get("href", "")]
    assert f"&off={first['channel']}&" in f"{links[0]}&"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"off": "3,cat"}, "is no channel"),
        ({"off": "64"}, "numbered from 0 to 63"),
        ({"how": "half"}, "is not among these"),
        ({"how": "scale", "factor": "much"}, "The factor is a number"),
        ({"layer": "nowhere"}, "has no such layer"),
        ({"layer": "softmax"}, "has no maps"),
        ({"target": "unicorn"}, "no class"),
    ],
)
def test_a_wrong_value_is_named_and_the_maps_stay(
    site: httpx.Client, image: str, wrong: dict[str, str], words: str
) -> None:
    answer = site.get(PAGE, params=NETWORK | {"image": image} | wrong)
    assert 400 <= answer.status_code < 500
    page = Reader(answer.text)
    assert words in page.text
    assert switches(page)
    german = site.get(PAGE, params=NETWORK | {"image": image} | wrong, headers={"accept-language": "de"})
    assert words not in german.text


def test_a_picture_is_added_and_the_switches_stay(site: httpx.Client) -> None:
    query = NETWORK | {"off": "3"}
    answer = site.post(PAGE, params=query, data={"sample": "coffee"})
    assert answer.status_code == 303
    assert "off=3" in answer.headers["location"]
    assert "image=" in answer.headers["location"]
    refused = site.post(PAGE, params=query, data={"sample": "unicorn"})
    assert refused.status_code == 400
    assert "no such sample" in refused.text
