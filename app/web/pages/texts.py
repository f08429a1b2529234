"""The sentences of the pages, apart from code and markup: a folder of catalogues for each language."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app.resources import TEMPLATES

TEXTS = TEMPLATES / "texts"
FIRST_LANGUAGE = "en"  # for readers who ask for none of the others
LANGUAGES = (
    FIRST_LANGUAGE,
    *sorted(folder.name for folder in TEXTS.iterdir() if folder.is_dir() and folder.name != FIRST_LANGUAGE),
)


def read_texts(language: str = FIRST_LANGUAGE) -> SimpleNamespace:
    """Every catalogue under its name, with its entries as attributes: `read_texts().site.skip`."""
    return SimpleNamespace(**{path.stem: _read_entries(path) for path in (TEXTS / language).glob("*.json")})


def read_catalogue(name: str, language: str = FIRST_LANGUAGE) -> dict[str, Any]:
    """The catalogue called `name` as it stands in its file."""
    catalogue: dict[str, Any] = json.loads((TEXTS / language / f"{name}.json").read_text("utf-8"))
    return catalogue


def _read_entries(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"), object_hook=lambda entries: SimpleNamespace(**entries))
