"""Sheets of exercises: the form, the sheet, the answers."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.lessons.exercises.sheet import seed_of
from app.main import create_app
from app.settings import read_settings
from tests.conftest import Serving
from tests.lessons.every_kind import read_book_of_every_kind
from tests.web.responses import Reader, check_sound

KEY = "a word & more"
QUERY = {"lessons": "1", "variants": "3", "each": "12", "seed": seed_of(KEY)}


@pytest.fixture(scope="module")
def sheets(serve: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder: Path = tmp_path_factory.mktemp("sheets")
    settings = read_settings(data_dir=folder / "data", port=0)
    app = create_app(settings)
    app.state.book = read_book_of_every_kind(folder / "lessons")
    address = f"http://127.0.0.1:{serve(app, settings)}"
    with httpx.Client(base_url=address, headers={"Accept": "text/html"}, timeout=60) as client:
        yield client


def test_the_form_leads_to_the_sheet_and_to_its_answers(sheets: httpx.Client) -> None:
    check_sound(Reader(sheets.get("/exercises").raise_for_status().text))
    form = {"lessons": ["1"] * 22, "variants": "3", "each": "12", "key": KEY}
    page = Reader(sheets.post("/exercises", data=form).raise_for_status().text)
    links = [each["href"] for each in page.all("a") if each["href"].startswith("exercises/")]
    assert [sheets.get(f"/{link}").status_code for link in links] == [200, 200]
    assert KEY not in page.text


def test_a_sheet_has_a_page_with_a_code_for_each_variant(sheets: httpx.Client) -> None:
    text = sheets.get("/exercises/sheet", params=QUERY).raise_for_status().text
    check_sound(Reader(text))
    codes = re.findall(r'class="code">Variant (\d-[0-9A-F]{4})<', text)
    assert [code[0] for code in codes] == ["1", "2", "3"]
    assert text == sheets.get("/exercises/sheet", params=QUERY).text


def test_the_answers_belong_to_the_codes(sheets: httpx.Client) -> None:
    sheet = sheets.get("/exercises/sheet", params=QUERY).text
    answers = sheets.get("/exercises/answers", params={**QUERY, "key": KEY}).raise_for_status()
    assert re.findall(r"Variant (\d-\w{4})</h2>", answers.text) == re.findall(r'class="code">Variant (\S+)<', sheet)
    assert answers.headers["Cache-Control"] == "no-store"
    check_sound(Reader(answers.text))


def test_the_answer_of_a_product_is_that_of_the_sheet_s_numbers(sheets: httpx.Client) -> None:
    sheet = sheets.get("/exercises/sheet", params=QUERY).text
    answers = sheets.get("/exercises/answers", params={**QUERY, "key": KEY}).text
    tables = re.findall(r'<table class="numbers">(.*?)</table>', sheet, re.DOTALL)[:2]
    one, other = ([int(cell.replace("−", "-")) for cell in re.findall(r"<td>(.*?)</td>", table)] for table in tables)
    first = re.search(r'<span class="quiet">1</span> (\S+)</li>', answers)
    assert first
    assert int(first[1].replace("−", "-")) == sum(x * w for x, w in zip(one, other, strict=True))


@pytest.mark.parametrize("key", ["", "another word", "x" * 300])
def test_the_answers_are_for_the_key_alone(sheets: httpx.Client, key: str) -> None:
    answer = sheets.get("/exercises/answers", params={**QUERY, "key": key})
    assert answer.status_code in {400, 403, 422}
    assert "<ol>" not in answer.text


def test_a_wrong_key_is_forbidden(sheets: httpx.Client) -> None:
    assert sheets.get("/exercises/answers", params={**QUERY, "key": "another word"}).status_code == 403


def test_a_sheet_that_is_too_large_is_refused(sheets: httpx.Client) -> None:
    for change in ({"variants": "201"}, {"each": "13"}, {"lessons": "1,9"}, {"seed": "1"}):
        assert sheets.get("/exercises/sheet", params={**QUERY, **change}).status_code == 400


def test_the_words_are_those_of_the_language(sheets: httpx.Client) -> None:
    text = sheets.get("/exercises/sheet", params=QUERY, headers={"Accept-Language": "de"}).text
    assert "Variante 1-" in text
    assert "Multiplizieren und addieren" in text
