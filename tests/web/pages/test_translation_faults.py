"""Faults of a card, which may be several: each is said in the language of the page."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.nets.card import Card, Data, InputSpec, faults_of
from app.web.pages.translation import MOST_FAULTS, Translation, read_sentences
from app.web.texts import FIRST_LANGUAGE, LANGUAGES

CARD = json.loads((Path(__file__).parents[3] / "models" / "resnet18-imagenette.json").read_text("utf-8"))
WRONG: tuple[Any, ...] = (None, "x", "", -1, 10**9, 1.5, [], ["x"], {}, True, "x" * 5000, float("inf"))
GERMAN = Translation("de", read_sentences("de"))
OTHERS = [Translation(each, read_sentences(each)) for each in LANGUAGES if each != FIRST_LANGUAGE]


def wrong_ones(fields: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The fields with one of them wrong, missing or too many, those of the parts too."""
    yield {**fields, "unknown": 1}
    for name, value in fields.items():
        yield {other: each for other, each in fields.items() if other != name}
        yield from ({**fields, name: wrong} for wrong in WRONG)
        if isinstance(value, dict):
            yield from ({**fields, name: each} for each in wrong_ones(value))
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield from ({**fields, name: [each]} for each in wrong_ones(value[0]))


def faults(kind: type[Data], fields: dict[str, Any]) -> list[str]:
    try:
        kind.model_validate_json(json.dumps(fields))
    except ValidationError as error:
        return faults_of(error)
    return []


@pytest.mark.parametrize("translation", OTHERS)
@pytest.mark.parametrize(("kind", "fields"), [(Card, CARD), (InputSpec, CARD["input"])], ids=["card", "input"])
def test_every_fault_of_a_field_has_a_translation(
    kind: type[Data], fields: dict[str, Any], translation: Translation
) -> None:
    found = {fault for each in wrong_ones(fields) for fault in faults(kind, each)}
    assert len(found) > 20
    assert sorted(fault for fault in found if translation.find(fault) is None) == []


@pytest.mark.parametrize(
    ("text", "translated"),
    [
        (
            "The input is invalid: width: Input should be greater than 0; scale: Input should be greater than 0.",
            "Ungültig (Eingabe): Breite: größer als 0; Skalierung: größer als 0.",
        ),
        (
            f"The card x.json is invalid: {'; '.join(5 * ['year: Field required'])}; input: a digit is grey.",
            f"Der Steckbrief x.json ist ungültig: {'; '.join(5 * ['year: fehlt'])}; Eingabe: eine Ziffer ist grau.",
        ),
        (
            "The card x.json is invalid: a fault that is new; year: Field required.",
            "Der Steckbrief x.json ist ungültig: a fault that is new; year: fehlt.",
        ),
        (
            "query.lessons: Field required; query.top: Field required",
            "Der Parameter lessons fehlt. Der Parameter top fehlt.",
        ),
    ],
)
def test_several_faults_are_said_one_after_the_other(text: str, translated: str) -> None:
    assert GERMAN.find(text) == translated


def test_a_text_of_thousands_of_parts_is_no_list_of_faults() -> None:
    """A message quotes what a reader typed: looking for a translation of each of its parts would take a second."""
    most = MOST_FAULTS * ["year: Field required"]
    assert GERMAN.find("; ".join(most)) == "; ".join(MOST_FAULTS * ["year: fehlt"])
    assert GERMAN.find("; ".join([*most, "year: Field required"])) is None
