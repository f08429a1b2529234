"""The networks against their papers: parameters, the size of every map, the layers in their order."""

import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.folding import fold_batch_norm
from training.nets import NETWORKS
from training.recipes import RECIPES
from training.response_norm import QuickResponseNorm

Shapes = dict[str, tuple[int, ...]]

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

# What the papers' tables and figures say of the maps, (channels, rows, columns), or of the units.
LENET5 = {
    "conv_c1": (6, 28, 28),
    "pool_s2": (6, 14, 14),
    "conv_c3": (16, 10, 10),
    "pool_s4": (16, 5, 5),
    "conv_c5": (120, 1, 1),
    "dense_f6": (84,),
    "output": (10,),
}
ALEXNET = {
    "conv1": (96, 55, 55),
    "pool1": (96, 27, 27),
    "conv2": (256, 27, 27),
    "pool2": (256, 13, 13),
    "conv3": (384, 13, 13),
    "conv4": (384, 13, 13),
    "conv5": (256, 13, 13),
    "pool5": (256, 6, 6),
    "flatten": (9216,),
    "fc6": (4096,),
    "fc7": (4096,),
    "fc8": (1000,),
}
VGG16 = {
    "conv1_2": (64, 224, 224),
    "pool1": (64, 112, 112),
    "conv2_2": (128, 112, 112),
    "pool2": (128, 56, 56),
    "conv3_3": (256, 56, 56),
    "pool3": (256, 28, 28),
    "conv4_3": (512, 28, 28),
    "pool4": (512, 14, 14),
    "conv5_3": (512, 14, 14),
    "pool5": (512, 7, 7),
    "flatten": (25088,),
    "fc6": (4096,),
    "fc7": (4096,),
    "fc8": (1000,),
}
RESNET18 = {
    "conv1": (64, 112, 112),
    "pool1": (64, 56, 56),
    "conv2_2": (64, 56, 56),
    "conv3_2": (128, 28, 28),
    "conv4_2": (256, 14, 14),
    "conv5_2": (512, 7, 7),
    "avgpool": (512, 1, 1),
    "fc": (1000,),
}
RESNET50 = {
    "conv1": (64, 112, 112),
    "conv2_3": (256, 56, 56),
    "conv3_4": (512, 28, 28),
    "conv4_6": (1024, 14, 14),
    "conv5_3": (2048, 7, 7),
    "avgpool": (2048, 1, 1),
}
GOOGLENET = {
    "conv1": (64, 112, 112),
    "pool1": (64, 56, 56),
    "conv2": (192, 56, 56),
    "pool2": (192, 28, 28),
    "inception_3a": (256, 28, 28),
    "inception_3b": (480, 28, 28),
    "pool3": (480, 14, 14),
    "inception_4a": (512, 14, 14),
    "inception_4b": (512, 14, 14),
    "inception_4c": (512, 14, 14),
    "inception_4d": (528, 14, 14),
    "inception_4e": (832, 14, 14),
    "pool4": (832, 7, 7),
    "inception_5a": (832, 7, 7),
    "inception_5b": (1024, 7, 7),
    "avgpool": (1024, 1, 1),
    "fc": (1000,),
}
# The paper's table 1 tells what goes into each row: 149x149x32 into the second convolution, 17x17x768 into mixed_6b ...
INCEPTION_V3 = {
    "conv_1a": (32, 149, 149),
    "conv_2a": (32, 147, 147),
    "conv_2b": (64, 147, 147),
    "pool_3a": (64, 73, 73),
    "conv_3b": (80, 73, 73),
    "conv_4a": (192, 71, 71),
    "pool_5a": (192, 35, 35),
    "mixed_5d": (288, 35, 35),
    "mixed_6a": (768, 17, 17),
    "mixed_6e": (768, 17, 17),
    "mixed_7a": (1280, 8, 8),
    "mixed_7b": (2048, 8, 8),
    "mixed_7c": (2048, 8, 8),
    "avgpool": (2048, 1, 1),
    "fc": (1000,),
}
MOBILENET_V1 = {
    "conv1": (32, 112, 112),
    "pair1.depthwise": (32, 112, 112),
    "pair1": (64, 112, 112),
    "pair2.depthwise": (64, 56, 56),
    "pair2": (128, 56, 56),
    "pair3": (128, 56, 56),
    "pair4": (256, 28, 28),
    "pair5": (256, 28, 28),
    "pair6": (512, 14, 14),
    "pair11": (512, 14, 14),
    "pair12": (1024, 7, 7),
    "pair13": (1024, 7, 7),
    "avgpool": (1024, 1, 1),
    "fc": (1000,),
}


def shapes(model: str, *picture: int) -> Shapes:
    """Every layer's and block's output without the batch axis, computed without a single weight."""
    with torch.device("meta"):
        network = NETWORKS[model]().eval()
        found: Shapes = {}
        for name, layer in network.named_modules():
            layer.register_forward_hook(lambda *call, name=name: found.update({name: tuple(call[-1].shape[1:])}))
        network(torch.empty(1, *picture))
    return found


@pytest.mark.parametrize("model", PARAMETERS)
def test_parameters_are_as_many_as_published(model: str) -> None:
    with torch.device("meta"):
        network = NETWORKS[model]()
    assert sum(parameter.numel() for parameter in network.parameters()) == PARAMETERS[model]


def test_every_network_is_counted() -> None:
    assert NETWORKS.keys() == PARAMETERS.keys()


@pytest.mark.parametrize(
    ("model", "picture", "table"),
    [
        ("lenet5", (1, 32, 32), LENET5),
        ("alexnet", (3, 227, 227), ALEXNET),
        ("vgg16", (3, 224, 224), VGG16),
        ("resnet18", (3, 224, 224), RESNET18),
        ("resnet50", (3, 224, 224), RESNET50),
        ("googlenet", (3, 224, 224), GOOGLENET),
        ("inception_v3", (3, 299, 299), INCEPTION_V3),
        ("mobilenet_v1", (3, 224, 224), MOBILENET_V1),
    ],
)
def test_maps_have_the_sizes_of_the_papers_table(model: str, picture: tuple[int, ...], table: Shapes) -> None:
    found = shapes(model, *picture)
    assert {name: found[name] for name in table} == table


@pytest.mark.parametrize(
    ("model", "layers"),
    [
        # As the papers count: convolutions and dense layers on the longest way, shortcuts not among them.
        ("alexnet", 8),
        ("vgg11", 11),
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
    for model, options in (("alexnet", {"size": 96}), ("vgg16", {"size": 32}), ("googlenet", {})):
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
