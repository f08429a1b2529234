"""The stations of a network, and the places of the layers within one."""

import pytest

from app.engine.engine import Engine
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.pages.explorer.stations import Station, places_of, row_count, stations_of
from app.web.pages.wording import operator_kind


def stations(network: Network) -> tuple[Station, ...]:
    layers = network.graph.layers
    return stations_of(layers, {layer.id: operator_kind(layer.op) for layer in layers})


def station(network: Network, name: str) -> tuple[Layer, ...]:
    return next(each.layers for each in stations(network) if each.name == name)


def rows(layers: tuple[Layer, ...]) -> dict[str, float]:
    return {place.layer.id.rpartition(".")[2]: place.row for place in places_of(layers)}


def test_every_layer_of_every_network_is_in_one_station_in_order(engine: Engine) -> None:
    for network in engine.catalog:
        assert [layer for each in stations(network) for layer in each.layers] == [*network.graph.layers], network.id


def test_a_small_network_has_a_station_for_each_layer(network: Network) -> None:
    assert len(stations(network)) == len(network.graph.layers)


def test_activations_go_with_the_layer_before_them(engine: Engine) -> None:
    names = [(each.name, len(each.layers)) for each in stations(engine.network("vgg16-imagenette"))][:3]
    assert names == [("conv1_1", 2), ("conv1_2", 2), ("pool1", 1)]


def test_the_softmax_stands_alone(engine: Engine) -> None:
    assert [len(each.layers) for each in stations(engine.network("vgg16-imagenette"))][-1] == 1


def test_the_branches_of_an_inception_block_have_a_row_each(engine: Engine) -> None:
    found = rows(station(engine.network("googlenet-imagenette"), "inception_4a"))
    assert [found[name] for name in ("1x1", "3x3", "5x5", "pool_proj")] == [0, 1, 2, 3]
    assert found["concat"] == 1.5  # in the middle of what it joins


def test_a_shortcut_with_layers_of_its_own_has_a_row(engine: Engine) -> None:
    found = rows(station(engine.network("resnet18-imagenette"), "conv3_1"))
    assert (found["conv2"], found["shortcut"], found["add"]) == (0, 1, 0.5)


def test_an_identity_shortcut_needs_no_row(engine: Engine) -> None:
    assert row_count(places_of(station(engine.network("resnet18-imagenette"), "conv2_1"))) == 1


@pytest.mark.parametrize("model", ["googlenet-imagenette", "inception_v3", "resnet18-imagenette", "squeezenet1_1"])
def test_no_two_layers_share_a_place(engine: Engine, model: str) -> None:
    for each in stations(engine.network(model)):
        places = [(place.column, place.row) for place in places_of(each.layers)]
        assert len(set(places)) == len(places), each.name


def test_a_layer_stands_after_those_that_it_reads(engine: Engine) -> None:
    places = {place.layer.id: place for place in places_of(station(engine.network("inception_v3"), "mixed_7b"))}
    for place in places.values():
        assert all(places[source].column < place.column for source in place.layer.inputs if source in places)
