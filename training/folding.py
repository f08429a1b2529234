"""Batch normalisation folded into the convolution before it, for those who want the network without it."""

from copy import deepcopy

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from training.export import LayerTracer


def fold_batch_norm(module: nn.Module) -> nn.Module:
    """A copy in which every `Conv2d` followed by a `BatchNorm2d` and read by nothing else is one convolution.

    At inference y = gamma (Wx + b - mean) / sqrt(var + eps) + beta is itself a convolution (Ioffe & Szegedy 2015,
    section 3.1). The normalisation leaves an `nn.Identity`, which the exporter skips, so names stay.

    Args:
        module: in evaluation mode; is not changed.
    """
    folded = deepcopy(module)
    layers = dict(folded.named_modules())
    for node in LayerTracer().trace(folded).nodes:
        norm = layers.get(str(node.target))
        if not isinstance(norm, nn.BatchNorm2d):
            continue
        (before,) = node.all_input_nodes
        conv = layers.get(str(before.target))
        if isinstance(conv, nn.Conv2d) and len(before.users) == 1:
            folded.set_submodule(str(before.target), fuse_conv_bn_eval(conv, norm))
            folded.set_submodule(str(node.target), nn.Identity())
    return folded
