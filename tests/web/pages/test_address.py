"""Addresses of views: what a link keeps and what it leaves behind."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlencode

from hypothesis import given
from hypothesis import strategies as st

from app.attribution.registry import PARAMETERS
from app.nets.labels import find_classes
from app.web.pages.address import Address, class_name

ROOT = Path(__file__).parents[3]

HERE = Address(model="a", layer="conv1", channel=3, cell="4,5", first=40, alike=True, zoom="2")


def test_a_link_mentions_what_is_not_as_usual() -> None:
    assert Address().link(layer="conv1") == "?layer=conv1"
    assert Address(model="a").link(alike=True) == "?model=a&alike=1"
    assert Address(zoom="2").link(zoom="1") == "?model="  # "?" alone is the start page


def test_another_channel_keeps_the_cell_and_another_layer_does_not() -> None:
    assert HERE.link(channel=4) == "?model=a&layer=conv1&channel=4&zoom=2&first=40&cell=4%2C5&alike=1"
    assert HERE.link(layer="conv2", channel=None) == "?model=a&layer=conv2&zoom=2"
    assert HERE.link(model="b") == "?model=b&layer=conv1&channel=3&zoom=2"


def test_another_question_keeps_the_method_and_going_elsewhere_ends_the_question() -> None:
    asked = Address.model_validate(parse_qs("model=a&why=tabby&against=lynx&method=rise&masks=100&at=conv1&wait=1"))
    assert asked.link(why="lynx") == "?model=a&why=lynx&method=rise&masks=100"
    assert asked.link(model="b") == "?model=b&why=tabby&against=lynx&method=rise&masks=100"
    assert asked.link(layer="conv2") == "?model=a&layer=conv2"
    assert asked.link(why=None) == "?model=a"


def test_the_computation_of_a_number_ends_with_another_channel_or_a_question() -> None:
    number = HERE.model_copy(update={"view": "number", "trail": "fc:1:0:0", "plane": 2, "terms": 64})
    assert "view=number" in number.link(cell="4,6")
    assert number.link(channel=4) == HERE.link(channel=4)
    assert number.link(layer="conv2", channel=None) == HERE.link(layer="conv2", channel=None)
    assert number.link(why="2") == HERE.link(why="2")


def test_a_form_s_empty_fields_say_nothing() -> None:
    assert Address.model_validate({"model": "a", "against": "", "channel": ""}) == Address(model="a")


def test_the_address_takes_the_parameters_of_the_methods_and_nothing_else() -> None:
    options = dict.fromkeys(PARAMETERS, "1")
    address = Address.model_validate({"why": "tabby", **options, "unknown": "2"})
    assert address.options == options
    assert address.link() == f"?why=tabby&{urlencode(options)}"
    assert address.link(why=None) == "?model="


def test_no_parameter_of_a_method_has_the_name_of_another_field() -> None:
    assert PARAMETERS.keys().isdisjoint(Address.model_fields)


def test_the_scripts_know_every_other_name() -> None:
    names = set(re.findall(r'"([a-z_]+)"', (ROOT / "static" / "js" / "state.js").read_text()))
    assert Address.model_fields.keys() - {"wait", "deleted"} <= names


def test_a_form_sends_the_rest_along() -> None:
    assert HERE.hidden_form_fields("channel").keys() == {"model", "layer", "zoom", "first", "cell", "alike"}
    assert HERE.hidden_form_fields("model", "layer", "channel") == {"zoom": "2"}


@given(st.lists(st.sampled_from(["0", "1", "2", "cat", "Cat", "tomcat", "", "#0", "#1"]), min_size=1, max_size=5))
def test_a_class_has_a_name_that_is_no_other_s(labels: list[str]) -> None:
    network: Any = SimpleNamespace(labels=labels)
    for index in range(len(labels)):
        assert find_classes(labels, class_name(network, index)) == (index,)
