"""The page of many photos without scripts, rendered by a real server."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.conftest import SAMPLES
from tests.web.responses import Reader, check_links, check_sound

FILES = {"golf ball/<b>1.jpg": "golf-ball.jpg", "church/2.jpg": "church.jpg", "tench/3.jpg": "church.jpg"}


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_page_that_waits_has_everything_and_every_link_leads_somewhere(
    site: httpx.Client, visited: dict[httpx.URL, int], language: str
) -> None:
    address = "experiments/folder?model=resnet18-imagenette&sweep=brightness:1~0.5@2&wait=1"
    answer = site.get(address, headers={"accept-language": language})
    page = Reader(answer.raise_for_status().text)
    check_sound(page)
    check_links(site, address, page, 200, visited)
    assert not [has for _, has in page.tags if "data-events" in has]
    assert page.all("path", **{"class": "line other"})


def test_photos_that_are_sent_are_judged_by_their_folders(site: httpx.Client) -> None:
    files = [("file", (name, (SAMPLES / file).read_bytes())) for name, file in FILES.items()]
    files.append(("file", ("notes.txt", b"no photo")))
    sent = site.post("experiments/folder?model=resnet18-imagenette", files=files)
    assert sent.status_code == 303
    address = f"experiments/{sent.headers['location']}"
    page = Reader(site.get(address).raise_for_status().text)
    (box,) = (has for _, has in page.tags if "data-events" in has)
    events = site.post(f"experiments/{box['data-events']}").raise_for_status()
    assert events.headers["content-type"].startswith("text/event-stream")
    page = Reader(site.get(address).raise_for_status().text)
    assert "2 of 3 right" in page.text
    assert "Files that could not be read: 1" in page.text
    assert page.all("img", alt="<b>1.jpg")
    diagonal = [has["class"] for has in page.all("td") if "right" in has.get("class", "")]
    assert diagonal == ["share-9 right", "share-9 right", "share-0 right"]


def test_the_channels_that_a_class_needs_most_lead_to_what_follows_without_them(site: httpx.Client) -> None:
    answer = site.get("experiments/folder?model=resnet18-imagenette&layer=conv5_2.relu2&wait=1")
    page = Reader(answer.raise_for_status().text)
    links = [has["href"] for has in page.all("a") if has.get("href", "").startswith("switch-off")]
    (table,) = (has["href"] for has in page.all("a") if "effects.csv" in has.get("href", ""))
    effects = site.get(f"experiments/{table.removesuffix('.csv')}").raise_for_status().json()
    strongest = [each["channel"] for folder in effects["folders"] for each in folder["strongest"]]
    assert [int(parse_qs(urlsplit(link).query)["off"][0]) for link in links] == strongest
    assert site.get(f"experiments/{links[0]}").status_code == 200


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("sweep=rotation", 400, "A sweep is written as"),
        ("sweep=rotation:0~90@99", 400, "at most 25 steps"),
        ("layer=softmax", 400, "has no maps"),
        (f"collection={'0' * 32}", 404, "There is no such collection"),
    ],
)
def test_a_wrong_value_is_said_in_words(site: httpx.Client, query: str, status: int, message: str) -> None:
    answer = site.get(f"experiments/folder?model=resnet18-imagenette&{query}&wait=1")
    assert answer.status_code == status
    assert message in Reader(answer.text).text


def test_an_upload_that_is_refused_leaves_the_view(site: httpx.Client) -> None:
    answer = site.post("experiments/folder?model=lenet5", files={"file": ("a.zip", b"PK\3\4 no archive")})
    page = Reader(answer.text)
    assert (answer.status_code, "This ZIP is damaged" in page.text) == (400, True)
    assert page.all("form", id="collection")
