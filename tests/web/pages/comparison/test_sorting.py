"""The order of the comparison: by a column, and by year with each copy after its original."""

from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import get_args

import pytest

from app.engine.engine import Engine
from app.web.pages.comparison.address import Column, ComparisonAddress
from app.web.pages.comparison.entry import NetworkEntry, network_entry
from app.web.pages.comparison.sorting import VALUES, heading_views, sort_entries


@pytest.fixture(scope="module")
def entries(engine: Engine) -> list[NetworkEntry]:
    return [network_entry(engine, network) for network in engine.catalog]


def ids(entries: tuple[NetworkEntry, ...]) -> list[str]:
    return [entry.card.id for entry in entries]


@pytest.mark.parametrize("column", get_args(Column))
def test_a_column_sorts_whatever_order_the_networks_come_in(entries: list[NetworkEntry], column: Column) -> None:
    shuffled = Random(5).sample(entries, len(entries))
    up, down = (
        sort_entries(shuffled, ComparisonAddress.model_validate({"sort": sort})) for sort in (column, f"-{column}")
    )
    known = [VALUES[column](entry) for entry in up if VALUES[column](entry) is not None]
    assert known == sorted(known)
    assert [VALUES[column](entry) for entry in down[: len(known)]] == known[::-1]
    assert sorted(ids(up)) == sorted(ids(down)) == sorted(ids(tuple(entries)))


def test_without_an_order_the_years_rise_and_a_copy_follows_its_original(entries: list[NetworkEntry]) -> None:
    in_order = sort_entries(entries, ComparisonAddress())
    years = [entry.card.year or 9999 for entry in in_order]
    assert all(before <= after for before, after in pairwise(years))
    place = {name: at for at, name in enumerate(ids(in_order))}
    copies = [entry.card.id for entry in entries if entry.original]
    assert copies
    for name in copies:
        assert 0 < place[name] - place[name.partition("-")[0]] <= len(copies)


def test_a_copy_stays_in_its_year_where_its_original_can_not_be_used(entries: list[NetworkEntry]) -> None:
    without = [entry for entry in entries if entry.card.id != "vgg16"]
    in_order = sort_entries(without, ComparisonAddress())
    assert sorted(ids(in_order)) == sorted(ids(tuple(without)))
    assert [entry.card.year for entry in in_order] == sorted(entry.card.year or 9999 for entry in without)


def test_a_network_without_a_year_comes_last(entries: list[NetworkEntry]) -> None:
    own = next(entry for entry in entries if entry.card.id == "lenet5")
    undated = replace(own, card=own.card.model_copy(update={"year": None, "family": None}))
    others = [entry for entry in entries if entry is not own]
    assert sort_entries([undated, *others], ComparisonAddress())[-1] is undated


def test_only_the_heading_that_sorts_says_so_and_reverses_the_order() -> None:
    headings = {heading.column: heading for heading in heading_views(ComparisonAddress(sort="-year", measure=True))}
    assert {column: heading.order for column, heading in headings.items() if heading.order} == {"year": "descending"}
    assert (headings["year"].href, headings["macs"].href) == ("?sort=year", "?sort=macs")
    assert {each.column: each.href for each in heading_views(ComparisonAddress(sort="year"))}["year"] == "?sort=-year"
