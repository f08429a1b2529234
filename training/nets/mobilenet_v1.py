"""MobileNet: Howard et al., "MobileNets: Efficient CNNs for Mobile Vision Applications", 2017."""

from torch import nn

from training.nets.parts import Chain, convolution, scaled

# Table 1: the stride of each pair's depthwise convolution and the filters of its pointwise one. The paper prints
# stride 2 in the last depthwise row too, but keeps 7x7 maps there, which takes stride 1.
PAIRS = (
    (1, 64),
    (2, 128),
    (1, 128),
    (2, 256),
    (1, 256),
    (2, 512),
    (1, 512),
    (1, 512),
    (1, 512),
    (1, 512),
    (1, 512),
    (2, 1024),
    (1, 1024),
)


class Pair(nn.Sequential):
    """Figure 3, right: one 3x3 filter for each map, then 1x1 filters that mix the maps."""

    def __init__(self, channels: int, filters: int, stride: int) -> None:
        super().__init__()
        layers = [
            *convolution(
                "depthwise", channels, channels, 3, batch_norm=True, stride=stride, padding=1, groups=channels
            ),
            *convolution("pointwise", channels, filters, 1, batch_norm=True),
        ]
        for name, layer in layers:
            self.add_module(name, layer)


class MobileNetV1(Chain):
    """Table 1. (N, 3, 224, 224) gives (N, classes).

    Args:
        classes: how many.
        width: the paper's width multiplier alpha.
    """

    def __init__(self, classes: int = 1000, width: float = 1) -> None:
        super().__init__()
        channels = scaled(32, width)
        self.add(convolution("conv1", 3, channels, 3, batch_norm=True, stride=2, padding=1))
        for number, (stride, filters) in enumerate(PAIRS, start=1):
            self.add_module(f"pair{number}", Pair(channels, scaled(filters, width), stride))
            channels = scaled(filters, width)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(channels, classes)
        self.softmax = nn.Softmax(dim=1)
