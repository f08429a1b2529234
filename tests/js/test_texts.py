"""The sentences of the scripts: each that is used is in the catalogue, with the values that it names."""

import re
from pathlib import Path

from app.web.texts import read_catalogue

SCRIPTS = Path(__file__).parents[2] / "static" / "js"
CALL = re.compile(r'\btext\("(\w+)"(?:, \{([^}]*)\})?\)')


def calls() -> list[tuple[str, set[str]]]:
    """The name of each sentence that a script uses, with the names of the values that it gives."""
    found = []
    for path in sorted(SCRIPTS.rglob("*.js")):
        for name, values in CALL.findall(path.read_text("utf-8")):
            found.append((name, {part.split(":")[0].strip() for part in split(values) if part.strip()}))
    return found


def split(values: str) -> list[str]:
    """The entries of an object literal: parted at commas that no bracket holds."""
    return re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", "", values).split(",")


def test_every_sentence_is_used_and_every_used_one_exists() -> None:
    assert {name for name, _ in calls()} == set(read_catalogue("scripts"))


def test_a_script_gives_the_values_that_a_sentence_names() -> None:
    catalogue = read_catalogue("scripts")
    for name, values in calls():
        assert values == set(re.findall(r"\{(\w+)\}", catalogue[name])), name
