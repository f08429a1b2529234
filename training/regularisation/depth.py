"""Residual branches left out at random while a network learns: stochastic depth."""

from functools import partial

import torch
from torch import Tensor, nn

from training.nets.resnet import Basic, Bottleneck


def drop_branches(network: nn.Module, share: float) -> nn.Module:
    """Let a ResNet learn without some of its branches (Huang, Sun, Liu, Sedra & Weinberger 2016).

    Each photo loses each branch by a chance that rises evenly from the first block to `share` in the last. What is kept
    is divided by its chance, so that the finished network needs no change.

    Raises:
        ValueError: the network has no residual branches.
    """
    blocks = [module for module in network.modules() if isinstance(module, Basic | Bottleneck)]
    if not blocks:
        raise ValueError("only a ResNet has branches to drop")
    for number, block in enumerate(blocks, 1):
        last = block.bn2 if isinstance(block, Basic) else block.bn3
        last.register_forward_hook(partial(_dropped, share * number / len(blocks)))
    return network


def _dropped(share: float, layer: nn.Module, _inputs: object, branch: Tensor) -> Tensor:
    """(N, C, H, W), of which a share of the N is 0 while the network learns."""
    if not layer.training:
        return branch
    kept = torch.rand(len(branch), 1, 1, 1) >= share
    return branch * kept / (1 - share)
