"""The page's sentences, kept apart from code and markup so that they can be translated."""

import json
from pathlib import Path
from types import SimpleNamespace

FOLDER = Path(__file__).resolve().parents[3] / "templates" / "texts"
LANGUAGE = "en"


def read_texts(name: str) -> SimpleNamespace:
    """The catalogue of texts called `name`, its entries as attributes."""
    path = FOLDER / LANGUAGE / f"{name}.json"
    texts: SimpleNamespace = json.loads(path.read_text("utf-8"), object_hook=lambda found: SimpleNamespace(**found))
    return texts
