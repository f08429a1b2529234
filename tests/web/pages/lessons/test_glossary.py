"""The glossary and the terms of lessons."""

import re
from types import SimpleNamespace

import httpx
import pytest

from app.lessons.lesson import Lesson
from app.lessons.markdown import read_text
from app.resources import LESSONS
from app.web.pages.lessons.glossary import TERM, explain_terms, glossary_entries
from app.web.texts import LANGUAGES, read_texts
from tests.lessons.shipped import BOOK
from tests.web.responses import Reader, check_sound

TEMPLATES = LESSONS.parent / "templates"


def terms(language: str = "en") -> dict[str, SimpleNamespace]:
    return dict(vars(read_texts(language).glossary.terms))


def test_a_term_of_a_lesson_has_its_meaning_at_its_link() -> None:
    text = read_text("# Title\n\nLead.\n\nThe [step](glossary#stride) of it.\n")
    known = {"stride": SimpleNamespace(word="Stride", meaning='How "far" it moves.')}
    (section,) = explain_terms(text, known).sections
    title = "How &#34;far&#34; it moves."
    assert f'<a class="term" href="glossary#stride" title="{title}">step</a>' in section.parts[0].html


@pytest.mark.parametrize("lesson", BOOK.lessons, ids=lambda lesson: lesson.id)
def test_a_lesson_links_to_terms_that_are_there(lesson: Lesson) -> None:
    for text in lesson.texts.values():
        html = text.lead + "".join(part.html for section in text.sections for part in section.parts)
        assert [each for each in TERM.findall(html) if each not in terms()] == []


def test_templates_use_terms_that_are_there() -> None:
    used = {
        name for path in TEMPLATES.rglob("*.html") for name in re.findall(r'\bterm\([^,]+, "([^"]+)"', path.read_text())
    }
    assert used - terms().keys() == set()


def test_entries_stand_in_the_order_of_the_alphabet_without_accents() -> None:
    words = [entry.word for entry in glossary_entries(terms("de"), BOOK, "de")]
    assert words.index("Abstand") < words.index("Überanpassung") < words.index("Verlust")


@pytest.mark.parametrize(("term", "lesson"), [("stride", "sliding"), ("depthwise-convolution", "separable")])
def test_an_entry_names_the_lessons_that_use_it_also_in_a_caption(term: str, lesson: str) -> None:
    entry = next(entry for entry in glossary_entries(terms(), BOOK, "en") if entry.id == term)
    assert lesson in [link.lesson.id for link in entry.lessons]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_a_place_for_every_term(site: httpx.Client, language: str) -> None:
    answer = site.get("/learn/glossary", headers={"Accept-Language": language}).raise_for_status()
    check_sound(Reader(answer.text))
    assert [each for each in terms(language) if f'<div id="{each}">' not in answer.text] == []
