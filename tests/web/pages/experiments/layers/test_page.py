"""The page of the layers of LeNet-5: its damage, the layer in view, and what is wrong in an address."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.engine.engine import Engine
from app.errors import InvalidRequest
from app.experiments.damage import Answer, Damage, DamagedAnswer
from app.nets.network import Network
from app.web.deps import Client
from app.web.pages.experiments.layers.address import LayersAddress
from app.web.pages.experiments.layers.damage_view import damage_view
from app.web.pages.experiments.layers.folder_chart import folder_chart
from app.web.pages.experiments.layers.gather import (
    FolderReading,
    LayersData,
    damageable_layers,
    gather_layers,
    read_damage,
)
from app.web.pages.experiments.layers.page import layers_page
from app.web.pages.site import Site
from tests.web.pages.conftest import result_of

DAMAGE = {"damage": "noise", "damaged": "conv_c3"}


@pytest.fixture(scope="module")
def gather(caller: Client, photo: str) -> Any:
    def gather(**query: Any) -> tuple[LayersAddress, LayersData]:
        address = LayersAddress.model_validate({"model": "lenet5", "image": photo, **query})
        return address, result_of(gather_layers(caller, address))

    return gather


def query_of(link: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(link).query).items()}


@pytest.mark.parametrize(
    ("query", "damage"),
    [
        ({"amount": "0,5", "seed": "3"}, Damage("conv", "noise", 0.5, 3)),
        ({"amount": "16"}, Damage("conv", "noise", 16, 0)),
        ({"amount": "0", "seed": "4294967295"}, Damage("conv", "noise", 0, 2**32 - 1)),
        ({"damage": "no_biases", "amount": "3"}, Damage("conv", "no_biases")),
    ],
)
def test_a_damage_is_read_from_the_address(query: dict[str, str], damage: Damage) -> None:
    assert read_damage(LayersAddress.model_validate({"damage": "noise", "damaged": "conv", **query})) == damage


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "much"},
        {"amount": "16.1"},
        {"amount": "-0.1"},
        {"amount": "nan"},
        {"amount": "inf"},
        {"seed": "-1"},
        {"seed": "4294967296"},
        {"seed": "0.5"},
        {"damage": "fire"},
        {"damage": "noisy"},
        {"damage": "no"},
    ],
)
def test_a_damage_that_can_not_be_done_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidRequest):
        read_damage(LayersAddress.model_validate({"damage": "noise", "damaged": "conv", **wrong}))


def test_the_answers_are_those_of_the_photo_and_then_of_the_samples(gather: Any, photo: str, network: Network) -> None:
    address, data = gather(**DAMAGE)
    view = damage_view(address, data)
    assert view is not None
    assert view.picture is not None
    assert photo in view.picture.picture
    assert view.picture.before_right is None  # no sample
    assert len(view.samples) == len(data.samples)
    for shown, answer, sample in zip(view.samples, data.answers[1:], data.samples, strict=True):
        assert answer.image in shown.picture
        right = sample.classes_of(network)
        for side in ("before", "after"):
            given = getattr(answer, side)
            assert getattr(shown, side) == network.labels[given.index]
            assert getattr(shown, f"{side}_score") == given.score
            assert getattr(shown, f"{side}_right") == (given.index in right if right else None)
    assert view.remains is not None
    assert view.remains.pictures == len(data.samples)
    assert view.remains.right_after == sum(shown.after_right is True for shown in view.samples)


def test_without_damage_there_is_a_form_alone(gather: Any, network: Network) -> None:
    address, data = gather(layer="pool_s4")
    view = damage_view(address, data)
    assert view is not None
    assert (view.remains, view.picture, view.samples, view.kind) == (None, None, (), "noise")
    assert [each.id for each in view.layers] == ["conv_c1", "conv_c3", "conv_c5", "dense_f6", "output"]
    assert [each.id for each in damageable_layers(network)] == [each.id for each in view.layers]


@pytest.mark.parametrize(
    ("layer", "damaged", "chosen"),
    [
        ("pool_s4", "", "conv_c3"),
        ("conv_c3", "", "conv_c3"),
        ("tanh_c1", "", "conv_c1"),
        ("softmax", "", "output"),
        ("pool_s4", "dense_f6", "dense_f6"),
        ("pool_s4", "nowhere", "conv_c3"),
    ],
)
def test_the_layer_to_damage_is_the_one_that_is_named_or_the_last_up_to_the_layer_in_view(
    gather: Any, layer: str, damaged: str, chosen: str
) -> None:
    address, data = gather(layer=layer)
    view = damage_view(address.model_copy(update={"damaged": damaged, "damage": "no_biases"}), data)
    assert view is not None
    assert [each.id for each in view.layers if each.chosen] == [chosen]
    assert (view.layer, view.kind) == (chosen, "no_biases")


def test_answers_that_change_are_no_longer_right(gather: Any, network: Network) -> None:
    """The damage of a picture of a three whose answer becomes a five."""
    address, data = gather()
    answer = DamagedAnswer("photo", Answer(3, 0.75), Answer(5, 0.5))
    rated: Any = tuple(SimpleNamespace(classes_of=lambda network, each=each: each) for each in ({3}, set()))
    view = damage_view(address, replace(data, samples=rated, sample_ids=("a", "b"), answers=(answer,) * 3))
    assert view is not None
    assert view.remains is not None
    assert [(each.before_right, each.after_right) for each in view.samples] == [(True, False), (None, None)]
    assert (view.remains.rated, view.remains.right_before, view.remains.right_after) == (1, 1, 0)


@pytest.mark.parametrize(
    ("query", "layer", "is_noticed"),
    [({}, "tanh_c1", False), ({"layer": "pool_s2"}, "pool_s2", False), ({"layer": "nowhere"}, "tanh_c1", True)],
)
def test_the_layer_in_view(
    gather: Any, english: Site, engine: Engine, photo: str, query: dict[str, str], layer: str, is_noticed: bool
) -> None:
    address, data = gather(**query)
    page = layers_page(english, engine, address, data, None)
    assert (page.layer.id, page.notice is not None) == (layer, is_noticed)
    assert [each.id for each in page.layers if each.chosen] == [layer]
    assert page.components is not None
    assert f"/layers/{layer}/components.png" in page.components
    assert query_of(page.in_explorer) == {"model": "lenet5", "image": photo, "layer": layer}
    assert page.answer is not None
    assert page.answer.score == pytest.approx(float(data.scores.scores.max()))
    assert page.basis_samples == len(data.samples)
    assert page.probes is not None
    assert [row.layer for row in page.probes.rows if row.chosen] == [each for each in ["tanh_c1"] if each == layer]
    assert (page.pair is not None, page.folders) == (layer == "tanh_c1", None)


def test_a_vector_has_no_components(gather: Any, english: Site, engine: Engine) -> None:
    address, data = gather(layer="output")
    assert layers_page(english, engine, address, data, None).components is None


def test_a_wrong_damage_leaves_the_layers(gather: Any) -> None:
    address, data = gather(**DAMAGE | {"amount": "much"})
    view = damage_view(address, data)
    assert data.notice is None
    assert view is not None
    assert view.notice is not None
    assert view.remains is None


def test_the_chart_of_folders_has_a_point_for_each_probe(gather: Any) -> None:
    address, data = gather(layer="conv_c3")
    probes: Any = SimpleNamespace(layers={"conv_c1": (0.5, 0.75), "conv_c3": (1, 0.25)}, chance=0.5)
    found = folder_chart(address, data, FolderReading("folders", probes, None))
    assert found.chart is not None
    assert [(point.accuracy, point.chosen) for point in found.chart.points] == [((0.5, 0.75), False), ((1, 0.25), True)]
    assert [query_of(point.href)["layer"] for point in found.chart.points] == ["conv_c1", "conv_c3"]
    assert (found.chart.floor - found.chart.chance) / (found.chart.floor - found.chart.top) == 0.5
    assert folder_chart(address, data, FolderReading("folders", None, None)).chart is None
    assert query_of(found.waiting)["wait"] == "1"
