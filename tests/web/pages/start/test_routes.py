"""The start page, rendered by a real server: an example that has run, and at every other address the Explorer."""

import re
import time

import httpx
import pytest

from tests.web.responses import Reader, check_links, check_sound

PATIENCE_S = 60
MOST_WORDS, MOST_CONTROLS = 300, 40
RESNET = "resnet18-imagenette"


@pytest.fixture(scope="module")
def start(site: httpx.Client) -> Reader:
    """The page once every example has run."""
    deadline = time.monotonic() + PATIENCE_S
    while "data-running" in (answer := site.get("/")).text:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert answer.status_code == 200
    return Reader(answer.text)


def test_it_is_sound_html_and_every_link_leads_somewhere(
    site: httpx.Client, start: Reader, visited: dict[httpx.URL, int]
) -> None:
    check_sound(start)
    check_links(site, "", start, 200, visited)


def test_the_example_has_the_class_and_the_probability_of_the_api(site: httpx.Client, start: Reader) -> None:
    image = re.search(r"image=(\w+)", start.all("a", **{"aria-current": "true"})[0]["href"])
    assert image is not None
    best = site.get(f"/api/v1/models/{RESNET}/images/{image[1]}/predictions").json()["predictions"][0]
    assert best["label"] == "church"
    assert f"church {100 * best['score']:.1f} %" in start.text


def test_its_maps_are_those_of_the_strongest_channels(site: httpx.Client, start: Reader) -> None:
    maps = [has["src"] for has in start.all("img") if "/channels/" in has["src"]]
    assert len(maps) == 5 * 4
    _, layer, channel = re.findall(r"/images/(\w+)/layers/([^/]+)/channels/(\d+)", maps[3])[0]
    image = re.findall(r"/images/(\w+)/", maps[3])[0]
    statistics = site.get(f"/api/v1/models/{RESNET}/images/{image}/layers/{layer}").json()["statistics"]
    assert statistics["mean"][int(channel)] == max(statistics["mean"])  # the strongest lies on top


def test_it_is_short(start: Reader) -> None:
    shown = start.text.partition("Image credits")[0]  # those are folded
    assert len([word for word in shown.split() if re.search("[A-Za-z]", word)]) <= MOST_WORDS
    tags = [tag for tag, _ in start.tags]
    in_view = tags[: tags.index("dialog")]  # that one is closed
    controls = [tag for tag in in_view if tag in {"a", "button", "summary", "label"}]
    assert len(controls) <= MOST_CONTROLS


@pytest.mark.parametrize("address", ["/?model=", "/?model=lenet5", "/?layer=input"])
def test_an_address_with_parameters_is_the_explorer_s(site: httpx.Client, address: str) -> None:
    assert Reader(site.get(address).text).all("section", id="network")


def test_a_picture_that_was_deleted_is_added_again(site: httpx.Client, start: Reader) -> None:
    example = start.all("a", **{"aria-current": "true"})[0]["href"].removeprefix("./")
    assert site.post(f"/delete{example}").status_code == 303
    site.get("/")
    assert site.get(f"/{example}").status_code == 200


def test_the_form_accepts_the_formats_that_can_be_decoded(start: Reader) -> None:
    (field,) = [each for each in start.all("input", type="file") if each.get("id") == "file"]
    assert field["accept"].split(",")[:2] == ["image/jpeg", "image/png"]
    assert field["accept"].endswith("image/tiff,image/heic,.heic,.heif")
    assert "JPEG, PNG, WebP, AVIF, GIF, BMP, TIFF or HEIC, at most 20 MB" in start.text
