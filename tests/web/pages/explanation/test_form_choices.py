"""The choices of the form of an explanation: every method, the likeliest classes, the layers and the parameters."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.attribution.registry import METHODS
from app.nets.network import Network
from app.web.pages.address import Address
from app.web.pages.components import Notice
from app.web.pages.explanation.form import FormView, form_view
from app.web.pages.explanation.gather import MapComparison
from app.web.pages.explanation.panel import explanation_view
from app.web.pages.explanation.side_by_side import map_comparison_view
from tests.web.pages.explanation.conftest import Gather, explanation


def address(**query: str) -> Address:
    return Address.model_validate({"model": "lenet5", "image": "cat", "why": "2", **query})


def form(network: Network, data: Gather, here: Address, **changes: Any) -> FormView:
    layers = tuple(network.layer(name) for name in ("conv_c1", "conv_c3"))
    return form_view(network, here, layers, replace(data(here), **changes))


def there(link: str) -> Address:
    return Address.model_validate({name: value for name, (value,) in parse_qs(urlsplit(link).query).items()})


@pytest.mark.parametrize(
    ("why", "against", "rivals"), [("2", "8", "9876"), ("9", "7", "8765"), ("7", "", "9865"), ("0", "4", "9876")]
)
def test_the_likeliest_other_classes_are_offered_to_compare_with(
    network: Network, data: Gather, why: str, against: str, rivals: str
) -> None:
    here = address(why=why, against=against)
    view = form(network, data, here)
    assert (view.target, view.against) == (why, against)
    assert "".join(each.value for each in view.rivals) == rivals
    assert [each.value for each in view.rivals if each.chosen] == ([against] if against in rivals and against else [])
    for each in view.rivals:
        assert there(each.href) == here.model_copy(update={"against": each.value})


def test_what_is_no_class_stays_as_it_is_typed(network: Network, data: Gather) -> None:
    here = address(against="owl")
    view = form_view(network, here, (), replace(data(address()), request=None))
    assert (view.target, view.against, view.rivals, view.layer) == ("2", "owl", (), None)
    panel = explanation_view(network, here, replace(data(address()), request=None))
    assert (panel.title, panel.target, panel.against, panel.channel) == ("2", None, None, None)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_offered_once_the_fast_ones_first(network: Network, data: Gather, method: str) -> None:
    here = address(method=method) if not data(address()).available.reasons.get(method) else address()
    view = form(network, data, here)
    assert sorted(each.method.name for each in view.methods) == sorted(METHODS)
    assert [each.method.slow for each in view.methods] == sorted(each.slow for each in METHODS.values())
    assert [each.method.name for each in view.methods if each.chosen] == [here.method] == [view.method.name]
    reasons = {each.method.name: each.reason for each in view.methods if each.reason}
    assert reasons == data(address()).available.reasons
    assert [each.parameter for each in view.parameters] == [*METHODS[here.method].parameters]


def test_the_layer_of_the_address_is_chosen_and_the_one_that_explains_is_named(network: Network, data: Gather) -> None:
    for at, chosen in (("conv_c1", ["conv_c1"]), ("", [])):
        view = form(network, data, address(at=at))
        assert [(each.id, each.name) for each in view.layers] == [
            (name, network.layer(name).name) for name in ("conv_c1", "conv_c3")
        ]
        assert [each.id for each in view.layers if each.chosen] == chosen
        assert view.layer is not None
        assert view.layer.chosen is bool(chosen)
        assert view.layer.id == (at or data(address()).request.layer.id)  # type: ignore[union-attr]  # Grad-CAM has one


def test_a_parameter_has_the_value_of_the_address_or_its_default(network: Network, data: Gather) -> None:
    default, changed = (
        form(network, data, address(method="rise")),
        form(network, data, address(method="rise", masks="12")),
    )
    assert (default.changed, changed.changed) == (False, True)
    assert {each.parameter.name: each.value for each in default.parameters} == {
        each.name: each.default for each in METHODS["rise"].parameters
    }
    assert {each.parameter.name: each.value for each in changed.parameters}["masks"] == "12"
    assert not form(network, data, address(method="rise", steps="9")).changed, "a parameter of other methods"


@pytest.mark.parametrize("beside", ["none", "methods", "classes", "random", "layers"])
def test_a_comparison_is_chosen_by_its_link(network: Network, data: Gather, beside: str) -> None:
    view = explanation_view(network, address(beside=beside), data(address()))
    assert [each.value for each in view.comparisons if each.chosen] == [beside] * (beside != "none")
    assert {each.value: there(each.href).beside for each in view.comparisons} == {
        each.value: each.value for each in view.comparisons
    }
    assert view.has_classes
    assert view.view.endswith("/images/cat/view.png")


def test_each_comparison_says_what_it_is_of_also_where_it_failed(network: Network, data: Gather) -> None:
    for notice in (None, Notice("timed_out", "Too long.", 503)):
        here = address(beside="layers")
        given = replace(data(here), explanation=explanation([[1]]), comparison=MapComparison(notice=notice))
        view = map_comparison_view(network, here, (), given)
        assert view is not None
        assert (view.kind, view.final_correlation, view.notice) == ("layers", None, notice)
