"""The catalogues of texts: every text is used, and every text that a template uses is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.web.pages.texts import FIRST_LANGUAGE, LANGUAGES, read_catalogue

TEMPLATES = Path(__file__).parents[3] / "templates"
SOURCES = "".join(path.read_text("utf-8") for path in TEMPLATES.rglob("*.html"))
PLACE = re.compile(r"%[^%\s]*[a-z%]|\{\w+\}")  # what a text leaves to be filled in
CATALOGUES = {path.stem for path in (TEMPLATES / "texts" / "en").glob("*.json")} - {"scripts"}

# Texts that a template chooses by a name it is given.
CHOSEN = {
    "site": {"language"},  # its own name, for readers of the others
    "explanation": {"deletion", "insertion", "deletion_means", "insertion_means"},
}


@pytest.mark.parametrize("catalogue", sorted(CATALOGUES))
def test_a_catalogue_holds_the_texts_that_the_templates_use(catalogue: str) -> None:
    names = set(re.findall(rf"\btext\.{catalogue}\.(\w+)", SOURCES))
    assert names | CHOSEN.get(catalogue, set()) == read_catalogue(catalogue).keys()


def test_templates_use_no_other_catalogue() -> None:
    assert set(re.findall(r"(?<![\w.])text\.(\w+)\.", SOURCES)) == CATALOGUES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("catalogue", sorted(CATALOGUES | {"scripts"}))
def test_a_language_has_every_text_with_the_same_places_to_fill_in(catalogue: str, language: str) -> None:
    texts = (dict(entries("", read_catalogue(catalogue, each))) for each in (FIRST_LANGUAGE, language))
    first, other = ({name: sorted(PLACE.findall(text)) for name, text in each.items()} for each in texts)
    assert first == other


def entries(name: str, text: object) -> Iterator[tuple[str, str]]:
    """The texts below an entry of a catalogue, each with its path."""
    if isinstance(text, str):
        yield name, text
    else:
        parts = text.items() if isinstance(text, dict) else enumerate(text if isinstance(text, list) else [])
        for key, part in parts:
            yield from entries(f"{name}/{key}", part)
