"""What a user says of a network, and the card that comes of it together with what the network's files say."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from app.errors import InvalidRequest
from app.nets.card import Card, Data, Finding, InputSpec, faults_of
from app.nets.own.input_change import fields_that_follow
from app.nets.own.stated_facts import MAX_LABELS, MAX_TEXT

SOURCE = "chosen"
FROM_FILE = ("id", "sha256", "bytes", "findings", "assumed")  # fields of a card that a user can't set
MAX_FAULTS, MAX_FAULT = 10, 200  # that are named, and characters of one

D = TypeVar("D", bound=Data)


@dataclass(frozen=True, slots=True)
class Description:
    """Fields of a card, of which `input` may have some of its fields only, and the names of the classes."""

    card: Mapping[str, Any]
    labels: tuple[str, ...] = ()


def read_description(card: str, labels: str) -> Description:
    """A description as texts: a JSON object, and a JSON list or lines of labels; empty where there is none.

    Raises:
        InvalidRequest: a text is none of these, or a label is too long.
    """
    fields = _parse(card, "card") if card.strip() else {}
    if not isinstance(fields, dict) or not isinstance(fields.get("input", {}), dict):
        raise InvalidRequest("The card is not a JSON object.")
    named = fields.pop("labels", None)
    names = _label_list(labels) if labels.strip() else named if isinstance(named, list) else []
    return Description({name: value for name, value in fields.items() if name not in FROM_FILE}, _check_labels(names))


def change_input(spec: InputSpec, fields: Mapping[str, Any]) -> InputSpec:
    """The input with other values of these fields, and of those that follow from them.

    Raises:
        InvalidRequest: a field is unknown or out of range, or does not fit the others.
    """
    return _validated(InputSpec, spec.model_dump() | fields_that_follow(spec, fields) | dict(fields), "input")


def change_card(card: Card, fields: Mapping[str, Any]) -> Card:
    """The card as a user describes it: fields of the input that are given are no longer assumed but chosen.

    Raises:
        InvalidRequest: as `change_input` does.
    """
    given = fields.get("input", {})
    spec = change_input(card.input, given)
    changed = _validated(Card, card.model_dump() | {**fields, "input": spec.model_dump()}, "card")
    return changed.model_copy(update=_provenance(card, changed.input, given))


def _provenance(card: Card, spec: InputSpec, given: Iterable[str]) -> dict[str, Any]:
    """The findings and the assumed fields of a card for which a user gives some fields of the input."""
    chosen = sorted(given)
    stated = tuple(
        Finding(field=name, value=json.dumps(spec.model_dump(mode="json")[name]), source=SOURCE) for name in chosen
    )
    return {
        "findings": (*(finding for finding in card.findings if finding.field not in chosen), *stated),
        "assumed": tuple(name for name in card.assumed if name not in chosen),
    }


def _validated(kind: type[D], fields: Mapping[str, Any], what: str) -> D:
    try:
        return kind.model_validate_json(json.dumps(fields))
    except ValidationError as error:
        faults = [fault[:MAX_FAULT] for fault in faults_of(error)[:MAX_FAULTS]]
        raise InvalidRequest(f"The {what} is invalid: {'; '.join(faults)}.", faults=faults) from error


def _parse(text: str, what: str) -> Any:
    try:
        return json.loads(text)
    except (RecursionError, ValueError) as error:
        raise InvalidRequest(f"The {what} is not valid JSON.") from error


def _label_list(text: str) -> Any:
    is_json = text.lstrip().startswith("[")
    return _parse(text, "list of labels") if is_json else [line for line in text.splitlines() if line.strip()]


def _check_labels(names: Any) -> tuple[str, ...]:
    if not isinstance(names, list) or len(names) > MAX_LABELS or not all(map(_is_label, names)):
        raise InvalidRequest(
            f"The labels are a JSON list of names, or a name a line: at most {MAX_LABELS:,} of at most {MAX_TEXT} "
            "characters."
        )
    return tuple(name.strip() for name in names)


def _is_label(name: Any) -> bool:
    is_text = isinstance(name, str) and not any("\ud800" <= character <= "\udfff" for character in name)
    return is_text and 0 < len(name.strip()) <= MAX_TEXT
