"""The photos that ship with ConvScope."""

import json
from dataclasses import dataclass
from pathlib import Path

from app.resources import STATIC

SAMPLES = STATIC / "samples"


@dataclass(frozen=True, slots=True)
class Sample:
    """A photo that ships with ConvScope."""

    id: str
    file: str
    title: str
    credit: str
    licence: str
    source: str
    known_to: tuple[str, ...]


def read_samples(path: Path) -> tuple[Sample, ...]:
    """The photos in the order of their list."""
    return tuple(
        Sample(**entry | {"known_to": tuple(entry["known_to"])}) for entry in json.loads(path.read_text("utf-8"))
    )
