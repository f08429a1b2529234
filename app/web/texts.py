"""The page's sentences, kept apart from code and markup so that they can be translated."""

import json
from pathlib import Path
from types import SimpleNamespace

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "texts"
LANGUAGE = "en"


def read_texts(name: str = "") -> SimpleNamespace:
    """A catalogue of texts, its entries as attributes: the page's own, or the one called `name`."""
    path = FOLDER / ".".join(filter(None, (LANGUAGE, name, "json")))
    texts: SimpleNamespace = json.loads(path.read_text("utf-8"), object_hook=lambda found: SimpleNamespace(**found))
    return texts
