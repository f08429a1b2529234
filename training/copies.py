"""The texts of the cards of the networks trained here: name, idea and drawback."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

LENET5_PAPER: Mapping[str, Any] = MappingProxyType(
    {
        "title": "Gradient-Based Learning Applied to Document Recognition",
        "authors": "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner",
        "url": "https://doi.org/10.1109/5.726791",
    }
)
LABELS = {
    "mnist": tuple("0123456789"),
    # In the order of their WordNet ids.
    "imagenette": (
        *("tench", "English springer", "cassette player", "chain saw", "church"),
        *("French horn", "garbage truck", "gas pump", "golf ball", "parachute"),
    ),
}
WIDTHS = {0.25: "quarter width", 0.375: "three eighths of the width", 0.5: "half width"}


@dataclass(frozen=True)
class Words:
    """The idea of a network and its drawback, true of the narrower copy too."""

    idea: str
    drawback: str


WORDS = {
    "lenet5": Words(
        "The design that all later CNNs vary: filters detect strokes at any position, pooling discards their exact"
        " position, both are repeated, and fully connected layers classify the digit. Weights are shared across the"
        " input, so that 60,000 of them classify digits better than fully connected networks with ten times as many."
        " Banks used it to read cheques in the 1990s.",
        "Designed for one small grey character in the centre of the input: five layers are too few for photos of"
        " objects.",
    ),
    "alexnet": Words(
        "Five convolutions and three fully connected layers: LeNet-5's design scaled up for photos. ReLU instead of"
        " tanh speeds up training, dropout reduces overfitting, and local response normalisation makes neighbouring"
        " channels inhibit each other. In conv2, conv4 and conv5 the channels form two groups without connections"
        " between them; the authors ran one group on each of two GPUs.",
        "The large filters of the first layer have stride 4 and lose fine detail at once. Most of the weights are in"
        " the fully connected layers.",
    ),
    "vgg16": Words(
        "Only 3x3 filters, stacked: two have a receptive field of 5x5 pixels and three of 7x7, with fewer weights than"
        " one large filter and a ReLU after each. After every group the maps are halved in size and, up to the fourth,"
        " doubled in number. Thirteen convolutions and three fully connected layers make sixteen.",
        "It needs more multiplications than any other of the classic families: the first convolutions work on maps as"
        " large as the photo.",
    ),
    "resnet18": Words(
        "Each block learns only a residual: a shortcut bypasses the block and adds its input to its output. A block"
        " with nothing to add can pass its input on unchanged. Gradients reach the first layers through the shortcuts,"
        " so that depth no longer hinders training. This network has eight blocks of two 3x3 convolutions.",
        "The block's input must stay in memory until the addition and must have the shape of the block's output. Where"
        " maps change size, the shortcut therefore needs an extra 1x1 convolution.",
    ),
    "googlenet": Words(
        "Objects appear at all sizes, so each of its nine modules works at several scales: 1x1, 3x3 and 5x5 filters"
        " and a pooling layer run in parallel, and their maps are concatenated. 1x1 filters before the larger ones"
        " first reduce the number of channels, which makes 22 layers affordable. Global average pooling replaces wide"
        " fully connected layers.",
        "Each module has six channel counts that were found by trial and error. For training, its authors added two"
        " auxiliary classifiers at intermediate layers.",
    ),
    "inception_v3": Words(
        "GoogLeNet's modules with large filters factorised: a 7x7 becomes a 1x7 and a 7x1, with the same receptive"
        " field and fewer weights. Separate modules reduce the size of the maps with convolution and pooling in"
        " parallel, so that information is not lost abruptly. Batch normalisation follows every convolution.",
        "Eleven modules of five kinds: the hardest of the classic networks to understand and to modify.",
    ),
    "mobilenet_v1": Words(
        "A convolution does two things: it filters a neighbourhood and combines channels. Here each step has its own"
        " layer. A depthwise convolution applies one 3x3 filter to each channel, then a pointwise convolution combines"
        " the channels with 1x1 filters, for about a ninth of the operations. Thirteen such pairs follow one standard"
        " convolution.",
        "Depthwise convolutions are limited by memory access: the saving in time is smaller than the saving in"
        " multiplications.",
    ),
}
