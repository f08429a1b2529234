"""Differences of layers: both runs in one turn, and forgotten with either picture."""

import numpy as np
import pytest

from app.engine.engine import Engine
from app.engine.experiments.differences import ComparedLayer, DifferenceKey
from app.engine.inference import Inference
from app.errors import NotAvailable
from tests.engine.conftest import Rotated


@pytest.fixture
def turned(engine: Engine, rotated: Rotated) -> Inference:
    """SqueezeNet on the photo of the cat turned upside down."""
    image = engine.pictures.add(lambda: rotated(2)).result().stored.id
    return Inference(engine.network("squeezenet1_1"), image)


def test_two_pictures_are_compared_in_one_network(engine: Engine, inference: Inference, turned: Inference) -> None:
    layer = inference.network.layer("fire2.concat")
    difference = engine.differences.figures(ComparedLayer(turned, layer), ComparedLayer(inference, layer)).result()
    runs = [engine.layers.activations(each).result().layers["fire2.concat"] for each in (turned, inference)]
    assert difference.rms == pytest.approx(np.sqrt(np.mean((runs[0] - runs[1]) ** 2)), rel=1e-5)
    assert engine.status().runs == 2


def test_two_networks_are_compared_on_one_picture(engine: Engine, inference: Inference) -> None:
    other = Inference(engine.network("vgg16-imagenette"), inference.image)
    one, reference = (
        ComparedLayer(each, next(layer for layer in each.network.graph.layers if layer.map_shape == (64, 13, 13)))
        for each in (inference, other)
    )
    difference = engine.differences.figures(one, reference).result()
    values, others = (
        engine.layers.activations(each.inference).result().layers[each.layer.id].ravel() for each in (one, reference)
    )
    assert difference.cosine == pytest.approx(values @ others / np.sqrt(values @ values * (others @ others)), rel=1e-4)


def test_layers_of_other_shapes_are_refused_before_anything_runs(engine: Engine, inference: Inference) -> None:
    pair = (ComparedLayer(inference, inference.network.layer(name)) for name in ("conv1", "fire2.concat"))
    with pytest.raises(NotAvailable, match="same shape"):
        engine.differences.figures(*pair)


def test_a_difference_is_forgotten_with_either_picture() -> None:
    key = DifferenceKey("network", "one", "layer", "network", "other", "layer")
    assert key.pictures == ("one", "other")
