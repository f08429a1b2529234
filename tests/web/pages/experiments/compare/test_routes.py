"""Two layers side by side, rendered by a real server and compared with the API."""

import httpx
import pytest

from tests.web.responses import Reader, array, check_links, check_sound

PAGE = "/experiments/compare"
NETWORK = {"model": "squeezenet1_1", "layer": "fire2.squeeze1x1_relu"}


@pytest.mark.parametrize(
    "query",
    [
        {},
        NETWORK | {"other_layer": "fire3.squeeze1x1_relu", "channel": "3"},
        {"model": "squeezenet1_1", "other_model": "vgg16-imagenette", "scale": "own"},
        {"model": "lenet5", "layer": "output", "other_layer": "output"},
    ],
)
def test_it_is_sound_html_and_every_link_leads_somewhere(
    site: httpx.Client, visited: dict[httpx.URL, int], query: dict[str, str]
) -> None:
    page = Reader(site.get(PAGE, params=query).raise_for_status().text)
    check_sound(page)
    check_links(site, "experiments/compare", page, 200, visited)


def test_both_sides_have_the_scale_of_the_larger_values(site: httpx.Client, image: str) -> None:
    query = NETWORK | {"image": image, "other_layer": "fire3.squeeze1x1_relu", "channel": "3"}
    page = Reader(site.get(PAGE, params=query).text)
    (one,), (other,) = (
        [has["src"] for has in page.all("img") if f"{layer}/channels/3.png" in has.get("src", "")]
        for layer in ("fire2.squeeze1x1_relu", "fire3.squeeze1x1_relu")
    )
    drawn = [site.get(f"/experiments/{address}").raise_for_status() for address in (one, other)]
    assert drawn[0].headers["x-scale-max"] == drawn[1].headers["x-scale-max"]
    base = f"/api/v1/models/squeezenet1_1/images/{image}/layers"
    values = [array(site, f"{base}/{query[name]}.npy") for name in ("layer", "other_layer")]
    largest = max(float(each.max()) for each in values)
    assert 0.5 * largest < float(drawn[0].headers["x-scale-max"]) <= largest


@pytest.mark.parametrize("layer", ["conv1", "fire2.concat", "fire9.concat", "conv10"])
def test_the_tiles_are_where_the_sheet_has_them(site: httpx.Client, image: str, layer: str) -> None:
    page = Reader(site.get(PAGE, params={"model": "squeezenet1_1", "layer": layer, "image": image}).text)
    figures = page.all("figure", **{"class": "linked-sheet"})
    sheets = [has for has in page.all("img") if "natural" in has.get("class", "")]
    for figure, sheet in zip(figures, sheets, strict=True):
        headers = site.get(f"/experiments/{sheet['src']}").raise_for_status().headers
        for name, sides in (("x-sheet-pitch", "data-pitch-{}"), ("x-sheet-cell", "data-cell-{}")):
            assert headers[name] == " ".join(figure[sides.format(side)] for side in ("xy" if "pitch" in name else "wh"))
        assert headers["x-sheet-columns"] == figure["data-columns"]


def test_the_difference_is_that_of_the_api_and_the_channel_that_differs_most_is_open(
    site: httpx.Client, image: str
) -> None:
    query = NETWORK | {"image": image, "other_layer": "fire3.squeeze1x1_relu"}
    page = Reader(site.get(PAGE, params=query).text)
    path = f"/api/v1/models/squeezenet1_1/images/{image}/layers/fire3.squeeze1x1_relu/difference"
    answer = site.get(path, params={"against_layer": "fire2.squeeze1x1_relu"}).json()
    assert str(answer["rms"]) in [has["value"] for has in page.all("data")]
    assert [has["id"] for has in page.all("a") if has.get("id", "").startswith("channel-")] == [
        f"channel-{channel}" for channel in answer["most_different"]
    ]
    assert f"Channel {answer['most_different'][0]} of 16" in page.text


def test_layers_of_other_shapes_stand_side_by_side_and_the_page_says_why_nothing_is_subtracted(
    site: httpx.Client, image: str
) -> None:
    query = {"model": "squeezenet1_1", "image": image, "layer": "conv1", "other_layer": "fire2.concat"}
    page = Reader(site.get(PAGE, params=query).raise_for_status().text)
    assert "conv1 gives 64 × 113 × 113" in page.text
    assert len([has for has in page.all("img") if "/channels/" in has.get("src", "")]) == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"layer": "none"}, "has no such layer"),
        ({"other_model": "none"}, "no network"),
        ({"channel": "64000"}, "numbered from 0"),
        ({"other_model": "vgg16"}, "weights"),
    ],
)
def test_what_is_named_wrong_is_said_beside_a_page_that_still_compares(
    site: httpx.Client, image: str, wrong: dict[str, str], words: str
) -> None:
    answer = site.get(PAGE, params={"model": "squeezenet1_1", "image": image, "other_image": image, **wrong})
    page = Reader(answer.text)
    assert answer.status_code in {404, 409}
    assert words in page.text
    assert [has for has in page.all("img") if "/channels/" in has.get("src", "")]


def test_a_photo_is_added_to_the_side_that_the_form_names(site: httpx.Client, image: str, cat: bytes) -> None:
    page = Reader(site.get(PAGE, params={"model": "lenet5", "image": image}).text)
    (form,) = page.all("form", **{"class": "other-chooser"})
    answer = site.post(f"/experiments/{form['action']}", data={"sample": "coffee"})
    assert answer.status_code == 303
    target = httpx.URL(f"{site.base_url}/experiments/").join(answer.headers["location"])
    assert target.params["image"] == image != target.params["other_image"]
    assert site.get(target).status_code == 200
    refused = site.post(f"/experiments/{form['action']}", files={"file": b"no picture"})
    assert refused.status_code in {400, 415}
    assert Reader(refused.text).all("details", **{"class": "other-picture", "open": ""})
