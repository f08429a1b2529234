"""What the values in a page's address may be: `python -m tests.web.pages.limits` writes the table."""

from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from tests.web.api.limits import without_words, write_table

TABLE = Path(__file__).parent / "limits.json"
ROOT = Path(__file__).parent.parent.parent.parent


def read_limits() -> dict[str, dict[str, Any]]:
    """Each class of addresses, and what each of its fields may be."""
    limits = {}
    for path in sorted((ROOT / "app" / "web" / "pages").rglob("*address.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for name, kind in vars(import_module(module)).items():
            if isinstance(kind, type) and issubclass(kind, BaseModel) and kind.__module__ == module:
                schema = kind.model_json_schema()
                limits[f"{module}.{name}"] = without_words(schema, schema.get("$defs", {}), 0)
    return limits


if __name__ == "__main__":
    write_table(TABLE, read_limits())
