"""The camera's page, rendered by a real server: first with a photo, and without scripts with photos alone."""

import httpx
import pytest

from tests.web.responses import Reader, check_links, check_sound


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_page_is_sound_and_every_link_leads_somewhere(
    site: httpx.Client, image: str, visited: dict[httpx.URL, int], language: str
) -> None:
    address = f"/experiments/webcam?model=squeezenet1_1&image={image}&layer=fire2.concat"
    answer = site.get(address, headers={"accept-language": language})
    page = Reader(answer.raise_for_status().text)
    check_sound(page)
    check_links(site, "experiments/webcam", page, 200, visited)
    live = site.get(
        f"/api/v1/models/squeezenet1_1/images/{image}/live",
        params={"layer": "fire2.concat", "clip": 0.0005, "size": 46, "colormap": "auto"},
    ).json()
    sources = [each["src"] for each in page.all("img")]
    assert live["layers"][0]["maps"] in sources
    assert live["input"] in sources


def test_a_photo_of_the_form_is_shown_and_a_wrong_layer_is_named(site: httpx.Client, cat: bytes) -> None:
    sent = site.post("/experiments/webcam?model=lenet5", files={"file": ("cat.jpg", cat)})
    assert sent.status_code == 303
    address = f"/experiments/{sent.headers['location']}"
    assert "LeNet-5" in site.get(address).raise_for_status().text
    answer = site.get(f"{address}&layer=conv_c9")
    assert answer.status_code == 404
    assert "LeNet-5 has no such layer" in Reader(answer.text).text
    assert Reader(answer.text).all("figure", **{"data-layer": "conv_c1"})


def test_the_camera_is_allowed_to_this_site_alone(site: httpx.Client) -> None:
    assert "camera=(self)" in site.get("/experiments/webcam").headers["permissions-policy"]
