"""The catalogues of texts: every text is used, and every text that a template uses is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.web.texts import FIRST_LANGUAGE, LANGUAGES, keep_numbers_whole, read_catalogue

TEMPLATES = Path(__file__).parents[2] / "templates"
SOURCES = "".join(path.read_text("utf-8") for path in TEMPLATES.rglob("*.html"))
PLACE = re.compile(r"%[^%\s]*[a-z%]|\{\w+\}")  # what a text leaves to be filled in
ENGLISH = TEMPLATES / "texts" / "en"
OUTSIDE_TEMPLATES = {"scripts", "problems"}
CATALOGUES = {str(path.relative_to(ENGLISH).with_suffix("")) for path in ENGLISH.rglob("*.json")} - OUTSIDE_TEMPLATES
FOLDERS = {path.name for path in ENGLISH.iterdir() if path.is_dir()}

OTHERS = [language for language in LANGUAGES if language != FIRST_LANGUAGE]
WORD = re.compile(r"\b[A-Za-z]{2,}\b")
NAMES = {"Leaky ReLU"}  # the same in every language

# Texts that a template chooses by a name it is given.
CHOSEN = {
    "site": {"language"},  # its own name, for readers of the others
    "explanation": {"deletion", "insertion", "deletion_means", "insertion_means"},
}


@pytest.mark.parametrize("catalogue", sorted(CATALOGUES))
def test_a_catalogue_holds_the_texts_that_the_templates_use(catalogue: str) -> None:
    names = set(re.findall(rf"\btext\.{catalogue.replace('/', '.')}\.(\w+)", SOURCES))
    assert names | CHOSEN.get(catalogue, set()) == read_catalogue(catalogue).keys()


def test_templates_use_no_other_catalogue() -> None:
    folders = "|".join(FOLDERS)
    used = re.findall(rf"(?<![\w.])text\.((?:(?:{folders})\.)?\w+)\.", SOURCES)
    assert {name.replace(".", "/") for name in used} == CATALOGUES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("catalogue", sorted(CATALOGUES | OUTSIDE_TEMPLATES))
def test_a_language_has_every_text_with_the_same_places_to_fill_in(catalogue: str, language: str) -> None:
    texts = (dict(entries("", read_catalogue(catalogue, each))) for each in (FIRST_LANGUAGE, language))
    first, other = ({name: sorted(PLACE.findall(text)) for name, text in each.items()} for each in texts)
    assert first == other


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("catalogue", sorted(CATALOGUES | OUTSIDE_TEMPLATES))
def test_a_text_of_more_than_a_name_differs_from_the_english_one(catalogue: str, language: str) -> None:
    texts = dict(entries("", read_catalogue(catalogue, language)))
    for name, text in entries("", read_catalogue(catalogue)):
        if len(WORD.findall(PLACE.sub("", text))) > 1 and text not in NAMES:
            assert texts[name] != text, name


def test_a_line_does_not_end_inside_a_number() -> None:
    whole = keep_numbers_whole("A 3 × 3 filter, 2.5 % of 98 %% and %s %% × a word")
    assert whole == "A 3\xa0×\xa03 filter, 2.5\xa0% of 98\xa0%% and %s\xa0%% × a word"


def entries(name: str, text: object) -> Iterator[tuple[str, str]]:
    """The texts below an entry of a catalogue, each with its path."""
    if isinstance(text, str):
        yield name, text
    else:
        parts = text.items() if isinstance(text, dict) else enumerate(text if isinstance(text, list) else [])
        for key, part in parts:
            yield from entries(f"{name}/{key}", part)
