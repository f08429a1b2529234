"""Maps side by side: each with its own address, and what is missing pending."""

from dataclasses import replace

import pytest

from app.attribution.evaluation.sanity_check import Stage
from app.attribution.explain import Explanation
from app.attribution.registry import METHODS
from app.nets.network import Network
from app.web.pages.address import Address
from app.web.pages.components import Notice
from app.web.pages.explanation.gather import ComparedMap, MapComparison
from app.web.pages.explanation.question import read_request
from app.web.pages.explanation.side_by_side import MapComparisonView, map_comparison_view
from tests.web.pages.explanation.conftest import Gather, explanation, faithfulness

MAP = explanation([[1, -1]])


def address(**query: str) -> Address:
    return Address.model_validate({"model": "lenet5", "image": "cat", "why": "2", **query})


def compare(network: Network, data: Gather, here: Address, comparison: MapComparison) -> MapComparisonView:
    layers = tuple(network.layer(name) for name in ("conv_c1", "conv_c3"))
    view = map_comparison_view(network, here, layers, replace(data(here), explanation=MAP, comparison=comparison))
    assert view is not None
    return view


def of_method(network: Network, name: str, map_: Explanation | None = None) -> ComparedMap:
    here = address(beside="methods", method=name)
    return ComparedMap(here, read_request(network, here), map_)


def test_nothing_is_compared_unless_it_is_asked_for(network: Network, data: Gather) -> None:
    assert map_comparison_view(network, address(), (), data(address())) is None


def test_a_map_of_another_method_has_its_own_address_and_can_be_measured(network: Network, data: Gather) -> None:
    maps = (of_method(network, "saliency", MAP), of_method(network, "gradcam", MAP))
    view = compare(network, data, address(beside="methods"), MapComparison(maps))
    saliency, gradcam = view.maps
    assert saliency.id == "side-saliency"
    assert saliency.href == "?model=lenet5&image=cat&why=2&method=saliency&beside=methods"
    assert saliency.map is not None
    assert "saliency.png" in saliency.map.src
    assert saliency.faithfulness_pending is not None
    assert (saliency.chosen, gradcam.chosen) == (False, True)
    assert view.pending is None


def test_a_measured_map_shows_how_many_random_maps_it_beats(network: Network, data: Gather) -> None:
    unmeasured = of_method(network, "saliency", MAP)
    measured = replace(unmeasured, faithfulness=faithfulness(True, True, False))
    (view,) = compare(network, data, address(beside="methods"), MapComparison((measured,))).maps
    assert (view.beaten, view.random_maps) == (2, 3)
    assert view.faithfulness_pending is None


def test_missing_maps_of_fast_methods_are_computed_at_once_and_slow_ones_at_a_click(
    network: Network, data: Gather
) -> None:
    here = address(beside="methods")
    fast, slow = of_method(network, "saliency"), of_method(network, "rise")
    both = compare(network, data, here, MapComparison((fast, slow)))
    assert both.pending is not None
    assert (both.pending.start, both.pending.events) == ("auto", "")
    assert both.maps[0].pending is None
    assert both.maps[1].pending is not None
    assert both.maps[1].pending.start == "manual"
    assert compare(network, data, here, MapComparison((slow,))).pending is None


def test_a_method_that_is_not_available_has_a_reason_and_no_link(network: Network, data: Gather) -> None:
    refused = ComparedMap(address(beside="methods", method="cam"), reason="Not this network.")
    (view,) = compare(network, data, address(beside="methods"), MapComparison((refused,))).maps
    assert (view.reason, view.href, view.map, view.pending) == ("Not this network.", None, None, None)


def test_classes_have_their_probabilities(network: Network, data: Gather) -> None:
    addresses = [address(beside="classes", why="9"), address(beside="classes", against="9")]
    maps = tuple(ComparedMap(each, read_request(network, each)) for each in addresses)
    one, difference = compare(network, data, address(beside="classes"), MapComparison(maps)).maps
    assert (one.id, one.title) == ("side-9", "9")
    assert one.detail
    assert (difference.id, difference.detail) == ("side-2-9", "")


@pytest.mark.parametrize(("method", "start"), [("gradcam", "auto"), ("ablationcam", "manual")])
def test_layers_have_empty_places_until_they_are_computed(
    network: Network, data: Gather, method: str, start: str
) -> None:
    assert METHODS[method].slow == (start == "manual")
    here = address(beside="layers", method=method)
    view = compare(network, data, here, MapComparison())
    assert [each.id for each in view.maps] == ["side-conv_c1", "side-conv_c3"]
    assert {each.map for each in view.maps} == {None}
    assert view.pending is not None
    assert view.pending.start == start
    assert view.pending.events.endswith("of=sweep")


def test_the_map_of_a_layer_links_to_that_layer(network: Network, data: Gather) -> None:
    here = address(beside="layers", at="conv_c3")
    view = compare(network, data, here, MapComparison(layer_maps=(replace(MAP, layer="conv_c1"),)))
    first, second = view.maps
    assert first.href is not None
    assert "at=conv_c1" in first.href
    assert first.map is not None
    assert "layer=conv_c1" in first.map.src
    assert second.map is None
    assert (first.chosen, second.chosen) == (False, True)
    assert view.pending is None


@pytest.mark.parametrize(("method", "correlation"), [("gradcam", 0.1), ("saliency", 0.7)])
def test_random_weights_show_each_stage_and_the_correlation_that_is_left(
    network: Network, data: Gather, method: str, correlation: float
) -> None:
    stages = tuple(Stage(count, "conv_c1", MAP, 0.1, 0.7) for count in (1, 5))
    view = compare(network, data, address(beside="random", method=method), MapComparison(stages=stages))
    original, *rest = view.maps
    assert original.chosen
    assert original.map is not None
    assert [each.id for each in rest] == [f"side-{count}" for count in (1, 2, 3, 4, 5)]
    assert [each.map is not None for each in rest] == [True, False, False, False, True]
    assert rest[4].map is not None
    assert "randomised=5" in rest[4].map.src
    assert view.final_correlation == correlation  # of magnitudes where the method shows magnitudes


def test_an_error_takes_the_place_of_the_maps(network: Network, data: Gather) -> None:
    notice = Notice("timed_out", "It took too long.", 503)
    view = compare(network, data, address(beside="layers"), MapComparison(notice=notice))
    assert (view.maps, view.pending, view.notice) == ((), None, notice)
