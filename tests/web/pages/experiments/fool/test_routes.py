"""The page of an attack without scripts, rendered by a real server."""

import json

import httpx
import pytest

from tests.web.responses import Reader, check_links, check_sound

QUERY = "model=resnet18-imagenette&method=fgsm&target=parachute"


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_page_that_waits_has_the_attack_and_every_link_leads_somewhere(
    site: httpx.Client, image: str, visited: dict[httpx.URL, int], language: str
) -> None:
    address = f"experiments/fool?{QUERY}&image={image}"
    answer = site.get(f"{address}&wait=1", headers={"accept-language": language})
    page = Reader(answer.raise_for_status().text)
    check_sound(page)
    check_links(site, address, page, 200, visited)
    attack = site.get(f"/api/v1/models/resnet18-imagenette/images/{image}/attacks/fgsm?target=parachute").json()
    assert f"?model=resnet18-imagenette&image={attack['changed_image']}" in {
        each.get("href", "")[3:] for _, each in page.tags
    }
    assert f"{attack['size']['length']:.0f}" in page.text
    assert page.all("input", id="target", value="parachute")


def test_a_page_that_does_not_wait_says_where_the_attack_is_computed(site: httpx.Client, image: str) -> None:
    page = Reader(site.get(f"experiments/fool?model=lenet5&image={image}").raise_for_status().text)
    (box,) = (has for _, has in page.tags if "data-events" in has)
    assert box["data-events"].endswith(f"/images/{image}/attacks")
    attack = site.post(f"experiments/{box['data-events']}", json=json.loads(box["data-body"])).raise_for_status()
    assert attack.headers["content-type"].startswith("text/event-stream")


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("model=lenet5&target=eleven", 400, "The network has no class eleven."),
        ("model=lenet5&target=6&wait=1", 400, "The network predicts this class already"),
    ],
)
def test_a_wrong_class_leaves_the_view_and_says_why(
    site: httpx.Client, image: str, query: str, status: int, message: str
) -> None:
    answer = site.get(f"experiments/fool?{query}&image={image}")
    page = Reader(answer.text)
    assert answer.status_code == status
    assert message in page.text
    assert page.all("input", id="target")[0]["aria-describedby"] == "target-hint target-error"


def test_a_picture_that_is_added_is_attacked_in_the_same_way(site: httpx.Client) -> None:
    answer = site.post("experiments/fool?model=lenet5&method=fgsm", data={"sample": "digits-7"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("fool?model=lenet5&image=")
    assert answer.headers["location"].endswith("&method=fgsm")
