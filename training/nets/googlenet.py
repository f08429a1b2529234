"""GoogLeNet: Szegedy et al., "Going Deeper with Convolutions", 2014."""

from torch import Tensor, nn

from training.nets.parts import Branches, Chain, Named, convolution, scaled

# Table 1: filters of 1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5 and pool proj.
MODULES = {
    "inception_3a": (64, 96, 128, 16, 32, 32),
    "inception_3b": (128, 128, 192, 32, 96, 64),
    "inception_4a": (192, 96, 208, 16, 48, 64),
    "inception_4b": (160, 112, 224, 24, 64, 64),
    "inception_4c": (128, 128, 256, 24, 64, 64),
    "inception_4d": (112, 144, 288, 32, 64, 64),
    "inception_4e": (256, 160, 320, 32, 128, 128),
    "inception_5a": (256, 160, 320, 32, 128, 128),
    "inception_5b": (384, 192, 384, 48, 128, 128),
}
POOL_AFTER = {"inception_3b": "pool3", "inception_4e": "pool4"}
AUXILIARY_AFTER = {"inception_4a": "auxiliary_4a", "inception_4d": "auxiliary_4d"}


class Inception(Branches):
    """Figure 2(b): 1x1, 3x3 and 5x5 filters and pooling side by side, 1x1 filters before what is costly.

    Args:
        channels: in.
        filters: one row of table 1.
        batch_norm: behind every convolution.
    """

    def __init__(self, channels: int, filters: tuple[int, ...], *, batch_norm: bool) -> None:
        one, three_reduce, three, five_reduce, five, projection = filters

        def layers(name: str, channels: int, filters: int, kernel: int) -> list[Named]:
            return [*convolution(name, channels, filters, kernel, padding=kernel // 2, batch_norm=batch_norm)]

        super().__init__(
            layers("1x1", channels, one, 1),
            layers("3x3_reduce", channels, three_reduce, 1) + layers("3x3", three_reduce, three, 3),
            layers("5x5_reduce", channels, five_reduce, 1) + layers("5x5", five_reduce, five, 5),
            [("pool", nn.MaxPool2d(3, stride=1, padding=1)), *layers("pool_proj", channels, projection, 1)],
        )
        self.channels = one + three + five + projection


class Auxiliary(nn.Sequential):
    """Section 5: a small classifier on the way, which feeds gradient into the middle of the network while training.

    The paper averages 14x14 maps down to 4x4; so does this, whatever the maps' size.
    """

    def __init__(self, channels: int, classes: int, width: float) -> None:
        super().__init__()
        filters, units = scaled(128, width), scaled(1024, width)
        self.pool = nn.AdaptiveAvgPool2d(4)
        self.conv = nn.Conv2d(channels, filters, 1)
        self.conv_relu = nn.ReLU()
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(16 * filters, units)
        self.fc_relu = nn.ReLU()
        self.fc_dropout = nn.Dropout(0.7)
        self.classifier = nn.Linear(units, classes)


class GoogLeNet(Chain):
    """Table 1. (N, 3, 224, 224) gives (N, classes).

    Args:
        classes: how many.
        width: the share of the paper's filters.
        auxiliary: with the two heads, which only training uses.
        batch_norm: behind every convolution, to train with; folded away at export.
    """

    def __init__(
        self, classes: int = 1000, width: float = 1, *, auxiliary: bool = False, batch_norm: bool = False
    ) -> None:
        super().__init__()
        f1, f2_reduce, f2 = (scaled(filters, width) for filters in (64, 64, 192))
        self.add(convolution("conv1", 3, f1, 7, stride=2, padding=3, batch_norm=batch_norm))
        self.pool1 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.norm1 = nn.LocalResponseNorm(5)
        self.add(convolution("conv2_reduce", f1, f2_reduce, 1, batch_norm=batch_norm))
        self.add(convolution("conv2", f2_reduce, f2, 3, padding=1, batch_norm=batch_norm))
        self.norm2 = nn.LocalResponseNorm(5)
        self.pool2 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        channels = f2
        for name, row in MODULES.items():
            module = Inception(channels, tuple(scaled(filters, width) for filters in row), batch_norm=batch_norm)
            self.add_module(name, module)
            channels = module.channels
            if auxiliary and name in AUXILIARY_AFTER:
                self.add_module(AUXILIARY_AFTER[name], Auxiliary(channels, classes, width))
            if name in POOL_AFTER:
                self.add_module(POOL_AFTER[name], nn.MaxPool2d(3, stride=2, ceil_mode=True))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.dropout = nn.Dropout(0.4)
        self.fc = nn.Linear(channels, classes)
        self.softmax = nn.Softmax(dim=1)

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, ...]:
        heads = []
        for layer in list(self)[:-1] if self.training else self:
            if not isinstance(layer, Auxiliary):
                x = layer(x)
            elif self.training:
                heads.append(layer(x))
        return (x, *heads) if heads else x
