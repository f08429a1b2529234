"""The page of a changed picture without scripts, rendered by a real server."""

import base64
import io

import httpx
import numpy as np
import pytest
from PIL import Image

from tests.web.responses import Reader, check_links, check_sound, pixels

PAGE = "experiments/picture"
TURNED = "model=squeezenet1_1&change=rotation:90&change=pixelation:10"


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_page_is_sound_and_every_link_leads_somewhere(
    site: httpx.Client, image: str, visited: dict[httpx.URL, int], language: str
) -> None:
    address = f"{PAGE}?{TURNED}&image={image}"
    page = Reader(site.get(address, headers={"accept-language": language}).raise_for_status().text)
    check_sound(page)
    check_links(site, address, page, 200, visited)


def test_both_sides_have_the_figures_of_the_api(site: httpx.Client, client: httpx.Client, image: str) -> None:
    page = Reader(site.get(f"{PAGE}?{TURNED}&image={image}&layer=fire2.concat").text)
    changes = [{"name": "rotation", "amounts": [90]}, {"name": "pixelation", "amounts": [10]}]
    changed = client.post(f"/images/{image}/perturbations", json=changes).json()["id"]
    numbers = [float(each["value"]) for each in page.all("data") if "title" in each]
    for place, each in ((0, image), (5, changed)):
        best = client.get(f"/models/squeezenet1_1/images/{each}/predictions").json()["predictions"]
        assert numbers[place : place + 5] == pytest.approx([row["score"] for row in best], rel=1e-4)
    view, maps = [each["src"] for each in page.all("img") if each["src"].startswith("data:")]
    expected = pixels(client.get(f"/models/squeezenet1_1/images/{changed}/view.png"))
    np.testing.assert_array_equal(np.asarray(_decoded(view)), expected)
    legend = page.all("data")[-1]["value"]
    own = next(each["src"] for each in page.all("img") if "/layers/fire2.concat.png" in each["src"])
    size = httpx.URL(own).params["size"]
    query = {"end": legend, "size": size, "colormap": "auto"}
    sheet = client.get(f"/models/squeezenet1_1/images/{changed}/layers/fire2.concat.png", params=query)
    np.testing.assert_array_equal(np.asarray(_decoded(maps).convert("RGB")), np.asarray(_png(sheet).convert("RGB")))


def test_an_edit_of_the_list_leads_to_its_own_address(site: httpx.Client) -> None:
    answer = site.get(f"{PAGE}?model=squeezenet1_1&change=rotation&amount=38&add=flip")
    assert answer.status_code == 303
    assert answer.headers["location"] == "picture?model=squeezenet1_1&change=rotation:38&change=flip:1,0"


def test_a_wrong_change_leaves_the_view_and_says_why(site: httpx.Client, image: str) -> None:
    answer = site.get(f"{PAGE}?model=squeezenet1_1&image={image}&change=rotation:999&change=flip:1&layer=none")
    page = Reader(answer.text)
    assert answer.status_code == 400
    assert "is a number from -180 to 180." in page.text
    changes = [each["value"] for each in page.all("input", type="hidden") if each["name"] == "change"]
    assert changes == ["flip:1,0", "flip"]  # of the form for another network, and of the list


def test_another_photo_keeps_the_changes(site: httpx.Client) -> None:
    answer = site.post(f"{PAGE}?{TURNED}", data={"sample": "church"})
    assert answer.status_code == 303
    assert "change=rotation:90&change=pixelation:10" in answer.headers["location"]
    assert Reader(site.get(f"experiments/{answer.headers['location']}").raise_for_status().text)


@pytest.mark.parametrize(("to", "place"), [("explorer", "../../?"), ("compare", "../compare?")])
def test_the_result_is_stored_for_other_pages(site: httpx.Client, image: str, to: str, place: str) -> None:
    answer = site.post(f"{PAGE}/stored?model=squeezenet1_1&image={image}&change=flip:1&to={to}")
    assert answer.headers["location"].startswith(place)
    params = httpx.URL(answer.headers["location"]).params
    stored = params["image"] if to == "explorer" else params["other_image"]
    photo, mirrored = (pixels(site.get(f"api/v1/images/{each}.png")) for each in (image, stored))
    np.testing.assert_array_equal(mirrored, np.fliplr(photo))
    assert site.get(answer.url.join(answer.headers["location"])).status_code == 200


def test_its_layers_are_compared_with_those_of_the_photo(site: httpx.Client, image: str) -> None:
    answer = site.post(f"{PAGE}/stored?model=lenet5&image={image}&change=rotation:90&change=blur:1&to=depth")
    assert answer.headers["location"] == f"../depth?model=lenet5&image={image}&change=rotation:90&change=blur:1"
    assert site.get(answer.url.join(answer.headers["location"])).status_code == 200


def _decoded(address: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2])))


def _png(answer: httpx.Response) -> Image.Image:
    return Image.open(io.BytesIO(answer.raise_for_status().content))
