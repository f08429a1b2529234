"""The layers of the example: one of each size of map along the network."""

import pytest

from app.engine.engine import Engine
from app.web.pages.start.page import last_of_each_size

SIDES = {
    "lenet5": [28, 14, 10, 5],
    "resnet18-imagenette": [80, 40, 20, 10, 5],
    "vgg16-imagenette": [104, 52, 26, 6, 3],  # five of the six
}


@pytest.mark.parametrize("model", SIDES)
def test_maps_become_smaller_along_the_network(engine: Engine, model: str) -> None:
    layers = last_of_each_size(engine.network(model).graph.layers)
    assert [layer.map_size[0] for layer in layers] == SIDES[model]
