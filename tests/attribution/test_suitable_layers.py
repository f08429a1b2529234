"""Which layers can explain, on every architecture that ships."""

from pathlib import Path

import numpy as np
import pytest

from app.attribution.suitable_layers import default_layer, suitable_layer_or_default, suitable_layers
from app.errors import InvalidRequest, UnknownLayer
from app.nets.graph import read_graph
from app.nets.network import Network
from app.nets.reading.model_file import read_model_file
from tests.attribution.small import network_of

MODELS = Path(__file__).parents[2] / "models"
DEFAULTS = {
    "lenet5": "tanh_c3",
    "squeezenet1_1": "fire9.concat",
    "efficientnet_lite0": "head.relu6",
    "originals/alexnet": "conv5_relu",
    "originals/vgg16": "conv5_3_relu",
    "originals/resnet50": "conv5_3.relu3",
    "originals/googlenet": "inception_5b.concat",
    "originals/inception_v3": "mixed_7c.concat",
    "originals/mobilenet_v1": "pair13.pointwise_relu",
}


@pytest.mark.parametrize("model", DEFAULTS)
def test_the_default_is_the_last_map_before_a_layer_with_weights(model: str) -> None:
    graph = read_graph(read_model_file(MODELS / f"{model}.onnx").model)
    default = default_layer(graph, graph.logits.id)
    assert default is not None
    assert default.id == DEFAULTS[model]
    suitable = suitable_layers(graph, graph.logits.id)
    assert default in suitable
    assert all(layer.shape[1] * layer.shape[2] > 1 for layer in suitable)


def test_a_channel_is_explained_by_layers_before_it(dense: Network) -> None:
    assert [layer.id for layer in suitable_layers(dense.graph, "relu")] == ["conv"]


def test_a_layer_that_cannot_explain_is_refused_with_those_that_can(dense: Network) -> None:
    with pytest.raises(InvalidRequest) as refused:
        suitable_layer_or_default(dense, "fc", "flat")
    assert refused.value.details["known"] == ["conv", "relu"]
    with pytest.raises(InvalidRequest, match="after"):
        suitable_layer_or_default(dense, "conv", "relu")
    with pytest.raises(InvalidRequest, match="one number per channel"):
        suitable_layer_or_default(dense, "fc", "flat")
    with pytest.raises(UnknownLayer):
        suitable_layer_or_default(dense, "fc", "none")


def test_tokens_before_the_target_are_refused_for_what_they_are(tmp_path: Path) -> None:
    """Patches of 2 x 2 pixels in a row, (16, 4), whose mean is classified."""
    nodes = """
        p = Conv<strides = [2, 2]>(x, w)
        r = Reshape(p, shape)
        t = Transpose<perm = [0, 2, 1]>(r)
        tokens = Relu(t)
        m = ReduceMean<axes = [1], keepdims = 0>(tokens)
        y = MatMul(m, v)
    """
    random = np.random.default_rng(0)
    weights = {
        "w": random.standard_normal((4, 3, 2, 2)).astype(np.float32),
        "shape": np.array([0, 4, 16]),
        "v": random.standard_normal((4, 5)).astype(np.float32),
    }
    network = network_of(tmp_path, nodes, weights, 8, 5)
    with pytest.raises(InvalidRequest, match="no channels of maps"):
        suitable_layer_or_default(network, network.graph.logits.id, "tokens")
