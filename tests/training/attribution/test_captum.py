"""Input gradients and occlusion against Captum, with the same weights and the same photo."""

from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")

import torch
from torch import nn

from app.attribution.methods.occlusion import sliding_windows
from app.nets.network import Network
from tests.training.attribution.others import Array, in_torch, installed, network_of, ours, photo, quiet
from training.nets.alexnet import AlexNet
from training.nets.resnet import ResNet

pytestmark = pytest.mark.timeout(600)
NETWORKS = {
    "resnet18-imagenette": lambda: ResNet(18, 10, 0.5),
    "alexnet-imagenette": lambda: AlexNet(10, 0.5, units=1024, size=160),
}
Pair = tuple[Network, nn.Module]
TARGET = 4


@pytest.fixture(scope="module", params=NETWORKS)
def pair(request: pytest.FixtureRequest) -> Pair:
    return network_of(request.param), in_torch(request.param, NETWORKS[request.param]())


def theirs(kind: str, module: nn.Module, tensor: Array, *made_with: Any, **options: Any) -> Array:
    """An attribution of Captum's, without the batch axis."""
    with quiet():
        method = getattr(installed("captum.attr"), kind)(module, *made_with)
        found = method.attribute(torch.from_numpy(tensor[np.newaxis]), target=TARGET, **options)
    return np.asarray(found.detach().numpy()[0])


def close(found: Array, expected: Array, tolerance: float = 1e-4) -> None:
    """Equal to a share of the greatest magnitude."""
    np.testing.assert_allclose(found, expected, atol=tolerance * np.abs(expected).max())


def test_saliency(pair: Pair) -> None:
    network, module = pair
    tensor = photo(network)
    expected = theirs("Saliency", module, tensor, abs=False)
    close(ours(network, tensor, "saliency", TARGET, colours="sum"), expected.sum(axis=0))
    close(np.abs(ours(network, tensor, "saliency", TARGET)), np.abs(expected).max(axis=0))


def test_gradient_x_input(pair: Pair) -> None:
    network, module = pair
    tensor = photo(network)
    close(ours(network, tensor, "gradient_x_input", TARGET), theirs("InputXGradient", module, tensor).sum(axis=0))


def test_integrated_gradients(pair: Pair) -> None:
    network, module = pair
    tensor = photo(network)
    expected = theirs("IntegratedGradients", module, tensor, n_steps=50).sum(axis=0)
    close(ours(network, tensor, "integrated_gradients", TARGET), expected, 1e-3)


def test_smoothgrad(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    network, module = pair
    tensor = photo(network)
    # With other noise a few pixels differ: presumably where a ReLU is within rounding of 0, and its gradient jumps.
    drawn = np.random.default_rng(1).standard_normal((8, *tensor.shape), dtype=np.float32)
    monkeypatch.setattr(torch, "normal", lambda mean, deviation: mean + deviation * torch.from_numpy(drawn))
    with quiet():
        attributions = installed("captum.attr")
        expected = attributions.NoiseTunnel(attributions.Saliency(module)).attribute(
            torch.from_numpy(tensor[np.newaxis]), nt_type="smoothgrad", nt_samples=8, target=TARGET, abs=False,
            stdevs=0.1 * float(np.ptp(tensor)),
        )  # fmt: skip
    found = ours(network, tensor, "smoothgrad", TARGET, samples="8", noise="0.1", seed="1", colours="sum")
    close(found, expected.numpy()[0].sum(axis=0))


@pytest.mark.parametrize(("method", "kind"), [("guided_backprop", "GuidedBackprop"), ("deconvnet", "Deconvolution")])
def test_the_changed_rules_of_relu(pair: Pair, method: str, kind: str) -> None:
    network, module = pair
    tensor = photo(network)
    expected = theirs(kind, module, tensor).sum(axis=0)
    close(ours(network, tensor, method, TARGET, colours="sum"), expected)


def test_guided_gradcam(pair: Pair) -> None:
    network, module = pair
    tensor = photo(network)
    name = "conv5_2.relu2" if isinstance(module, ResNet) else "conv5_relu"
    expected = theirs("GuidedGradCam", module, tensor, module.get_submodule(name), interpolate_mode="bilinear").sum(
        axis=0
    )
    close(ours(network, tensor, "guided_gradcam", TARGET, name, colours="sum"), expected)


def test_occlusion(pair: Pair) -> None:
    network, module = pair
    tensor = photo(network)
    expected = theirs("Occlusion", module, tensor, sliding_window_shapes=(3, 40, 40), strides=(3, 24, 24), baselines=0)
    found = ours(network, tensor, "occlusion", TARGET, window="40", stride="24")
    assert len(sliding_windows(*tensor.shape[1:], 40, 24)) > 16
    close(found, expected[0])
