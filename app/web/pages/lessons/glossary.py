"""The glossary: its entries in alphabetical order, and the terms of a lesson with their meanings."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace

from markupsafe import escape

from app.lessons.book import Book
from app.lessons.markdown import LessonText
from app.web.pages.lessons.links import LessonLink, lesson_links

TERM = re.compile(r'<a href="glossary#([a-z0-9-]+)">')
Terms = Mapping[str, SimpleNamespace]


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """A term with its meaning, and the lessons that use it."""

    id: str
    word: str
    meaning: str
    lessons: tuple[LessonLink, ...]


def glossary_entries(terms: Terms, book: Book, language: str) -> list[GlossaryEntry]:
    """All terms in the alphabetical order of a language."""
    links = lesson_links(book, language)
    used = {link.lesson.id: set(_used_terms(link.text)) for link in links}
    entries = [
        GlossaryEntry(each, term.word, term.meaning, tuple(link for link in links if each in used[link.lesson.id]))
        for each, term in terms.items()
    ]
    return sorted(entries, key=lambda entry: _sort_key(entry.word))


def explain_terms(text: LessonText, terms: Terms) -> LessonText:
    """The text, with the meaning of each term at its link, where a script shows it."""

    def explain(html: str) -> str:
        return TERM.sub(lambda match: _link(match, terms), html)

    sections = tuple(
        replace(section, parts=tuple(replace(part, html=explain(part.html)) for part in section.parts))
        for section in text.sections
    )
    return replace(text, lead=explain(text.lead), sections=sections)


def _link(match: re.Match[str], terms: Terms) -> str:
    term = terms.get(match[1])
    return f'<a class="term" href="glossary#{match[1]}" title="{escape(term.meaning)}">' if term else match[0]


def _used_terms(text: LessonText) -> Iterator[str]:
    """The ids of the terms that a lesson links to, in its prose or in a caption."""
    yield from TERM.findall(text.lead)
    for section in text.sections:
        for part in section.parts:
            yield from TERM.findall(part.html)


def _sort_key(word: str) -> str:
    """The word without accents and case: in German, ä is sorted as a."""
    return "".join(letter for letter in unicodedata.normalize("NFD", word.casefold()) if letter.isalnum())
