"""What the networks are put together from: layers in a row, layers side by side, a convolution with what follows it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

Named = tuple[str, nn.Module]


def scaled(channels: int, width: float) -> int:
    """A layer's channels in a narrower copy: a multiple of 8, at least 8, and as published where `width` is 1."""
    return channels if width == 1 else max(8, 8 * round(channels * width / 8))


def convolution(
    name: str,
    channels: int,
    filters: int,
    kernel: int | tuple[int, int],
    *,
    batch_norm: bool,
    epsilon: float = 1e-5,
    **options: Any,
) -> Iterator[Named]:
    """A convolution, its batch normalisation (`_bn`) if there is one, and its ReLU (`_relu`).

    Args:
        name: of the convolution; the others are named after it.
        channels: in.
        filters: channels out.
        kernel: rows and columns, or one number for both.
        batch_norm: takes the place of the bias.
        epsilon: of the batch normalisation.
        options: the rest of `nn.Conv2d`'s.
    """
    yield name, nn.Conv2d(channels, filters, kernel, bias=not batch_norm, **options)
    if batch_norm:
        yield f"{name}_bn", nn.BatchNorm2d(filters, eps=epsilon)
    yield f"{name}_relu", nn.ReLU()


class Chain(nn.Sequential):
    """A network whose layers follow one another, a softmax last.

    (N, C, H, W) gives (N, classes): probabilities in evaluation mode, scores in training mode, for that is what a loss
    takes. A network with auxiliary heads gives a tuple while training, its own scores first.
    """

    def add(self, layers: Iterable[Named]) -> None:
        """Append named layers."""
        for name, layer in layers:
            self.add_module(name, layer)

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, ...]:
        for layer in list(self)[:-1] if self.training else self:
            x = layer(x)
        return x


class Fork(NamedTuple):
    """The end of a branch that parts into several."""

    branches: "Sequence[Branch]"


Branch = Sequence[Named | Fork]
Path = list["str | list[Path]"]


class Branches(nn.Module):
    """Layers side by side on the same maps, (N, C, H, W) to (N, sum of the branches' channels, H', W').

    Args:
        branches: each a row of named layers; all become the block's own, so that names read `inception_3a/3x3_reduce`.
    """

    def __init__(self, *branches: Branch) -> None:
        super().__init__()
        self.paths = [self._path(branch) for branch in branches]

    def _path(self, branch: Branch) -> Path:
        """Take in a branch's layers; gives their names, a fork as a list."""
        path: Path = []
        for step in branch:
            if isinstance(step, Fork):
                path.append([self._path(fork) for fork in step.branches])
            else:
                name, layer = step
                self.add_module(name, layer)
                path.append(name)
        return path

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([end for path in self.paths for end in self._ends(path, x)], dim=1)

    def _ends(self, path: Path, x: Tensor) -> list[Tensor]:
        for step in path:
            if isinstance(step, list):
                return [end for fork in step for end in self._ends(fork, x)]
            x = self.get_submodule(step)(x)
        return [x]
