"""The page of a sweep without scripts, rendered by a real server."""

import json

import httpx
import pytest

from tests.web.responses import Reader, check_links, check_sound

QUERY = "model=resnet18-imagenette&change=rotation&from=0&to=90&steps=7"


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("more", ["&models=squeezenet1_1", "&second=jpeg&second_steps=2"])
def test_a_page_that_waits_is_sound_and_every_link_leads_somewhere(
    site: httpx.Client, image: str, visited: dict[httpx.URL, int], language: str, more: str
) -> None:
    address = f"experiments/sweep?{QUERY}{more}&image={image}"
    page = Reader(site.get(f"{address}&wait=1", headers={"accept-language": language}).raise_for_status().text)
    check_sound(page)
    check_links(site, address, page, 200, visited)


def test_the_flips_are_those_of_the_api(site: httpx.Client, image: str) -> None:
    page = Reader(site.get(f"experiments/sweep?{QUERY}&image={image}&wait=1").raise_for_status().text)
    sweep = site.get(f"api/v1/models/resnet18-imagenette/images/{image}/sweeps/rotation:0~90@7").json()
    flips = sweep["networks"][0]["flips"]
    assert flips
    for flip in flips:
        assert f"From {float(format(flip['at'], '.3g')):g}° on: {flip['after']}" in " ".join(page.text.split())


def test_a_page_that_does_not_wait_says_what_is_computed(site: httpx.Client, image: str) -> None:
    address = f"experiments/sweep?model=lenet5&image={image}&change=shift.down&steps=3&second=blur"
    page = Reader(site.get(address).raise_for_status().text)
    (box,) = (has for _, has in page.tags if "data-events" in has)
    answer = site.post(f"experiments/{box['data-events']}", json=json.loads(box["data-body"])).raise_for_status()
    done = json.loads(answer.text.strip().split("data: ")[-1])
    assert done["sweep"] == "shift:0,0~100@3;blur:0~20@9"
    assert box["data-awaits"].startswith("sweep?model=lenet5")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("change=rotation&to=999", "from -180 to 180"),
        ("change=rotation&steps=many", "are numbers"),
        ("change=nothing", "no such change"),
    ],
)
def test_a_wrong_value_leaves_the_view_and_says_why(site: httpx.Client, image: str, query: str, message: str) -> None:
    answer = site.get(f"experiments/sweep?model=lenet5&image={image}&{query}")
    page = Reader(answer.text)
    assert answer.status_code == 400
    assert message in page.text
    assert page.all("select", id="change")


def test_the_range_of_another_change_does_not_hold(site: httpx.Client, image: str) -> None:
    page = Reader(site.get(f"experiments/sweep?image={image}&change=blur&of=rotation&to=180").raise_for_status().text)
    assert page.all("input", id="to")[0]["value"] == "20"


def test_a_picture_that_is_added_is_swept_in_the_same_way(site: httpx.Client) -> None:
    answer = site.post("experiments/sweep?model=lenet5&change=rotation&to=90", data={"sample": "digits-7"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("sweep?model=lenet5&image=")
    assert answer.headers["location"].endswith("&change=rotation&to=90")
