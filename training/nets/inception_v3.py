"""Inception-v3: Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2015.

Modules are called as in the authors' program, `mixed_5b` to `mixed_7c`, and have its filters, of which the paper's
table 1 tells only the sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from torch import nn

from training.nets.parts import Branch, Branches, Chain, Fork, Named, convolution, scaled

EPSILON = 0.001


class Conv(NamedTuple):
    """A convolution; `pad` keeps the maps' size, without it only whole windows count."""

    name: str
    filters: int
    kernel: int | tuple[int, int]
    stride: int = 1
    pad: bool = True


class Pool(NamedTuple):
    """3x3 pooling: the average with stride 1, or the maximum with stride 2."""

    name: str
    stride: int = 1


Row = Sequence[Conv | Pool]


@dataclass(frozen=True)
class Forked:
    """A row whose maps go on into several rows."""

    row: Row
    ends: Sequence[Row]


Rows = Sequence[Row | Forked]


def mixed_5(projection: int) -> Rows:
    """Figure 5: a 5x5 convolution as two of 3x3."""
    return (
        (Conv("1x1", 64, 1),),
        (Conv("5x5_reduce", 48, 1), Conv("5x5", 64, 5)),
        (Conv("double3x3_reduce", 64, 1), Conv("double3x3_1", 96, 3), Conv("double3x3_2", 96, 3)),
        (Pool("pool"), Conv("pool_proj", projection, 1)),
    )


def mixed_6(inner: int) -> Rows:
    """Figure 6: a 7x7 convolution as one of 1x7 and one of 7x1."""
    return (
        (Conv("1x1", 192, 1),),
        (Conv("7x7_reduce", inner, 1), Conv("7x7_1x7", inner, (1, 7)), Conv("7x7_7x1", 192, (7, 1))),
        (
            Conv("double7x7_reduce", inner, 1),
            Conv("double7x7_1_7x1", inner, (7, 1)),
            Conv("double7x7_1_1x7", inner, (1, 7)),
            Conv("double7x7_2_7x1", inner, (7, 1)),
            Conv("double7x7_2_1x7", 192, (1, 7)),
        ),
        (Pool("pool"), Conv("pool_proj", 192, 1)),
    )


# Figure 10: convolutions and pooling side by side halve the maps' size.
MIXED_6A: Rows = (
    (Conv("3x3", 384, 3, stride=2, pad=False),),
    (
        Conv("double3x3_reduce", 64, 1),
        Conv("double3x3_1", 96, 3),
        Conv("double3x3_2", 96, 3, stride=2, pad=False),
    ),
    (Pool("pool", stride=2),),
)
MIXED_7A: Rows = (
    (Conv("3x3_reduce", 192, 1), Conv("3x3", 320, 3, stride=2, pad=False)),
    (
        Conv("7x7_reduce", 192, 1),
        Conv("7x7_1x7", 192, (1, 7)),
        Conv("7x7_7x1", 192, (7, 1)),
        Conv("7x7_3x3", 192, 3, stride=2, pad=False),
    ),
    (Pool("pool", stride=2),),
)


def _wide(name: str) -> Sequence[Row]:
    return (Conv(f"{name}_1x3", 384, (1, 3)),), (Conv(f"{name}_3x1", 384, (3, 1)),)


# Figure 7: 1x3 and 3x1 filters side by side.
MIXED_7: Rows = (
    (Conv("1x1", 320, 1),),
    Forked((Conv("3x3_reduce", 384, 1),), _wide("3x3")),
    Forked((Conv("double3x3_reduce", 448, 1), Conv("double3x3_1", 384, 3)), _wide("double3x3_2")),
    (Pool("pool"), Conv("pool_proj", 192, 1)),
)

STEM = (
    Conv("conv_1a", 32, 3, stride=2, pad=False),
    Conv("conv_2a", 32, 3, pad=False),
    Conv("conv_2b", 64, 3),
    Pool("pool_3a", stride=2),
    Conv("conv_3b", 80, 1),
    Conv("conv_4a", 192, 3, pad=False),
    Pool("pool_5a", stride=2),
)
MODULES = {
    "mixed_5b": mixed_5(projection=32),
    "mixed_5c": mixed_5(projection=64),
    "mixed_5d": mixed_5(projection=64),
    "mixed_6a": MIXED_6A,
    "mixed_6b": mixed_6(inner=128),
    "mixed_6c": mixed_6(inner=160),
    "mixed_6d": mixed_6(inner=160),
    "mixed_6e": mixed_6(inner=192),
    "mixed_7a": MIXED_7A,
    "mixed_7b": MIXED_7,
    "mixed_7c": MIXED_7,
}


class Mixed(Branches):
    """Rows of the tables above side by side; `channels` counts the maps that they give together."""

    def __init__(self, channels: int, rows: Rows, width: float) -> None:
        branches = [_branch(channels, row, width) for row in rows]
        super().__init__(*(branch for branch, _ in branches))
        self.channels = sum(outputs for _, outputs in branches)


def _branch(channels: int, row: Row | Forked, width: float) -> tuple[Branch, int]:
    """A row as layers, and how many maps it gives."""
    if not isinstance(row, Forked):
        return _layers(channels, row, width)
    layers, channels = _layers(channels, row.row, width)
    ends = [_layers(channels, end, width) for end in row.ends]
    return [*layers, Fork([end for end, _ in ends])], sum(outputs for _, outputs in ends)


def _layers(channels: int, row: Row, width: float) -> tuple[list[Named], int]:
    layers: list[Named] = []
    for part in row:
        if isinstance(part, Conv):
            filters = scaled(part.filters, width)
            layers += _convolution(part, channels, filters)
            channels = filters
        elif part.stride == 1:
            layers.append((part.name, nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)))
        else:
            layers.append((part.name, nn.MaxPool2d(3, stride=part.stride)))
    return layers, channels


def _convolution(conv: Conv, channels: int, filters: int) -> list[Named]:
    rows, columns = (conv.kernel, conv.kernel) if isinstance(conv.kernel, int) else conv.kernel
    padding = (rows // 2, columns // 2) if conv.pad else 0
    return [
        *convolution(
            conv.name,
            channels,
            filters,
            conv.kernel,
            batch_norm=True,
            epsilon=EPSILON,
            stride=conv.stride,
            padding=padding,
        )
    ]


class InceptionV3(Chain):
    """Table 1. (N, 3, 299, 299) gives (N, classes).

    The auxiliary head is left out: training alone has a use for it, and section 4 finds that it helps only at the end.

    Args:
        classes: how many.
        width: the share of the authors' filters.
    """

    def __init__(self, classes: int = 1000, width: float = 1) -> None:
        super().__init__()
        layers, channels = _layers(3, STEM, width)
        self.add(layers)
        for name, rows in MODULES.items():
            module = Mixed(channels, rows, width)
            self.add_module(name, module)
            channels = module.channels
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(channels, classes)
        self.softmax = nn.Softmax(dim=1)
