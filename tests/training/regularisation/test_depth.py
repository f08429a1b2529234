"""Stochastic depth: branches are missing in the share asked for, only while the network learns."""

import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")

import torch

from training.nets.resnet import ResNet
from training.regularisation.depth import drop_branches

SHARE = 0.5


def branches(network: ResNet, pictures: int) -> dict[str, torch.Tensor]:
    """What the last normalisation of each block outputs for as many pictures, (N, C, H, W)."""
    found = {}
    for name, block in network.named_children():
        if name.startswith("conv") and name != "conv1":
            block.bn2.register_forward_hook(lambda _layer, _inputs, out, name=name: found.update({name: out}))
    network(torch.randn(pictures, 3, 32, 32))
    return found


def test_the_share_of_missing_branches_rises_to_the_last_block() -> None:
    torch.manual_seed(0)
    found = branches(drop_branches(ResNet(18, classes=10, width=0.125), SHARE), 800)
    missing = [(out == 0).flatten(1).all(1).float().mean().item() for out in found.values()]
    expected = [SHARE * number / 8 for number in range(1, 9)]
    assert missing == pytest.approx(expected, abs=0.06)


def test_what_is_kept_is_larger_so_that_the_mean_stays() -> None:
    plain, dropping = ResNet(18, classes=10, width=0.125), ResNet(18, classes=10, width=0.125)
    dropping.load_state_dict(plain.state_dict())
    drop_branches(dropping, SHARE)
    pictures = torch.randn(16, 3, 32, 32)
    whole, kept = (net.conv2_1.bn2(net.conv2_1.conv2(net.bn1(net.conv1(pictures)))) for net in (plain, dropping))
    is_kept = (kept != 0).flatten(1).any(1)
    torch.testing.assert_close(kept[is_kept], whole[is_kept] / (1 - SHARE / 8))


def test_a_network_that_does_not_learn_has_all_its_branches() -> None:
    plain, dropping = ResNet(18, classes=10, width=0.125).eval(), ResNet(18, classes=10, width=0.125)
    dropping.load_state_dict(plain.state_dict())
    drop_branches(dropping, SHARE).eval()
    pictures = torch.randn(2, 3, 32, 32)
    torch.testing.assert_close(dropping(pictures), plain(pictures), rtol=0, atol=0)
