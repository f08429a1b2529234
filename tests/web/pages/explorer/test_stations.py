"""The stations of a network, and the places of the layers within one."""

from itertools import pairwise

import pytest

from app.analysis.operator_kind import operator_kind
from app.engine.engine import Engine
from app.nets.graph import Graph, read_graph
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.pages.explorer.stations import (
    MOST,
    Station,
    connections_of,
    lanes_of,
    places_of,
    row_count,
    stations_of,
)
from tests.nets.onnx_text import parse_network


def stations(network: Network | Graph) -> tuple[Station, ...]:
    layers = network.layers if isinstance(network, Graph) else network.graph.layers
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


def test_dropout_goes_with_the_layer_before_it_and_is_not_its_face(engine: Engine) -> None:
    (fc6,) = (each for each in stations(engine.network("alexnet-imagenette")) if each.name == "fc6")
    assert [layer.name for layer in fc6.layers] == ["fc6", "fc6_relu", "fc6_dropout"]
    assert fc6.face.name == "fc6_relu"


@pytest.mark.parametrize("count", [MOST - 1, MOST, MOST + 1, 5000])
def test_a_long_network_has_numbered_stations(count: int) -> None:
    names = ["x", *(f"r{at}" for at in range(count)), "y"]
    nodes = (f"{after} = Relu({before})" for before, after in pairwise(names))
    graph = read_graph(parse_network(" ".join(nodes), x="float[1, 3, 8, 8]"))
    found = stations(graph)
    assert [layer for each in found for layer in each.layers] == [*graph.layers]
    assert len(found) <= MOST
    assert max(len(each.layers) for each in found) <= MOST
    if count > MOST:
        start = 1
        for each in found:
            assert each.name == f"{start}–{start + len(each.layers) - 1}" or len(each.layers) == 1
            start += len(each.layers)


def test_a_skip_connection_is_a_connection_of_its_own() -> None:
    down = "down1 = Relu(x) down2 = Tanh(down1) bottom = Sigmoid(down2)"
    up = "up2 = Concat<axis = 1>(bottom, down2) r = Relu(up2) up1 = Concat<axis = 1>(r, down1) y = Add(up1, up1)"
    layers = read_graph(parse_network(f"{down} {up}", x="float[1, 3, 8, 8]")).layers
    found = connections_of([Station(layer.name, (layer,)) for layer in layers])
    assert found == ((-1, 0), (0, 1), (0, 5), (1, 2), (1, 3), (2, 3), (3, 4), (4, 5), (5, 6))
    assert lanes_of(found, 8) == {(1, 3): 0, (0, 5): 1}


def test_arcs_of_one_lane_do_not_meet_except_in_the_last() -> None:
    dense = [(source, reader) for reader in range(1, 20) for source in range(reader)]
    lanes = lanes_of(dense, 4)
    assert len(lanes) == sum(1 for source, reader in dense if reader - source > 1)
    for lane in range(3):
        arcs = sorted(pair for pair, at in lanes.items() if at == lane)
        assert all(one[1] <= other[0] for one, other in pairwise(arcs))
    assert lanes[0, 19] == 3
