"""What is waited for before an explanation is shown, and what is left for later."""

import asyncio
from typing import Any

import pytest
from fastapi import Request

from app.attribution.registry import METHODS
from app.engine.engine import Engine
from app.engine.inference import Inference
from app.nets.network import Network
from app.web.deps import Client
from app.web.pages.address import Address, Part
from app.web.pages.explanation.gather import ExplanationData, gather_explanation
from app.web.pages.explanation.question import read_request
from tests.web.pages.conftest import result_of

seeds = iter(range(1, 1000))  # a parameter that no other test has used


@pytest.fixture
def inference(engine: Engine, network: Network, cat: bytes) -> Inference:
    return Inference(network, engine.pictures.add(lambda: cat).result().stored.id)


def address(inference: Inference, **query: str) -> Address:
    return Address.model_validate({"model": "lenet5", "image": inference.image, "why": "2", **query})


def slow_address(inference: Inference, **query: str) -> Address:
    return address(inference, method="rise", masks="10", seed=str(next(seeds)), **query)


def gather(engine: Engine, inference: Inference, here: Address, part: Part = "page") -> ExplanationData:
    async def receive() -> Any:
        await asyncio.Event().wait()

    client = Client(Request({"type": "http"}, receive), engine)
    scores = engine.predictions.scores(inference).result()
    data = result_of(gather_explanation(client, inference, here, part, scores))
    assert data is not None
    return data


def test_nothing_is_gathered_where_nothing_is_asked_or_predicted(engine: Engine, inference: Inference) -> None:
    client, scores = Client(Request({"type": "http"}), engine), engine.predictions.scores(inference).result()
    nothing = Address(model="lenet5", image=inference.image)
    assert result_of(gather_explanation(client, inference, nothing, "page", scores)) is None
    assert result_of(gather_explanation(client, inference, address(inference), "page", None)) is None


def test_a_fast_map_is_computed_at_once_and_its_faithfulness_later(engine: Engine, inference: Inference) -> None:
    here = address(inference, why="3")
    data = gather(engine, inference, here)
    assert data.explanation is not None
    assert data.faithfulness is None
    assert gather(engine, inference, here, "faithfulness").faithfulness is not None


def test_a_slow_map_is_left_for_later_until_its_part_is_asked_for(engine: Engine, inference: Inference) -> None:
    here = slow_address(inference)
    assert gather(engine, inference, here).explanation is None
    assert gather(engine, inference, here, "comparison").explanation is None
    assert gather(engine, inference, here, "map").explanation is not None
    assert gather(engine, inference, here).explanation is not None, "it is in the cache now"


def test_a_page_without_scripts_waits_for_everything(engine: Engine, inference: Inference) -> None:
    data = gather(engine, inference, slow_address(inference, beside="random", wait="1"))
    assert data.explanation is not None
    assert data.faithfulness is not None
    assert data.comparison is not None
    assert data.comparison.stages is not None


def test_all_methods_are_compared_the_fast_ones_first(engine: Engine, inference: Inference) -> None:
    data = gather(engine, inference, address(inference, beside="methods", seed=str(next(seeds))), "comparison")
    assert data.comparison is not None
    maps = data.comparison.maps
    assert {each.address.method for each in maps} == METHODS.keys()
    slow = [METHODS[each.address.method].slow for each in maps]
    assert slow == sorted(slow)
    for each in maps:
        if METHODS[each.address.method].slow:
            assert each.explanation is None
        else:
            assert (each.explanation is None) == bool(each.reason)


def test_classes_begin_with_those_that_are_compared_and_go_on_with_the_likeliest(
    engine: Engine, inference: Inference
) -> None:
    data = gather(engine, inference, address(inference, why="2", against="7", beside="classes"))
    assert data.comparison is not None
    first, second, difference, *rest = data.comparison.maps
    assert [each.address.why for each in (first, second)] == ["2", "7"]
    assert (difference.address.why, difference.address.against) == ("2", "7")
    best = [str(index) for index in data.reading.order.tolist() if index not in (2, 7)]
    assert [each.address.why for each in rest] == best[:4]


@pytest.mark.parametrize(("kind", "product"), [("layers", "layer_maps"), ("random", "stages")])
def test_series_are_computed_when_their_part_is_asked_for(
    engine: Engine, inference: Inference, kind: str, product: str
) -> None:
    here = address(inference, why="5", beside=kind)
    before = gather(engine, inference, here).comparison
    after = gather(engine, inference, here, "comparison").comparison
    assert getattr(before, product) is None
    assert getattr(after, product)


def test_an_unknown_class_is_a_notice_with_the_methods_still_there(engine: Engine, inference: Inference) -> None:
    data = gather(engine, inference, address(inference, why="unicorn"))
    assert data.notice is not None
    assert (data.notice.status, data.request, data.explanation) == (400, None, None)
    assert data.available.layers


def test_a_method_without_layers_has_a_notice_in_place_of_its_layers(engine: Engine, inference: Inference) -> None:
    data = gather(engine, inference, address(inference, method="saliency", beside="layers"), "comparison")
    assert data.explanation is not None
    assert data.comparison is not None
    assert data.comparison.notice is not None
    assert data.comparison.notice.status == 400


def test_a_map_that_can_not_be_compared_says_why(engine: Engine, inference: Inference) -> None:
    here = address(inference, beside="methods")
    data = gather(engine, inference, here)
    assert data.comparison is not None
    (cam,) = [each for each in data.comparison.maps if each.address.method == "cam"]
    assert cam.reason
    assert data.request == read_request(inference.network, here)
