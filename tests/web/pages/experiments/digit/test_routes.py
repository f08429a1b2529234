"""The page of a drawn digit, rendered by a real server: its state in the address, without scripts."""

import re
from operator import itemgetter

import httpx
import pytest

from tests.conftest import SAMPLES
from tests.web.responses import Reader, check_links, check_sound

DIGIT = (SAMPLES / "digits" / "7.jpg").read_bytes()


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_page_is_sound_and_every_link_leads_somewhere(
    site: httpx.Client, visited: dict[httpx.URL, int], language: str
) -> None:
    answer = site.get("/experiments/digit", headers={"accept-language": language})
    page = Reader(answer.raise_for_status().text)
    check_sound(page)
    check_links(site, "experiments/digit", page, 200, visited)
    assert len(page.all("figure", **{"class": "live-sheet"})) == 13  # all layers of LeNet-5


def test_a_photo_of_the_form_and_the_changes_of_the_address_need_no_script(site: httpx.Client) -> None:
    sent = site.post("/experiments/digit?rotation=90&centring=off", files={"file": ("7.jpg", DIGIT)})
    assert sent.status_code == 303
    address = httpx.URL(f"{site.base_url}/experiments/").join(sent.headers["location"])
    answer = site.get(address).raise_for_status().text
    image = address.params["image"]
    live = site.get(
        f"/api/v1/models/lenet5/images/{image}/live", params={"change": "rotation:90", "fit": "squash", "top_k": 10}
    ).json()
    (view,) = Reader(answer).all("img", id="live-input")
    assert view["src"] == live["input"]
    list_of_scores = re.search(r'<ol class="live-scores".*?</ol>', answer, re.DOTALL)
    assert list_of_scores
    scores = [float(each["value"]) for each in Reader(list_of_scores[0]).all("data")]
    by_index = sorted(live["predictions"], key=itemgetter("index"))
    assert scores == pytest.approx([each["score"] for each in by_index])


def test_a_wrong_amount_is_named_and_the_drawing_stays(site: httpx.Client) -> None:
    answer = site.get("/experiments/digit?rotation=1000")
    page = Reader(answer.text)
    assert answer.status_code == 400
    assert "angle of rotation is a number from -180 to 180" in page.text
    assert len(page.all("figure", **{"class": "live-sheet"})) == 13


def test_another_network_has_as_many_layers_as_a_frame_holds(site: httpx.Client) -> None:
    page = Reader(site.get("/experiments/digit?model=vgg16-imagenette").raise_for_status().text)
    assert 0 < len(page.all("figure", **{"class": "live-sheet"})) <= 24
