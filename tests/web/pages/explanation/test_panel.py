"""The panel of an explanation: its target, what is computed, and what it can be compared with."""

from dataclasses import replace

import pytest

from app.attribution.registry import METHODS
from app.nets.network import Network
from app.web.pages.address import OPACITY, Address
from app.web.pages.components import Notice
from app.web.pages.explanation.panel import explanation_view
from tests.web.pages.explanation.conftest import Gather, explanation, faithfulness


def address(**query: str) -> Address:
    return Address.model_validate({"model": "lenet5", "image": "cat", "why": "2", **query})


def test_a_class_has_its_probability_logit_and_rank(network: Network, data: Gather) -> None:
    here = address(against="9")
    view = explanation_view(network, here, data(here))
    assert view.target is not None
    assert (view.target.label, view.target.rank) == ("2", 8)
    assert view.target.score == pytest.approx(2 / 45)
    assert view.against is not None
    assert (view.against.index, view.against.rank) == (9, 1)
    assert view.channel is None


def test_a_channel_is_no_class(network: Network, data: Gather) -> None:
    here = address(why="conv_c3:5")
    view = explanation_view(network, here, data(here))
    assert view.target is None
    assert view.channel is not None
    assert (view.channel.layer, view.channel.index) == ("conv_c3", 5)
    assert view.form.rivals == ()
    assert {layer.id for layer in view.form.layers} < {layer.id for layer in network.graph.layers}


def test_what_is_not_computed_is_pending(network: Network, data: Gather) -> None:
    view = explanation_view(network, address(), data(address()))
    assert (view.map, view.faithfulness) == (None, None)
    assert view.map_pending.start == view.faithfulness_pending.start == "auto"


def test_what_is_computed_is_shown(network: Network, data: Gather) -> None:
    computed = replace(data(address()), explanation=explanation([[1]]), faithfulness=faithfulness(True, False))
    view = explanation_view(network, address(), computed)
    assert view.map is not None
    assert view.faithfulness is not None
    assert (view.faithfulness.beaten, view.faithfulness.random_maps) == (1, 2)


def test_only_a_method_that_takes_a_layer_is_compared_over_layers(network: Network, data: Gather) -> None:
    for method in METHODS:
        here = address(method=method)
        kinds = [choice.value for choice in explanation_view(network, here, data(here)).comparisons]
        assert ("layers" in kinds) == METHODS[method].at_layer
        assert {"methods", "classes", "random"} <= {*kinds}


def test_the_opacity_is_that_of_the_address(network: Network, data: Gather) -> None:
    assert explanation_view(network, address(), data(address())).opacity == OPACITY
    here = address(overlay="0.3")
    assert explanation_view(network, here, data(here)).opacity == 0.3


def test_an_unknown_method_keeps_the_question_and_has_a_notice(network: Network, data: Gather) -> None:
    notice = Notice("unknown_method", "There is no such method.", 404)
    failed = replace(data(address()), request=None, notice=notice)
    view = explanation_view(network, address(method="nothing"), failed)
    assert view.notice is notice
    assert view.form.method is METHODS["gradcam"]
    assert (view.title, view.form.target) == ("2", "2")
