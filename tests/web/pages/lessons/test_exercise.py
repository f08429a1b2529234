"""Exercises on pages, as a browser without scripts shows them."""

import re

import httpx
import pytest

from app.lessons.book import Book
from app.lessons.exercises.exercise import make_problem, read_options
from app.lessons.exercises.identity import exercise_at, with_seed
from app.lessons.exercises.registry import KINDS
from tests.web.responses import Reader, check_sound

KIND = "output-size"
PROBLEM = make_problem(KINDS[KIND], read_options(KINDS[KIND], {}), with_seed(exercise_at(Book(()), KIND), "3").origin)
RIGHT = f"{PROBLEM.answer:g}"


def text_of(site: httpx.Client, address: str, language: str = "en") -> str:
    return site.get(address, headers={"Accept-Language": language}).raise_for_status().text


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_sound_html_with_its_solution(site: httpx.Client, kind: str, language: str) -> None:
    page = text_of(site, f"/exercises/{kind}?seed=5&solution=1", language)
    check_sound(Reader(page))
    assert 'class="solution"' in page
    assert 'class="finding' not in page


def test_the_page_comes_back_with_the_verdict_and_with_what_was_typed(site: httpx.Client) -> None:
    page = text_of(site, f"/exercises/{KIND}?seed=3&answer={RIGHT}")
    assert 'class="finding good"' in page
    assert f'value="{RIGHT}"' in page
    mistake = PROBLEM.mistakes["one_missing"]
    page = text_of(site, f"/exercises/{KIND}?seed=3&answer={mistake:g}")
    assert 'class="finding bad"' in page
    assert "The + 1 is missing." in page


def test_an_answer_is_asked_for_only_when_it_was_sent(site: httpx.Client) -> None:
    assert "Type an answer first." not in text_of(site, f"/exercises/{KIND}?seed=3")
    assert "Type an answer first." in text_of(site, f"/exercises/{KIND}?seed=3&answer=")
    assert "Type an answer first." not in text_of(site, f"/exercises/{KIND}?seed=3&answer=&solution=1")


def test_wrong_cells_of_a_matrix_are_marked(site: httpx.Client) -> None:
    kind = KINDS["relu"]
    answer = make_problem(kind, read_options(kind, {}), exercise_at(Book(()), "relu").origin).answer
    cells = {f"answer.{row}.{column}": answer[row, column] for row in range(3) for column in range(3)}
    query = httpx.QueryParams({"seed": "1", **cells, "answer.1.2": "99"})
    page = text_of(site, f"/exercises/relu?{query}")
    assert re.findall(r'name="(\S+)"[^>]*aria-invalid', page) == ["answer.1.2"]
    assert "row 1, column 2." in page


def test_the_form_keeps_the_rest_of_the_page_s_address(site: httpx.Client) -> None:
    page = text_of(site, "/learn/sliding?output-size.seed=4&output-size.answer=1&sliding.stride=2&image=")
    form = page[page.index('id="exercise-output-size"') :]
    assert '<input type="hidden" name="sliding.stride" value="2">' in form
    assert '<input type="hidden" name="output-size.seed" value="4">' in form
    assert "output-size.seed=5#exercise-output-size" in form


def test_an_id_is_an_address_too(site: httpx.Client) -> None:
    assert 'data-seed="7"' in text_of(site, "/exercises/sliding.output-size.7")
    assert 'data-seed="8"' in text_of(site, "/exercises/sliding.output-size.7?output-size.seed=8")


def test_a_seed_of_the_page_is_that_of_all_its_exercises(site: httpx.Client) -> None:
    assert 'data-seed="lab7"' in text_of(site, "/learn/sliding?seed=lab7")


def test_what_is_typed_is_text(site: httpx.Client) -> None:
    page = text_of(site, f"/exercises/{KIND}?seed=%22%3E%3Cb%3E&answer=%22%3E%3Cb%3Ex")
    assert "<b>" not in page


@pytest.mark.parametrize("address", ["/exercises/nothing", "/exercises/sliding.nothing", "/exercises/no.output-size"])
def test_an_exercise_that_is_not_there(site: httpx.Client, address: str) -> None:
    assert site.get(address).status_code == 404


def test_any_page_may_have_an_exercise_in_a_frame(site: httpx.Client) -> None:
    assert "frame-ancestors *" in site.get(f"/exercises/{KIND}").headers["Content-Security-Policy"]
