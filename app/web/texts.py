"""The sentences of the pages, apart from code and markup: a folder of catalogues for each language."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app.resources import TEMPLATES

TEXTS = TEMPLATES / "texts"
FIRST_LANGUAGE = "en"  # for readers who ask for none of the others
INSIDE_A_NUMBER = re.compile(r"(?<=\d) (?=[%×])|(?<=%s) (?=%%)|(?<=\d ×) (?=\d)")  # 3 × 3, 2.5 %
LANGUAGES = (
    FIRST_LANGUAGE,
    *sorted(folder.name for folder in TEXTS.iterdir() if folder.is_dir() and folder.name != FIRST_LANGUAGE),
)


def keep_numbers_whole(text: str) -> str:
    """A text in which no line ends inside a size or between a number and its per cent sign."""
    return INSIDE_A_NUMBER.sub("\N{NO-BREAK SPACE}", text)


def read_texts(language: str = FIRST_LANGUAGE) -> SimpleNamespace:
    """Every catalogue under its name, with its entries as attributes: `read_texts().site.skip`.

    Those in a folder are attributes of the folder: `read_texts().experiments.sweep.title`.
    """
    return _read_folder(TEXTS / language)


def read_catalogue(name: str, language: str = FIRST_LANGUAGE) -> dict[str, Any]:
    """The catalogue called `name`, such as `site` or `experiments/sweep`, as it stands in its file."""
    catalogue: dict[str, Any] = json.loads((TEXTS / language / f"{name}.json").read_text("utf-8"))
    return catalogue


def _read_folder(folder: Path) -> SimpleNamespace:
    catalogues = {path.stem: _read_entries(path) for path in folder.glob("*.json")}
    return SimpleNamespace(
        **catalogues, **{path.name: _read_folder(path) for path in folder.iterdir() if path.is_dir()}
    )


def _read_entries(path: Path) -> Any:
    text = keep_numbers_whole(path.read_text("utf-8"))
    return json.loads(text, object_hook=lambda entries: SimpleNamespace(**entries))
