"""CAM and RISE, which no package has, against a few lines of PyTorch, with the same weights and photo."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # its customary name

from app.nets.network import Network
from tests.training.attribution.others import in_torch, network_of, ours, photo
from training.nets.mobilenet_v1 import MobileNetV1
from training.nets.resnet import ResNet

NETWORKS = {
    "resnet18-imagenette": (lambda: ResNet(18, 10, 0.5), "conv5_2.relu2"),
    "mobilenet_v1-imagenette": (lambda: MobileNetV1(10, 0.5), "pair13.pointwise_relu"),
}
TARGET = 4
Pair = tuple[Network, nn.Module, str]


@pytest.fixture(scope="module", params=NETWORKS)
def pair(request: pytest.FixtureRequest) -> Pair:
    make, last_maps = NETWORKS[request.param]
    return network_of(request.param), in_torch(request.param, make()), last_maps


def enlarged(planes: Tensor, height: int, width: int) -> Tensor:
    return F.interpolate(planes[:, None], (height, width), mode="bilinear")[:, 0]


def test_cam(pair: Pair) -> None:
    """The fully connected layer applied to each cell of the last maps, without its bias."""
    network, module, last_maps = pair
    tensor, seen = photo(network), list[Tensor]()
    hook = module.get_submodule(last_maps).register_forward_hook(lambda _module, _inputs, output: seen.append(output))
    dense = next(layer for layer in module.modules() if isinstance(layer, nn.Linear))
    with torch.no_grad():
        module(torch.from_numpy(tensor[np.newaxis]))
        cells = (dense(seen[0].permute(0, 2, 3, 1)) - dense.bias)[..., TARGET]
        expected = enlarged(cells, *tensor.shape[1:])[0].numpy()
    hook.remove()
    np.testing.assert_allclose(ours(network, tensor, "cam", TARGET), expected, atol=1e-5 * np.abs(expected).max())


def test_rise(pair: Pair) -> None:
    """Masks as in the authors' program: coarse grids, upsampled to a cell more than the input, and shifted."""
    network, module, _ = pair
    tensor, count, cells, keep = photo(network), 24, 5, 0.4
    height, width = tensor.shape[1:]
    tall, wide = -(-height // cells), -(-width // cells)
    rng, expected = np.random.default_rng(8), torch.zeros(height, width)
    for _ in range(count):
        coarse = torch.from_numpy(rng.random((1, cells, cells)) < keep).float()
        top, left = int(rng.integers(tall)), int(rng.integers(wide))
        mask = enlarged(coarse, (cells + 1) * tall, (cells + 1) * wide)[0, top : top + height, left : left + width]
        with torch.no_grad():
            expected += module(mask * torch.from_numpy(tensor[np.newaxis])).softmax(dim=1)[0, TARGET] * mask
    found = ours(network, tensor, "rise", TARGET, masks=str(count), cells=str(cells), keep=str(keep), seed="8")
    mean = expected.numpy() / (count * keep)
    np.testing.assert_allclose(found, mean, rtol=1e-3, atol=1e-4 * mean.max())
