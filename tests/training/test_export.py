"""The exporter against PyTorch: the same numbers, one node per operation, a name for every layer."""

from collections.abc import Callable

import numpy as np
import onnx
import onnxruntime as ort
import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.export import export, layer_name
from training.folding import fold_batch_norm
from training.layers import PaddedConv2d, same_pads


class Block(nn.Module):
    """Two convolutions that share a ReLU, a sum and a concatenation."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = PaddedConv2d(3, 4, 3, stride=2, pads=(0, 0, 1, 1))
        self.bn = nn.BatchNorm2d(4)
        self.add_module("1x1_reduce", nn.Conv2d(4, 4, 1, bias=False))
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        first = self.relu(self.bn(self.conv(x)))
        second = self.relu(self.get_submodule("1x1_reduce")(first))
        return torch.cat([first + second, second], dim=1)


class Network(nn.Sequential):
    def __init__(self) -> None:
        super().__init__()
        self.layer1 = nn.Sequential(Block())
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(8, 5)


class Function(nn.Module):
    """A function as a network of its own."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


@pytest.fixture
def network() -> Network:
    torch.manual_seed(0)
    network = Network()
    norm = network.get_submodule("layer1.0.bn")
    for tensor in norm.state_dict().values():
        if tensor.is_floating_point():
            nn.init.uniform_(tensor, 0.5, 2)
    return network.eval()


def assert_same(module: nn.Module, model: onnx.ModelProto, shape: tuple[int, ...]) -> None:
    """PyTorch and onnxruntime agree, with more than one picture in the batch."""
    batch = torch.randn(2, *shape, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        expected = module(batch).numpy()
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"input": batch.numpy()})
    assert expected.std() > 0
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_a_network_gives_the_same_numbers(network: Network) -> None:
    assert_same(network, export(network, (3, 11, 11)), (3, 11, 11))


def test_a_layer_is_named_by_its_path_and_by_what_it_does_where_it_has_none(network: Network) -> None:
    assert [(node.name, node.op_type) for node in export(network, (3, 11, 11)).graph.node] == [
        ("layer1.0/conv", "Conv"),
        ("layer1.0/bn", "BatchNormalization"),
        ("layer1.0/relu", "Relu"),
        ("layer1.0/1x1_reduce", "Conv"),
        ("layer1.0/relu_2", "Relu"),
        ("layer1.0/add", "Add"),
        ("layer1.0/concat", "Concat"),
        ("pool", "GlobalAveragePool"),
        ("flatten", "Flatten"),
        ("fc", "Gemm"),
    ]


def test_values_are_named_by_their_layers_and_weights_by_their_roles(network: Network) -> None:
    graph = export(network, (3, 11, 11), output="scores").graph
    assert list(graph.node[0].input) == ["input", "layer1.0/conv.weight", "layer1.0/conv.bias"]
    assert list(graph.node[3].input) == ["layer1.0/relu", "layer1.0/1x1_reduce.weight"]
    assert list(graph.node[-1].output) == ["scores"] == [value.name for value in graph.output]


def test_every_value_has_its_shape_and_the_batch_is_free(network: Network) -> None:
    graph = export(network, (3, 11, 11)).graph
    shapes = {
        value.name: [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]
        for value in (*graph.input, *graph.value_info, *graph.output)
    }
    assert shapes["input"] == ["N", 3, 11, 11]
    assert shapes["layer1.0/concat"] == ["N", 8, 5, 5]
    assert shapes["probabilities"] == ["N", 5]


def test_folding_leaves_the_numbers_and_the_names_and_takes_the_normalisation(network: Network) -> None:
    model = export(fold_batch_norm(network), (3, 11, 11))
    assert_same(network, model, (3, 11, 11))
    assert [node.name for node in model.graph.node][:2] == ["layer1.0/conv", "layer1.0/relu"]
    assert isinstance(network.get_submodule("layer1.0.bn"), nn.BatchNorm2d)


@pytest.mark.parametrize(
    ("layer", "op_type"),
    [
        (nn.Conv2d(4, 8, (3, 5), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2), "Conv"),
        (nn.MaxPool2d(3, 2, ceil_mode=True), "MaxPool"),
        (nn.MaxPool2d(3, 2, padding=1), "MaxPool"),
        (nn.AvgPool2d(3, 2, padding=1), "AveragePool"),
        (nn.AvgPool2d(3, 2, padding=1, count_include_pad=False), "AveragePool"),
        (nn.AdaptiveAvgPool2d(1), "GlobalAveragePool"),
        (nn.LocalResponseNorm(5, alpha=0.1, beta=0.6, k=2), "LRN"),
        (nn.ReLU6(), "Clip"),
        (nn.Tanh(), "Tanh"),
        (nn.Sigmoid(), "Sigmoid"),
        (nn.Softmax(dim=1), "Softmax"),
        (nn.Dropout(0.3), "Dropout"),
        (Function(torch.tanh), "Tanh"),
        (Function(functional.relu), "Relu"),
        (Function(functional.relu6), "Clip"),
        (Function(lambda x: x.relu()), "Relu"),
        (Function(lambda x: functional.max_pool2d(x, 3, 2, ceil_mode=True)), "MaxPool"),
        (Function(lambda x: functional.avg_pool2d(x, 2)), "AveragePool"),
        (Function(lambda x: functional.adaptive_avg_pool2d(x, 1)), "GlobalAveragePool"),
        (Function(lambda x: functional.local_response_norm(x, 3)), "LRN"),
        (Function(lambda x: functional.dropout(x, 0.3, training=False)), "Dropout"),
        (Function(lambda x: functional.softmax(x, dim=1)), "Softmax"),
        (Function(lambda x: torch.flatten(x, 1)), "Flatten"),
        (Function(lambda x: x.flatten(1)), "Flatten"),
        (Function(lambda x: x + x), "Add"),
    ],
    ids=str,
)
def test_a_layer_is_one_operator_with_the_same_numbers(layer: nn.Module, op_type: str) -> None:
    network = nn.Sequential()
    network.add_module("layer", layer)
    model = export(network.eval(), (4, 12, 10))
    assert [node.op_type for node in model.graph.node] == [op_type]
    assert_same(network, model, (4, 12, 10))


def test_padding_of_its_own_on_every_side_is_tensorflows_same() -> None:
    assert same_pads(224, kernel=3, stride=2) == (0, 0, 1, 1)
    assert same_pads(56, kernel=5, stride=2) == (1, 1, 2, 2)
    assert same_pads(14, kernel=5, stride=1) == (2, 2, 2, 2)


def test_a_number_is_no_name() -> None:
    with pytest.raises(ValueError, match=r"features\.0 has a number for a name"):
        layer_name("features.0")


def test_what_has_no_operator_is_refused() -> None:
    with pytest.raises(ValueError, match="no operation that can be exported"):
        export(Function(torch.exp).eval(), (3, 4, 4))


def test_a_network_in_training_is_refused() -> None:
    with pytest.raises(ValueError, match="evaluation mode"):
        export(Network(), (3, 11, 11))
