"""The page that paints on a map, rendered by a real server and compared with the API."""

import httpx
import pytest

from tests.web.responses import Reader, check_links, check_sound

PAGE = "/experiments/paint"
NETWORK = {"model": "squeezenet1_1", "layer": "fire9.squeeze1x1_relu", "channel": "5"}
RECTANGLE = {"top": "1", "bottom": "2", "left": "3", "right": "5", "value": "40"}


@pytest.mark.parametrize("query", [{}, NETWORK | {"strokes": "5:0,0,3,3=100", "view": "fire9.concat"}])
def test_it_is_sound_html_and_every_link_leads_somewhere(
    site: httpx.Client, visited: dict[httpx.URL, int], query: dict[str, str]
) -> None:
    page = Reader(site.get(PAGE, params=query).raise_for_status().text)
    check_sound(page)
    check_links(site, PAGE.strip("/"), page, 200, visited)


def test_a_rectangle_of_the_form_becomes_a_stroke_and_the_prediction_is_that_of_the_api(
    site: httpx.Client, image: str
) -> None:
    page = Reader(site.get(PAGE, params=NETWORK | RECTANGLE | {"image": image}).raise_for_status().text)
    assert [each["value"] for each in page.all("input", type="hidden") if each["name"] == "strokes"] == ["5:1,3,3,6=40"]
    stroke = {"channel": 5, "top": 1, "left": 3, "bottom": 3, "right": 6, "value": 40}
    request = {"layer": NETWORK["layer"], "strokes": [stroke]}
    answer = site.post(f"/api/v1/models/squeezenet1_1/images/{image}/ablations", json=request).json()
    assert str(answer["after"][0]["logit"]) in [each.get("title") for each in page.all("td")]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"strokes": "5:0,0"}, "is no stroke"),
        (RECTANGLE | {"right": "13"}, "13 x 13 cells"),
        (RECTANGLE | {"value": "much"}, "needs four whole numbers"),
        ({"channel": "64"}, "numbered from 0 to 63"),
        ({"channel": "third"}, "is no channel"),
    ],
)
def test_a_wrong_value_is_named_and_the_map_stays(
    site: httpx.Client, image: str, wrong: dict[str, str], words: str
) -> None:
    answer = site.get(PAGE, params=NETWORK | {"image": image} | wrong)
    assert 400 <= answer.status_code < 500
    assert words in answer.text
    assert 'id="surface"' in answer.text
    german = site.get(PAGE, params=NETWORK | {"image": image} | wrong, headers={"accept-language": "de"})
    assert words not in german.text
