"""The targets of gradients: the weights of a layer's output sum it to the number that is meant."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from app.errors import ConvScopeError, InvalidRequest, UnknownChannel
from app.gradients.targets import CellValue, ChannelMean, GradientTarget, Logit, LogOdds, Probability
from app.nets.graph import Graph, read_graph
from app.nets.layer import Layer
from tests.nets.onnx_text import parse_network

BODY = "c = Relu(x)  t = Transpose<perm = [0, 2, 3, 1]>(c)  f = Flatten(t)  y = Softmax(f)"
Numbers = NDArray[np.float32]


@pytest.fixture(scope="module")
def graph() -> Graph:
    return read_graph(parse_network(BODY, x="float[1, 3, 4, 5]"))


def summed(target: GradientTarget, layer: Layer, own: Numbers) -> float:
    seed = target.seed(layer)
    assert seed.shape == layer.shape
    return float((seed * own).sum())


@pytest.mark.parametrize("kind", [Logit, Probability, LogOdds])
def test_a_class_is_one_number_of_the_output(kind: Callable[[int], GradientTarget], graph: Graph) -> None:
    layer = graph.by_id[kind(0).layer(graph)]
    assert layer in (graph.logits, graph.scores)
    assert (layer == graph.scores) == (kind is Probability)
    numbers = np.arange(60, dtype=np.float32)
    assert [summed(kind(index), layer, numbers) for index in range(60)] == numbers.tolist()
    for index in (-1, 60):
        with pytest.raises(InvalidRequest):
            kind(index).seed(layer)


def test_a_channel_is_the_mean_of_its_map_and_a_cell_one_number_of_it(graph: Graph) -> None:
    for layer in graph.layers:
        own = np.random.default_rng(3).random(layer.shape, np.float32)
        maps = layer.maps_of(own) if layer.has_maps else own.reshape(layer.map_shape)
        for channel, plane in enumerate(maps):
            assert summed(ChannelMean(layer.id, channel), layer, own) == pytest.approx(plane.mean(), rel=1e-6)
            for (y, x), value in np.ndenumerate(plane):
                assert summed(CellValue(layer.id, channel, y, x), layer, own) == value


def test_what_is_just_outside_of_a_map_is_refused(graph: Graph) -> None:
    for layer in graph.layers:
        channels, height, width = layer.map_shape
        refused: list[tuple[GradientTarget, type[ConvScopeError]]] = [
            *((ChannelMean(layer.id, channel), UnknownChannel) for channel in (-1, channels)),
            *((CellValue(layer.id, channel), UnknownChannel) for channel in (-1, channels)),
            *((CellValue(layer.id, 0, y, 0), InvalidRequest) for y in (-1, height)),
            *((CellValue(layer.id, 0, 0, x), InvalidRequest) for x in (-1, width)),
        ]
        for target, error in refused:
            with pytest.raises(error):
                target.seed(layer)
