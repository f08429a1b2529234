"""The counterpart of a layer, among layers whose likeness can be told by hand."""

from collections.abc import Iterator

import pytest

from app.engine.engine import Engine
from app.experiments.comparison.counterpart import comparable_layers, counterpart, first_choice
from app.nets.graph import Graph
from app.settings import read_settings


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine(read_settings(data_dir=tmp_path_factory.mktemp("data")))
    yield engine
    engine.close(5)


def graph_of(engine: Engine, model: str) -> Graph:
    return engine.network(model).graph


def test_in_the_same_network_it_is_the_layer_itself(engine: Engine) -> None:
    graph = graph_of(engine, "squeezenet1_1")
    assert [counterpart(graph, layer, graph) for layer in graph.layers] == list(graph.layers)


@pytest.mark.parametrize(
    ("model", "layer", "other", "expected"),
    [
        ("squeezenet1_1", "fire2.concat", "vgg16-imagenette", (32, 52, 52)),  # it has no 56 x 56
        ("squeezenet1_1", "fire9.squeeze1x1_relu", "vgg16-imagenette", (64, 13, 13)),
        ("alexnet-imagenette", "conv3_relu", "resnet18-imagenette", (128, 10, 10)),
    ],
)
def test_in_another_network_it_has_about_the_same_map_size(
    engine: Engine, model: str, layer: str, other: str, expected: tuple[int, int, int]
) -> None:
    graph = graph_of(engine, model)
    found = counterpart(graph, graph.by_id[layer], graph_of(engine, other))
    assert found.map_shape == expected


@pytest.mark.parametrize(
    ("model", "expected"), [("squeezenet1_1", (27, 27)), ("lenet5", (5, 5)), ("vgg16-imagenette", (13, 13))]
)
def test_the_first_choice_has_maps_that_are_large_enough_to_see(
    engine: Engine, model: str, expected: tuple[int, int]
) -> None:
    assert first_choice(graph_of(engine, model)).map_size == expected


def test_layers_that_can_be_subtracted_have_one_shape(engine: Engine) -> None:
    pairs = comparable_layers(graph_of(engine, "alexnet-imagenette"), graph_of(engine, "googlenet-imagenette"))
    assert [(one.map_shape, other.map_shape) for one, other in pairs] == [((48, 18, 18),) * 2, ((128, 18, 18),) * 2]
