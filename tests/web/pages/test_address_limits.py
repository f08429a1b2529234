"""The addresses of all pages: a link says what differs from the defaults, and opens the state that it was made of.

A link that someone sent opens the same view in every version: the values in addresses keep names and limits.
"""

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any, get_origin
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import BaseModel, ValidationError

from tests.web.pages.limits import TABLE, read_limits

TEXTS: tuple[Any, ...] = ("abc", "2", "1", "0.25", "0.75", "true", "4,6", ["a", "b"], ["number", "map"])
PASSING = {"wait", "deleted"}  # said once: the next link does not say it again


def address_classes() -> list[Any]:
    names = (name.rpartition(".") for name in read_limits())
    kinds = [getattr(import_module(module), kind) for module, _, kind in names]
    return [kind for kind in kinds if hasattr(kind, "link")]


def read(kind: Any, query: dict[str, list[str]]) -> Any:
    """The address that a query means; the last of several values, as FastAPI takes it."""
    lists = {field.alias or name for name, field in kind.model_fields.items() if get_origin(field.annotation) is list}
    return kind.model_validate({name: values if name in lists else values[-1] for name, values in query.items()})


def query_of(link: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link).query)


def states(kind: Any) -> Iterator[tuple[str, Any]]:
    """Addresses with one field that is not as by default: the field's name, and the address."""
    for name, field in kind.model_fields.items():
        for text in TEXTS:
            try:
                address = kind.model_validate({field.alias or name: text})
            except ValidationError:
                continue
            if getattr(address, name) != getattr(kind.model_validate({}), name):
                yield name, address


@pytest.mark.parametrize("kind", address_classes(), ids=lambda kind: kind.__name__)
def test_a_link_opens_the_state_that_it_was_made_of(kind: type[BaseModel]) -> None:
    base: Any = kind.model_validate({})
    assert read(kind, query_of(base.link())) == base
    found = list(states(kind))
    assert {name for name, _ in found}, kind
    for name, address in found:
        query = query_of(address.link())
        field = kind.model_fields[name]
        if name in PASSING:
            assert (field.alias or name) not in query
            query = query_of(address.link(**{name: getattr(address, name)}))
        assert query.keys() - query_of(base.link()).keys() == {field.alias or name}
        assert read(kind, query) == address
        assert address.link(**{name: getattr(base, name)}) == base.link()
        assert read(kind, query_of(base.link(**{name: getattr(address, name)}))) == address


@pytest.mark.parametrize("kind", address_classes(), ids=lambda kind: kind.__name__)
def test_an_address_is_a_view_that_nobody_changes(kind: type[BaseModel]) -> None:
    with pytest.raises(ValidationError):
        setattr(kind.model_validate({}), next(iter(kind.model_fields)), "abc")


def test_addresses_keep_their_limits() -> None:
    """Pages and values may be added; `python -m tests.web.pages.limits` adds them to the table."""
    before, today = json.loads(TABLE.read_text("utf-8")), read_limits()
    assert {name: {each: today[name].get(each) for each in limits} for name, limits in before.items()} == before
