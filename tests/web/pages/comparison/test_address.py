"""The address of a comparison: its networks, and what a link keeps."""

from typing import get_args
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.web.pages.comparison.address import MAX_NETWORKS, Column, ComparisonAddress, Sort

ADDRESSES = st.builds(
    ComparisonAddress,
    sort=st.sampled_from([None, *get_args(Sort)]),
    measure=st.booleans(),
    view=st.sampled_from(["photo", "architectures"]),
    image=st.sampled_from([None, "cat"]),
    models=st.lists(st.sampled_from(["lenet5", "vgg16", "own-1"]), max_size=MAX_NETWORKS, unique=True),
)


@given(ADDRESSES)
def test_a_link_to_a_view_is_that_view(address: ComparisonAddress) -> None:
    query = parse_qs(address.link()[1:])
    single = {name: values[0] for name, values in query.items() if name != "models"}
    assert ComparisonAddress.model_validate(single | {"models": query.get("models", [])}) == address


def test_a_link_writes_flags_and_lists_as_a_reader_would() -> None:
    assert ComparisonAddress().link(measure=True, models=["a", "b"]) == "?measure=true&models=a,b"
    assert ComparisonAddress(measure=True).link(measure=False) == "?"


def test_networks_are_named_once_in_one_value_or_in_several() -> None:
    assert ComparisonAddress(models=["a,b", "", "b"]).models == ["a", "b"]
    assert len(ComparisonAddress(models=["a"] * (MAX_NETWORKS + 1)).models) == 1
    assert len(ComparisonAddress(models=["a,b,c"]).models) == MAX_NETWORKS
    with pytest.raises(ValidationError, match="at most 3 networks"):
        ComparisonAddress(models=["a,b", "c,d"])


@pytest.mark.parametrize(
    ("given", "on_picture", "by_architecture"),
    [
        ({}, False, False),
        ({"models": []}, True, False),
        ({"image": "cat"}, True, False),
        ({"view": "architectures", "image": "cat", "models": ["a"]}, False, True),
    ],
)
def test_a_picture_or_networks_ask_for_the_view_on_a_picture(
    given: dict[str, object], on_picture: bool, by_architecture: bool
) -> None:
    address = ComparisonAddress.model_validate(given)
    assert (address.on_picture, address.by_architecture) == (on_picture, by_architecture)


def test_every_column_sorts_up_and_down() -> None:
    assert set(get_args(Sort)) == {f"{sign}{column}" for column in get_args(Column) for sign in ("", "-")}
