"""The pages of the lessons, rendered by a real server: every lesson in every language, and every figure by itself."""

import re

import httpx
import pytest

from app.lessons.lesson import Lesson
from app.web.samples import SAMPLES
from app.web.texts import LANGUAGES
from tests.lessons.shipped import BOOK
from tests.web.responses import Reader, check_links, check_sound

COMMAS_IN_THOUSANDS = re.compile(r"\d,\d{3}")  # which readers of German take for decimals
OF_A_CARD = "9,469 photos"  # what a network was trained on has a German text of its own
FIGURES = [(lesson.id, name) for lesson in BOOK for name in lesson.figures]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lesson", BOOK.lessons, ids=lambda lesson: lesson.id)
def test_a_lesson_is_sound_html_and_every_link_leads_somewhere(
    site: httpx.Client, visited: dict[httpx.URL, int], lesson: Lesson, language: str
) -> None:
    answer = site.get(f"/learn/{lesson.id}", headers={"Accept-Language": language})
    page = Reader(answer.raise_for_status().text)
    check_sound(page)
    check_links(site, f"learn/{lesson.id}", page, 200, visited)
    assert lesson.text(language).title in page.text


def test_the_list_names_every_lesson(site: httpx.Client, visited: dict[httpx.URL, int]) -> None:
    page = Reader(site.get("/learn").raise_for_status().text)
    check_sound(page)
    check_links(site, "learn", page, 200, visited)
    assert [lesson.text("en").title for lesson in BOOK if lesson.text("en").title not in page.text] == []


@pytest.mark.parametrize(("lesson", "name"), FIGURES)
def test_a_figure_of_a_lesson_is_drawn_from_its_own_numbers(site: httpx.Client, lesson: str, name: str) -> None:
    answer = site.get(f"/learn/{lesson}/figures/{name}").raise_for_status()
    assert f'id="figure-{name}"' in answer.text
    assert 'class="notice"' not in answer.text


@pytest.mark.parametrize("kind", sorted({figure.kind for lesson in BOOK for figure in lesson.figures.values()}))
def test_a_kind_of_figure_is_drawn_by_itself(site: httpx.Client, kind: str) -> None:
    answer = site.get(f"/figures/{kind}").raise_for_status()
    page = Reader(answer.text)
    check_sound(page)
    assert COMMAS_IN_THOUSANDS.findall(page.text.replace(OF_A_CARD, "")) == []
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]


def test_the_address_has_the_state_of_a_figure(site: httpx.Client) -> None:
    page = Reader(site.get("/learn/sliding?sliding.stride=2").raise_for_status().text)
    assert "(5 + 2 × 0 − 3) / 2 + 1 = 2" in page.text


def test_the_links_of_a_figure_keep_the_state_of_the_others(site: httpx.Client) -> None:
    page = site.get("/learn/sliding?size.stride=2").raise_for_status().text
    assert 'href="?size.stride=2&amp;sliding.row=1&amp;sliding.column=1"' in page
    assert '<input type="hidden" name="size.stride" value="2">' in page


def test_a_wrong_state_is_named_in_the_figure_and_what_was_typed_stays(site: httpx.Client) -> None:
    answer = site.get("/learn/sliding?sliding.kernel=1 2;3")
    assert answer.status_code == 200
    assert "The kernel is ragged" in answer.text
    assert ">1 2\n3</textarea>" in answer.text


def test_an_error_names_the_matrix_that_it_is_in_and_speaks_the_language_of_the_page(site: httpx.Client) -> None:
    address = "/learn/sliding?sliding.matrix=1 2;3"
    german = site.get(address, headers={"Accept-Language": "de"}).raise_for_status()
    assert "The input is ragged" in site.get(address).text
    assert (
        "„Eingabe“ hat ungleich lange Zeilen: Zeile 1 (ab 0 gezählt) und die erste sind verschieden lang: 1 und 2."
        in german.text
    )


def test_a_photo_of_one_s_own_is_shown_by_the_figures(site: httpx.Client) -> None:
    files = {"file": (SAMPLES / "coffee.jpg").read_bytes()}
    answer = site.post("/learn/numbers?photo.down=10", files=files, follow_redirects=True).raise_for_status()
    image = answer.url.params["image"]
    assert answer.url.params["photo.down"] == "10"
    assert f"images/{image}.png" in answer.text
    assert f'href="edges?image={image}"' in answer.text  # the other lessons show it too


def test_what_is_no_photo_is_named_above_the_lesson(site: httpx.Client) -> None:
    answer = site.post("/learn/numbers", files={"file": b"no photo"})
    assert answer.status_code == 415
    assert 'class="notice' in answer.text


@pytest.mark.parametrize("address", ["/learn/nothing", "/learn/sliding/figures/nothing", "/figures/nothing"])
def test_what_is_not_there_is_a_page_that_says_so(site: httpx.Client, address: str) -> None:
    assert site.get(address, headers={"Accept": "text/html"}).status_code == 404
