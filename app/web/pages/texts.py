"""The sentences of the pages, apart from code and markup, so that they can be translated."""

import json
from types import SimpleNamespace
from typing import Any

from app.resources import TEMPLATES

LANGUAGE = "en"


def read_texts(name: str) -> SimpleNamespace:
    """The catalogue of texts called `name`, its entries as attributes."""
    texts: SimpleNamespace = json.loads(_read(name), object_hook=lambda entries: SimpleNamespace(**entries))
    return texts


def read_catalogue(name: str) -> dict[str, Any]:
    """The catalogue of texts called `name` as it stands in its file."""
    catalogue: dict[str, Any] = json.loads(_read(name))
    return catalogue


def _read(name: str) -> str:
    return (TEMPLATES / "texts" / LANGUAGE / f"{name}.json").read_text("utf-8")
