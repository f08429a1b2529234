"""The distance of each layer for two pictures, from their outputs by hand."""

import numpy as np
import pytest

from app.engine.engine import Engine
from app.engine.inference import Inference
from tests.conftest import SAMPLES


def test_every_layer_is_compared_from_the_input_on(engine: Engine) -> None:
    network = engine.network("resnet18-imagenette")
    ball, church = (
        engine.pictures.add((SAMPLES / f"{name}.jpg").read_bytes).result().stored.id for name in ("golf-ball", "church")
    )
    distances = engine.depth.distances(Inference(network, ball), church).result()
    assert [each.layer for each in distances] == [layer.id for layer in network.graph.layers]
    own, other = (engine.layers.activations(Inference(network, image)).result().layers for image in (ball, church))
    for each in distances:
        one, reference = (values[each.layer].ravel().astype(np.float64) for values in (own, other))
        length = np.linalg.norm(reference)
        assert each.distance.relative == pytest.approx(np.linalg.norm(one - reference) / length, rel=1e-4)
        assert each.distance.cosine == pytest.approx(one @ reference / np.linalg.norm(one) / length, rel=1e-4)
