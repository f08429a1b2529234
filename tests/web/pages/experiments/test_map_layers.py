"""The layer that an experiment begins with, of layers by hand."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.errors import InvalidRequest
from app.web.pages.experiments.map_layers import default_layer, map_layers, named_layer


def layer(name: str, op: str, channels: int, has_maps: bool = True) -> Any:
    return SimpleNamespace(id=name, name=name, op=op, channels=channels, has_maps=has_maps)


def network_of(*layers: Any) -> Any:
    by_id = {each.id: each for each in layers}
    return SimpleNamespace(graph=SimpleNamespace(layers=layers), layer=by_id.__getitem__)


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([layer("a", "Relu", 128), layer("b", "Relu", 129), layer("c", "Conv", 8)], "a"),
        ([layer("a", "Relu", 8), layer("b", "Relu", 8), layer("c", "Conv", 8)], "b"),
        ([layer("a", "Conv", 8), layer("b", "Conv", 128), layer("c", "Relu", 129)], "b"),
        ([layer("a", "Relu", 200), layer("b", "Conv", 129)], "b"),
    ],
    ids=["few channels", "the last activation", "no activation of few", "none of few"],
)
def test_an_experiment_begins_with_the_last_activation_of_few_channels(layers: list[Any], expected: str) -> None:
    assert default_layer(layers).id == expected


def test_vectors_are_no_layers_with_maps() -> None:
    maps, vector = layer("conv", "Conv", 8), layer("head", "Gemm", 3, has_maps=False)
    network = network_of(maps, vector)
    assert map_layers(network) == [maps]
    assert named_layer(network, "conv") is maps
    with pytest.raises(InvalidRequest, match="head has no maps"):
        named_layer(network, "head")
    with pytest.raises(InvalidRequest, match="No layer of this network has maps"):
        map_layers(network_of(vector))
