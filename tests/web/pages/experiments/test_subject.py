"""The networks that an experiment offers."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.web.pages.experiments.subject import network_options


def network(name: str, has_weights: bool = True) -> Any:
    return SimpleNamespace(id=name, card=SimpleNamespace(name=name.title()), has_weights=has_weights)


@pytest.mark.parametrize(
    ("chosen", "offered"),
    [
        (network("one"), [("one", True), ("two", False)]),
        (network("bare", has_weights=False), [("one", False), ("bare", True), ("two", False)]),
        (network("own"), [("one", False), ("two", False), ("own", True)]),
    ],
    ids=["of the list", "without weights", "an own network"],
)
def test_networks_that_can_run_are_offered_and_the_chosen_one(chosen: Any, offered: list[tuple[str, bool]]) -> None:
    engine: Any = SimpleNamespace(catalog=[network("one"), network("bare", has_weights=False), network("two")])
    options = network_options(engine, chosen)
    assert [(each.id, each.chosen) for each in options] == offered
    assert [each.name for each in options] == [name.title() for name, _ in offered]
