"""The catalogues of texts: every text is used, and every text that a template uses is there."""

import re
from pathlib import Path

import pytest

from app.web.pages.texts import read_catalogue

TEMPLATES = Path(__file__).parents[3] / "templates"
SOURCES = "".join(path.read_text("utf-8") for path in TEMPLATES.rglob("*.html"))
CATALOGUES = {path.stem for path in (TEMPLATES / "texts" / "en").glob("*.json")} - {"scripts"}

# Texts that a template chooses by a name it is given.
CHOSEN = {"explanation": {"deletion", "insertion", "deletion_means", "insertion_means"}}


@pytest.mark.parametrize("catalogue", sorted(CATALOGUES))
def test_a_catalogue_holds_the_texts_that_the_templates_use(catalogue: str) -> None:
    names = set(re.findall(rf"\btext\.{catalogue}\.(\w+)", SOURCES))
    assert names | CHOSEN.get(catalogue, set()) == read_catalogue(catalogue).keys()


def test_templates_use_no_other_catalogue() -> None:
    assert set(re.findall(r"(?<![\w.])text\.(\w+)\.", SOURCES)) == CATALOGUES
