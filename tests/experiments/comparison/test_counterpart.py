"""The counterpart of a layer, among layers whose likeness can be told by hand."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.engine.engine import Engine
from app.experiments.comparison.counterpart import comparable_layers, counterpart, first_choice
from app.nets.graph import Graph, read_graph
from app.settings import read_settings
from tests.nets.onnx_text import parse_network


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


def rectified(count: int, x: str = "float[N, 3, 8, 8]") -> Graph:
    """A network of so many layers with maps of one size, and its mean."""
    body = "".join(
        f"r{place} = {'Relu' if place % 2 else 'Tan'} ({f'r{place - 1}' if place else 'x'})  " for place in range(count)
    )
    return read_graph(parse_network(f"{body} y = ReduceMean <axes = [2, 3], keepdims = 0> (r{count - 1})", x=x))


def test_of_layers_that_are_alike_it_is_the_one_at_the_same_share_of_the_depth() -> None:
    short, long = rectified(4), rectified(12)
    renamed = [replace(layer, id=f"other {layer.id}", op="Tan") for layer in long.layers]
    other = replace(long, layers=tuple(renamed))
    found = [renamed.index(counterpart(short, layer, other)) for layer in short.layers[:4]]
    depths = [round(len(renamed) * place / len(short.layers)) for place in range(4)]
    assert found == pytest.approx(depths, abs=1)
    assert len(set(found)) == 4


def test_maps_count_by_their_height() -> None:
    pooled = (
        "p = MaxPool <kernel_shape = [8, 1], strides = [8, 1]> (x)  y = ReduceMean <axes = [2, 3], keepdims = 0> (p)"
    )
    assert first_choice(read_graph(parse_network(pooled, x="float[N, 3, 64, 96]"))).op == "MaxPool"
    flat = "r = Relu (x) p = MaxPool <kernel_shape = [16, 1], strides = [16, 1]> (r) y = Flatten (p)"
    assert first_choice(read_graph(parse_network(flat, x="float[N, 3, 64, 6]"))).op == "Relu"
