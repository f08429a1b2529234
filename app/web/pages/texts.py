"""The sentences of the pages, apart from code and markup, so that they can be translated."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app.resources import TEMPLATES

LANGUAGE = "en"


def read_texts() -> SimpleNamespace:
    """Every catalogue under its name, with its entries as attributes: `read_texts().site.skip`."""
    return SimpleNamespace(
        **{path.stem: _read_entries(path) for path in (TEMPLATES / "texts" / LANGUAGE).glob("*.json")}
    )


def read_catalogue(name: str) -> dict[str, Any]:
    """The catalogue called `name` as it stands in its file."""
    catalogue: dict[str, Any] = json.loads((TEMPLATES / "texts" / LANGUAGE / f"{name}.json").read_text("utf-8"))
    return catalogue


def _read_entries(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"), object_hook=lambda entries: SimpleNamespace(**entries))
