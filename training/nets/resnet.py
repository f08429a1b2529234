"""ResNet: He, Zhang, Ren & Sun, "Deep Residual Learning for Image Recognition", 2015."""

from torch import Tensor, nn

from training.nets.parts import Chain, scaled

# Table 1: blocks in conv2_x, conv3_x, conv4_x and conv5_x.
BASIC = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3)}
BOTTLENECK = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
FILTERS = (64, 128, 256, 512)
BOTTLENECK_EXPANSION = 4


def _shortcut(channels: int, filters: int, stride: int) -> tuple[nn.Module, nn.Module]:
    """What comes in as it is, or where a block changes the maps' number or size, 1x1 filters and their normalisation.

    That is option B of section 4.1, the projection shortcut.
    """
    if stride == 1 and channels == filters:
        return nn.Identity(), nn.Identity()
    return nn.Conv2d(channels, filters, 1, stride=stride, bias=False), nn.BatchNorm2d(filters)


class Basic(nn.Module):
    """Figure 5, left: two 3x3 convolutions, then what came in is added."""

    def __init__(self, channels: int, filters: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(filters, filters, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        self.shortcut, self.shortcut_bn = _shortcut(channels, filters, stride)
        self.relu2 = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu1(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        result: Tensor = self.relu2(y + self.shortcut_bn(self.shortcut(x)))
        return result


class Bottleneck(nn.Module):
    """Figure 5, right: 1x1 filters reduce, 3x3 filters look, 1x1 filters restore four times as many maps.

    The 3x3 convolution takes the stride, where the paper has it in the first 1x1: the common choice since, as many
    parameters and a little more accurate.
    """

    def __init__(self, channels: int, filters: int, stride: int) -> None:
        super().__init__()
        restored = BOTTLENECK_EXPANSION * filters
        self.conv1 = nn.Conv2d(channels, filters, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(filters, filters, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        self.relu2 = nn.ReLU()
        self.conv3 = nn.Conv2d(filters, restored, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(restored)
        self.shortcut, self.shortcut_bn = _shortcut(channels, restored, stride)
        self.relu3 = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu1(self.bn1(self.conv1(x)))
        y = self.relu2(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        result: Tensor = self.relu3(y + self.shortcut_bn(self.shortcut(x)))
        return result


class ResNet(Chain):
    """Table 1. (N, 3, 224, 224) gives (N, classes); blocks are named `conv2_1`, `conv2_2`, `conv3_1` ...

    Args:
        depth: 18, 34, 50, 101 or 152 layers with weights.
        classes: how many.
        width: the share of the paper's channels.
    """

    def __init__(self, depth: int, classes: int = 1000, width: float = 1) -> None:
        super().__init__()
        bottleneck = depth in BOTTLENECK
        blocks = BOTTLENECK[depth] if bottleneck else BASIC[depth]
        channels = scaled(64, width)
        self.conv1 = nn.Conv2d(3, channels, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(3, stride=2, padding=1)
        for group, (filters, repeats) in enumerate(zip(FILTERS, blocks, strict=True), start=2):
            for number in range(1, repeats + 1):
                stride = 2 if group > 2 and number == 1 else 1
                kind = Bottleneck if bottleneck else Basic
                self.add_module(f"conv{group}_{number}", kind(channels, scaled(filters, width), stride))
                channels = scaled(filters, width) * (BOTTLENECK_EXPANSION if bottleneck else 1)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(channels, classes)
        self.softmax = nn.Softmax(dim=1)
