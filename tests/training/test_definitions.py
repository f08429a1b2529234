"""The networks as defined: parameters and depth as published; narrower, with helpers and normalised to train."""

import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.folding import fold_batch_norm
from training.nets import NETWORKS
from training.recipes import RECIPES
from training.response_norm import QuickResponseNorm

# Weights and biases, batch normalisation's factors and offsets among them, without auxiliary heads. Published are
# LeNet-5's with all of C3's connections, Caffe's AlexNet and GoogLeNet, the VGG paper's table 2 (133, 133, 134, 138 and
# 144 million), torchvision's ResNets and Inception-v3, and Keras's MobileNet less the running statistics.
PARAMETERS = {
    "lenet5": 61_706,
    "alexnet": 60_965_224,
    "vgg11": 132_863_336,
    "vgg11_lrn": 132_863_336,
    "vgg13": 133_047_848,
    "vgg16_1x1": 133_638_952,
    "vgg16": 138_357_544,
    "vgg19": 143_667_240,
    "resnet18": 11_689_512,
    "resnet34": 21_797_672,
    "resnet50": 25_557_032,
    "resnet101": 44_549_160,
    "resnet152": 60_192_808,
    "googlenet": 6_998_552,
    "inception_v3": 23_834_568,
    "mobilenet_v1": 4_231_976,
}


@pytest.mark.parametrize("model", PARAMETERS)
def test_parameters_are_as_many_as_published(model: str) -> None:
    with torch.device("meta"):
        network = NETWORKS[model]()
    assert sum(parameter.numel() for parameter in network.parameters()) == PARAMETERS[model]


def test_every_network_is_counted() -> None:
    assert NETWORKS.keys() == PARAMETERS.keys()


@pytest.mark.parametrize(
    ("model", "layers"),
    [
        # As the papers count: convolutions and dense layers on the longest way, shortcuts not among them.
        ("lenet5", 5),
        ("alexnet", 8),
        ("vgg11", 11),
        ("vgg11_lrn", 11),
        ("vgg13", 13),
        ("vgg16_1x1", 16),
        ("vgg16", 16),
        ("vgg19", 19),
        ("resnet18", 18),
        ("resnet34", 34),
        ("resnet50", 50),
        ("resnet101", 101),
        ("resnet152", 152),
        ("mobilenet_v1", 28),
    ],
)
def test_a_network_is_as_deep_as_its_paper_says(model: str, layers: int) -> None:
    with torch.device("meta"):
        network = NETWORKS[model]()
    weighted = [
        name
        for name, layer in network.named_modules()
        if isinstance(layer, nn.Conv2d | nn.Linear) and not name.endswith(".shortcut")
    ]
    assert len(weighted) == layers


def test_a_narrower_network_has_fewer_parameters_and_as_many_layers() -> None:
    for name, network in NETWORKS.items():
        with torch.device("meta"):
            full, half = network(), network(classes=7, width=0.5)
        assert [layer for layer, _ in half.named_modules()] == [layer for layer, _ in full.named_modules()], name
        assert sum(p.numel() for p in half.parameters()) < sum(p.numel() for p in full.parameters()), name


def test_alexnet_normalises_as_the_paper_does() -> None:
    """b = a / (k + alpha * sum of the five nearest channels' squares) ** beta, k=2, alpha=1e-4, beta=0.75."""
    with torch.device("meta"):
        norm = NETWORKS["alexnet"]().get_submodule("norm1")
    maps = 40 * torch.rand(1, 9, 1, 1, generator=torch.Generator().manual_seed(0))
    squares = functional.pad(maps.flatten() ** 2, (2, 2)).unfold(0, 5, 1).sum(dim=1)
    torch.testing.assert_close(norm(maps).flatten(), maps.flatten() / (2 + 1e-4 * squares) ** 0.75)


@pytest.mark.parametrize("reach", [1, 2])
def test_the_quick_response_norm_is_the_slow_one(reach: int) -> None:
    norm = nn.LocalResponseNorm(2 * reach + 1, alpha=0.5, k=2.0)
    maps = 3 * torch.randn(2, 9, 4, 5, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(QuickResponseNorm(norm)(maps), norm(maps))


def test_googlenets_auxiliary_heads_speak_while_training_alone() -> None:
    network = NETWORKS["googlenet"](classes=7, width=0.125, auxiliary=True)
    pictures = torch.zeros(2, 3, 64, 64)
    assert [scores.shape for scores in network.train()(pictures)] == [(2, 7)] * 3
    assert network.eval()(pictures).shape == (2, 7)


@pytest.fixture(params=[name for name in RECIPES if name != "lenet5"])
def shipped(request: pytest.FixtureRequest) -> tuple[nn.Module, Tensor]:
    """A network as it is trained, and two pictures of its size."""
    recipe = RECIPES[request.param]
    torch.manual_seed(0)
    network = NETWORKS[recipe.network](classes=10, **recipe.options)
    return network, torch.randn(2, 3, recipe.size, recipe.size)


def test_a_shipped_network_is_within_16_mb(shipped: tuple[nn.Module, Tensor]) -> None:
    network, _ = shipped
    heads = sum(p.numel() for name, p in network.named_parameters() if name.startswith("auxiliary"))
    assert 4 * (sum(parameter.numel() for parameter in network.parameters()) - heads) < 16e6


def test_a_network_answers_with_probabilities_and_learns_from_scores(shipped: tuple[nn.Module, Tensor]) -> None:
    network, pictures = shipped
    with torch.inference_mode():
        probabilities = network.eval()(pictures)
        outputs = network.train()(pictures)
    scores = outputs if isinstance(outputs, Tensor) else outputs[0]
    torch.testing.assert_close(probabilities.sum(dim=1), torch.ones(2))
    assert scores.shape == probabilities.shape == (2, 10)
    assert (scores < 0).any()


def test_normalisation_folds_away_where_the_original_has_none() -> None:
    for model, options in (
        ("alexnet", {"size": 96, "units": 64}),
        ("vgg16", {"size": 32, "units": 64}),
        ("googlenet", {}),
    ):
        torch.manual_seed(0)
        trained = NETWORKS[model](classes=10, width=0.125, batch_norm=True, **options)
        pictures = torch.randn(4, 3, options.get("size", 64), options.get("size", 64))
        trained.train()(pictures)
        folded = fold_batch_norm(trained.eval())
        assert not [layer for layer in folded.modules() if isinstance(layer, nn.BatchNorm2d)]
        assert [name for name, _ in folded.named_parameters()] == [
            name for name, _ in NETWORKS[model](classes=10, width=0.125, **options).named_parameters()
        ]
        with torch.inference_mode():
            torch.testing.assert_close(folded(pictures), trained(pictures), rtol=1e-3, atol=1e-5)
