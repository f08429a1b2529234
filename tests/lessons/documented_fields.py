"""The fields of a model as `docs/lessons.md` lists them: name, default, and what else it may be."""

import json
import re
from pathlib import Path
from typing import get_args

from annotated_types import Ge, Le, MaxLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

DOCUMENT = Path(__file__).parents[2] / "docs" / "lessons.md"


def documented_cells(section: str, name: str) -> list[str]:
    """The cells of the row of a section's table that begins with a name."""
    text = DOCUMENT.read_text("utf-8").partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    (row,) = re.findall(rf"^\| `{name}` \|(.*)\|$", text, re.MULTILINE)
    return [cell.strip() for cell in row.split(" | ")]


def listed_fields(model: type[BaseModel]) -> str:
    """All fields with their limits, and with their defaults where they are no texts."""
    return ", ".join(f"`{name}` {_described(field)}" for name, field in model.model_fields.items()) or "none"


def limit(field: FieldInfo, kind: type[Ge | Le | MaxLen]) -> float | None:
    """The least or the largest number, or the length, that a field may have; None where it has no such limit."""
    limits = {Ge: "ge", Le: "le", MaxLen: "max_length"}
    return next((getattr(each, limits[kind]) for each in field.metadata if isinstance(each, kind)), None)


def _described(field: FieldInfo) -> str:
    if field.annotation is str:
        return f"(a text of at most {limit(field, MaxLen)} characters)"
    if (least := limit(field, Ge)) is not None:
        return f"{field.default} ({least} to {limit(field, Le)})"
    others = [json.dumps(each) for each in get_args(field.annotation) if not isinstance(field.default, tuple)]
    others = [each for each in others if each != json.dumps(field.default)]
    return json.dumps(field.default) + (f" (or {', '.join(others)})" if others else "")
