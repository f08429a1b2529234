"""Lessons over HTTP."""

import httpx

from tests.lessons.shipped import BOOK


def test_the_list_has_every_lesson_in_order(client: httpx.Client) -> None:
    lessons = client.get("/lessons").raise_for_status().json()
    assert [lesson["id"] for lesson in lessons] == [lesson.id for lesson in BOOK]
    assert [lesson["number"] for lesson in lessons] == sorted(lesson["number"] for lesson in lessons)


def test_a_lesson_has_its_text_its_figures_and_its_exercises(client: httpx.Client) -> None:
    for lesson in BOOK:
        info = client.get(f"/lessons/{lesson.id}").raise_for_status().json()
        assert info["title"] == lesson.text("en").title
        parts = [part for section in info["sections"] for part in section["parts"]]
        assert [part["name"] for part in parts if part["kind"] == "figure"] == [
            block.name for block in lesson.text("en").blocks("figure")
        ]
        assert [each["id"] for each in info["exercises"]] == [f"{lesson.id}.{name}.1" for name in lesson.exercises]


def test_a_lesson_is_in_the_language_that_is_asked_for(client: httpx.Client) -> None:
    german = client.get("/lessons/sliding", params={"lang": "de"}).json()
    assert german["title"] == BOOK.lesson("sliding").text("de").title
    assert client.get("/lessons/sliding", params={"lang": "xx"}).status_code == 422
    assert client.get("/lessons/nothing").status_code == 404


def test_without_a_language_in_the_address_it_is_the_reader_s(client: httpx.Client) -> None:
    titles = {
        (asked, language): (
            client.get("/lessons/sliding", params=query, headers=headers).json()["title"],
            client.get("/lessons", params=query, headers=headers).json()[0]["title"],
        )
        for asked, query in {"": {}, "en": {"lang": "en"}, "de": {"lang": "de"}}.items()
        for language, headers in {"en": {}, "de": {"Accept-Language": "de"}}.items()
    }
    for (asked, language), found in titles.items():
        chosen = asked or language
        assert found == (BOOK.lesson("sliding").text(chosen).title, next(iter(BOOK)).text(chosen).title)


def test_every_exercise_of_the_book_has_a_problem(client: httpx.Client) -> None:
    for lesson in BOOK:
        for name in lesson.exercises:
            assert client.get(f"/exercises/{lesson.id}.{name}.1").status_code == 200
