"""Batch normalisation folded into the convolution before it, for those who want the network without it, and back."""

from collections.abc import Mapping
from copy import deepcopy
from functools import partial

import torch
from torch import Tensor, nn
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


@torch.no_grad()
def unfold_batch_norm(network: nn.Module, weights: Mapping[str, Tensor], pictures: Tensor) -> None:
    """Give a network the weights of its export, in which batch normalisation may be folded into the convolutions.

    A normalisation that is folded away comes back with the mean and variance of the pictures given here, and with a
    weight and a bias that undo it: the network answers as its export does, and can be trained on as it was before.

    Args:
        network: has the layers of the export, and normalisations called `<convolution>_bn`.
        weights: by name, as `training.export.weights_of` gives them.
        pictures: (N, C, H, W), some hundred as the network is fed them.

    Raises:
        ValueError: a weight is missing that is neither a normalisation's nor an auxiliary head's.
    """
    norms = {name: layer for name, layer in network.named_modules() if isinstance(layer, nn.BatchNorm2d)}
    folded = {name: f"{name.removesuffix('_bn')}.bias" for name in norms if f"{name}.weight" not in weights}
    known = {name: weight for name, weight in weights.items() if name in network.state_dict()}
    missing = network.load_state_dict(known, strict=False).missing_keys
    gone = [name for name in missing if name.rpartition(".")[0] not in norms and not name.startswith("auxiliary")]
    gone += [bias for bias in folded.values() if bias not in weights]
    if gone:
        raise ValueError(f"the export has no {gone[0]}")
    hooks = [norms[name].register_forward_pre_hook(partial(_undo, bias=weights[bias])) for name, bias in folded.items()]
    network.eval()(pictures)
    for hook in hooks:
        hook.remove()


def _undo(norm: nn.BatchNorm2d, inputs: tuple[Tensor], bias: Tensor) -> None:
    """Make a normalisation add a bias to its input, and do nothing else to it."""
    variance, mean = torch.var_mean(inputs[0], dim=(0, 2, 3), correction=0)
    assert norm.running_mean is not None
    assert norm.running_var is not None
    norm.running_mean.copy_(mean)
    norm.running_var.copy_(variance)
    norm.weight.copy_((variance + norm.eps).sqrt())
    norm.bias.copy_(mean + bias)
