"""What the cards of the networks trained here say in words: a name, the idea, a drawback."""

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
        "The pattern that all later ones vary: filters that find strokes wherever they are, pooling that forgets where"
        " exactly they were, and again, until dense layers read the digit from what is left. Weights are shared across"
        " the picture, so that 60,000 of them read digits better than fully connected networks with ten times as many."
        " It read cheques for banks in the 1990s.",
        "Made for one small grey sign in the middle of its picture: five layers are too few for photos of things.",
    ),
    "alexnet": Words(
        "Five convolutions and three dense layers: LeNet-5's pattern made large for photos. ReLU in place of tanh"
        " lets it learn quickly, dropout keeps it from learning by heart, and neighbouring channels damp one another"
        " (local response normalisation). In conv2, conv4 and conv5 two groups of maps do not see each other, as when"
        " they lay on two GPUs.",
        "The large filters at the start step by four and lose fine detail at once, and most of the weights sit in the"
        " dense layers.",
    ),
    "vgg16": Words(
        "Nothing but 3x3 filters, stacked: two of them see 5x5 pixels and three see 7x7, with fewer weights than one"
        " large filter and a ReLU after each. After every group the maps are halved in size and, up to the fourth,"
        " doubled in number. Thirteen convolutions and three dense layers make sixteen.",
        "It takes more multiplications than any other of the classic families: the first convolutions work on maps as"
        " large as the photo.",
    ),
    "resnet18": Words(
        "Each block learns only what must change: its input goes round it by a shortcut and is added to its output."
        " A block that has nothing to do can leave its input as it is, and gradients reach the first layers along the"
        " shortcuts, so that depth no longer hinders learning. Here there are eight blocks of two 3x3 convolutions.",
        "What the shortcut carries must be kept until the block is done and have its shape, so maps change size by an"
        " extra 1x1 convolution.",
    ),
    "googlenet": Words(
        "Things come in all sizes, so each of its nine modules looks at several sizes at once: 1x1, 3x3 and 5x5 filters"
        " and a pooling stand side by side, and their maps are joined. 1x1 filters in front of the larger ones reduce"
        " the maps first, which makes 22 layers affordable. An average over each map takes the place of wide dense"
        " layers.",
        "Each module has six numbers that were found by trying, and its authors took two helper classifiers halfway up"
        " to train it.",
    ),
    "inception_v3": Words(
        "GoogLeNet's modules with large filters taken apart: a 7x7 becomes a 1x7 and a 7x1, which see as much with"
        " fewer weights. Maps shrink in modules of their own, convolution and pooling side by side, so that nothing is"
        " squeezed away at once. Batch normalisation follows every convolution.",
        "Eleven modules of five kinds: the hardest of the classic networks to read and to change.",
    ),
    "mobilenet_v1": Words(
        "A convolution does two things, looking at a neighbourhood and mixing maps; here each has a layer of its own."
        " A depthwise convolution has one 3x3 filter per map, then a pointwise one mixes the maps with 1x1 filters, for"
        " about a ninth of the work. Thirteen such pairs follow one ordinary convolution.",
        "Depthwise filters keep a processor waiting for memory: the time saved is less than the multiplications saved.",
    ),
}
