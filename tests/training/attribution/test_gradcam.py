"""The class activation maps against pytorch-grad-cam, on the same weights and the same photo."""

import inspect
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")

import torch
from torch import nn

from app.nets.network import Network
from tests.training.attribution.others import between_0_and_1, in_torch, installed, network_of, ours, photo, quiet
from training.nets.alexnet import AlexNet
from training.nets.resnet import ResNet

pytestmark = pytest.mark.timeout(600)  # their Score-CAM and Ablation-CAM take long
NAMES = {
    "gradcam": "GradCAM",
    "gradcam_pp": "GradCAMPlusPlus",
    "layercam": "LayerCAM",
    "hirescam": "HiResCAM",
    "scorecam": "ScoreCAM",
    "ablationcam": "AblationCAM",
    "eigencam": "EigenCAM",
}
NETWORKS = {
    "resnet18-imagenette": (lambda: ResNet(18, 10, 0.5), "conv5_2.relu2"),
    "alexnet-imagenette": (lambda: AlexNet(10, 0.5, units=1024, size=160), "conv5_relu"),
}


@pytest.fixture(scope="module", params=NETWORKS)
def pair(request: pytest.FixtureRequest) -> tuple[Network, nn.Module, str]:
    make, layer = NETWORKS[request.param]
    return network_of(request.param), in_torch(request.param, make()), layer


def theirs(
    module: nn.Module, tensor: Any, method: str, target: int, layer: str, monkeypatch: pytest.MonkeyPatch
) -> Any:
    cams = installed("pytorch_grad_cam")
    targets = installed("pytorch_grad_cam.utils.model_targets")
    # They enlarge Score-CAM's masks with corners aligned, which shifts them against the cells they show.
    monkeypatch.setattr(torch.nn, "UpsamplingBilinear2d", lambda size: nn.Upsample(size, mode="bilinear"))
    with quiet():
        kind = without_epsilon(cams) if method == "gradcam_pp" else getattr(cams, NAMES[method])
        cam = kind(module, [module.get_submodule(layer)])
        return cam(torch.from_numpy(tensor[np.newaxis]), [targets.ClassifierOutputTarget(target)])[0]


def without_epsilon(cams: Any) -> Any:
    """Their Grad-CAM++ without the 1e-6 in a denominator of squared gradients, which are often smaller than that."""
    source = inspect.getsource(cams.GradCAMPlusPlus)
    assert source.count("eps = 0.000001") == 1
    names = {"np": np, "BaseCAM": cams.base_cam.BaseCAM}
    exec(source.replace("eps = 0.000001", "eps = 0"), names)  # noqa: S102  # the package's own source
    return names["GradCAMPlusPlus"]


@pytest.mark.parametrize("method", NAMES)
def test_a_map_is_that_of_pytorch_grad_cam(
    pair: tuple[Network, nn.Module, str], method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, module, layer = pair
    tensor = photo(network)
    target = int(module(torch.from_numpy(tensor[np.newaxis])).argmax())  # its logit is positive: they divide by it
    expected = theirs(module, tensor, method, target, layer, monkeypatch)
    found = ours(network, tensor, method, target, layer, sign="positive")
    if method == "eigencam":  # a principal component has no sign of its own: theirs is that of the decomposition
        both = ours(network, tensor, method, target, layer)
        turned = [between_0_and_1(found), between_0_and_1(np.maximum(-both, 0))]
        assert min(np.abs(each - expected).max() for each in turned) < 1e-4
        return
    assert np.ptp(expected) == pytest.approx(1, abs=1e-3)
    np.testing.assert_allclose(between_0_and_1(found), expected, atol=1e-4)
