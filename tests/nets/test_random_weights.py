"""Networks with random weights in some layers."""

from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from app.errors import NotAvailable
from app.nets import random_weights as module
from app.nets.card import read_card
from app.nets.network import Network
from app.nets.random_weights import randomise_weights
from app.nets.runtime import Runtime
from app.nets.taps import expose_outputs
from app.work.stop import Stop
from tests.nets.test_filters import CONVOLUTIONS, model_of, network_of

MODELS = Path(__file__).parents[2] / "models"
CARD = read_card(MODELS / "resnet18-imagenette.json")
VIEW = np.random.default_rng(0).integers(0, 256, (CARD.input.height, CARD.input.width, 3)).astype(np.uint8)


@pytest.fixture
def network() -> Network:
    return Network(CARD, MODELS / "resnet18-imagenette.onnx", ("",) * 10, Runtime("cpu", "cpu", threads=2))


def test_random_weights_have_the_mean_and_standard_deviation_of_the_trained_ones(network: Network) -> None:
    randomised = randomise_weights(network, [network.layer("conv5_2.conv2")])
    before, after = network.weights("conv5_2.conv2"), randomised.weights("conv5_2.conv2")
    assert after.shape == before.shape
    assert after.mean() == pytest.approx(before.mean(), abs=5 * before.std() / np.sqrt(before.size))
    assert after.std() == pytest.approx(before.std(), rel=0.01)
    assert abs(np.corrcoef(before.ravel(), after.ravel())[0, 1]) < 0.01


def test_layers_before_a_random_layer_are_unchanged(network: Network) -> None:
    randomised = randomise_weights(network, [network.layer("conv5_2.conv2"), network.layer("fc")])
    own, others = network.activations(VIEW, Stop()), randomised.activations(VIEW, Stop())
    np.testing.assert_array_equal(own.layers["conv5_2.relu1"], others.layers["conv5_2.relu1"])
    assert np.abs(own.layers["conv5_2.conv2"] - others.layers["conv5_2.conv2"]).max() > 0.1


def test_weights_that_the_network_computes_cannot_be_random(tmp_path: Path) -> None:
    nodes = [helper.make_node("Mul", ["w", "s"], ["product"]), helper.make_node("Conv", ["x", "product"], ["y"])]
    constants = {"w": np.ones((5, 3, 3, 3), np.float32), "s": np.ones((5, 1, 1, 1), np.float32)}
    network = network_of(model_of((nodes, constants)), tmp_path)
    with pytest.raises(NotAvailable, match="not stored"):
        randomise_weights(network, network.graph.layers)


def test_the_run_uses_the_weights_that_the_network_returns(network: Network) -> None:
    randomised = randomise_weights(network, [network.layer("fc")])
    activations = randomised.activations(VIEW, Stop())
    bias = randomised.tensor(network.layer("fc").weights["bias"])
    expected = randomised.weights("fc") @ activations.layers["flatten"] + bias
    np.testing.assert_allclose(activations.layers["fc"], expected, rtol=1e-4, atol=1e-4)


def test_quantised_weights_stay_quantised(tmp_path: Path) -> None:
    quantised = network_of(model_of(CONVOLUTIONS["8 bits, a scale for each filter"]), tmp_path)
    layer = quantised.graph.layers[-1]
    randomised = randomise_weights(quantised, [layer])
    numbers, before = randomised.tensor("w"), quantised.tensor("w")
    assert numbers.dtype == before.dtype == np.int8
    assert numbers.std() == pytest.approx(before.std(), rel=0.2)
    assert abs(np.corrcoef(numbers.ravel(), before.ravel())[0, 1]) < 0.3
    found = randomised.open(expose_outputs(randomised.model, ["filters"])).run(
        {"x": np.zeros((1, 3, 4, 4), np.float32)}, Stop()
    )["filters"]
    np.testing.assert_array_equal(randomised.weights(layer.id), found)


def test_the_weights_of_a_layer_depend_on_the_seed_and_not_on_other_layers(network: Network) -> None:
    one = randomise_weights(network, [network.layer("fc")])
    more = randomise_weights(network, [network.layer("fc"), network.layer("conv1")])
    other = randomise_weights(network, [network.layer("fc")], seed=1)
    np.testing.assert_array_equal(one.weights("fc"), more.weights("fc"))
    np.testing.assert_array_equal(one.weights("fc"), randomise_weights(network, [network.layer("fc")], 0).weights("fc"))
    assert not np.array_equal(one.weights("fc"), other.weights("fc"))


def test_a_large_tensor_does_not_enlarge_the_graph(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_DRAWN", 1000)
    randomised = randomise_weights(network, [network.layer("conv5_2.conv2")])
    assert randomised.model.ByteSize() < network.model.ByteSize() + 8_000
    run = randomised.activations(VIEW, Stop()).layers
    monkeypatch.undo()
    padded = np.pad(run["conv5_2.relu1"], ((0, 0), (1, 1), (1, 1)))
    expected = np.einsum("oihw,ihw->o", randomised.weights("conv5_2.conv2"), padded[:, 1:4, 1:4])
    np.testing.assert_allclose(run["conv5_2.conv2"][:, 1, 1], expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("opset", [9, 10, 17])
def test_a_large_tensor_is_repeated_by_what_the_version_of_the_file_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opset: int
) -> None:
    monkeypatch.setattr(module, "MAX_DRAWN", 50)  # of 135
    model = model_of(CONVOLUTIONS["stored"])
    model.opset_import[0].version = opset
    network = network_of(model, tmp_path)
    randomised = randomise_weights(network, network.graph.layers)
    assert ("Slice" in {node.op_type for node in randomised.model.graph.node}) is (opset >= 10)
    filters, image = randomised.weights(network.graph.layers[-1].id), VIEW[:4, :4].astype(np.float32)
    assert filters.reshape(-1)[:50].tolist() == filters.reshape(-1)[50:100].tolist()
    (y,) = randomised.open(randomised.model).run({"x": image.transpose(2, 0, 1)[np.newaxis]}, Stop()).values()
    np.testing.assert_allclose(y[0, :, 0, 0], np.einsum("oihw,hwi->o", filters, image[:3, :3]), rtol=1e-4)


def test_random_integers_are_in_the_range_of_their_type(tmp_path: Path) -> None:
    nodes = [helper.make_node("DequantizeLinear", ["w", "s"], ["filters"]),
             helper.make_node("Conv", ["x", "filters"], ["y"])]  # fmt: skip
    extremes = np.where(np.arange(135) % 2, 127, -128).astype(np.int8).reshape(5, 3, 3, 3)
    network = network_of(model_of((nodes, {"w": extremes, "s": np.array(1, np.float32)})), tmp_path)
    numbers = randomise_weights(network, network.graph.layers).tensor("w")
    assert (numbers.min(), numbers.max()) == (-128, 127)  # and not turned over
    assert (numbers == 127).sum() + (numbers == -128).sum() == pytest.approx(135 * 0.32, abs=20)  # beyond one deviation
