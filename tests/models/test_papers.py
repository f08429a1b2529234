"""The graphs of published networks against the tables in their papers: maps and filters of every layer."""

import re
from functools import cache
from pathlib import Path

import onnx
import pytest

from app.nets.graph import Graph, read_graph

MODELS = Path(__file__).parents[2] / "models"
Shapes = dict[str, tuple[int, ...]]

# The shapes in the papers' tables and figures: (channels, rows, columns), or (units,).
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
# Table 1 of the VGG paper: the convolutions of each column by resolution. Their maps are 224, 112, 56, 28 and 14 pixels
# wide, and 64, 128, 256, 512 and 512 in number; a pooling follows each group.
VGG = {
    "vgg11": (1, 1, 2, 2, 2),
    "vgg11_lrn": (1, 1, 2, 2, 2),
    "vgg13": (2, 2, 2, 2, 2),
    "vgg16_1x1": (2, 2, 3, 3, 3),
    "vgg16": (2, 2, 3, 3, 3),
    "vgg19": (2, 2, 4, 4, 4),
}
VGG_MAPS = ((64, 224), (128, 112), (256, 56), (512, 28), (512, 14))
VGG_END = {"flatten": (25088,), "fc6": (4096,), "fc7": (4096,), "fc8": (1000,)}
# Table 1 of the ResNet paper: the blocks of each column by resolution, and their maps.
RESNET = {
    "resnet18": (2, 2, 2, 2),
    "resnet34": (3, 4, 6, 3),
    "resnet50": (3, 4, 6, 3),
    "resnet101": (3, 4, 23, 3),
    "resnet152": (3, 8, 36, 3),
}
RESNET_SIZES = (56, 28, 14, 7)
RESNET_MAPS = {2: (64, 128, 256, 512), 3: (256, 512, 1024, 2048)}  # by a block's convolutions
RESNET_KERNELS = {2: (3, 3), 3: (1, 3, 1)}
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
# Its columns "#1x1" to "pool proj".
GOOGLENET_FILTERS = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
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
    "mixed_5b": (256, 35, 35),
    "mixed_5c": (288, 35, 35),
    "mixed_5d": (288, 35, 35),
    "mixed_6a": (768, 17, 17),
    "mixed_6b": (768, 17, 17),
    "mixed_6c": (768, 17, 17),
    "mixed_6d": (768, 17, 17),
    "mixed_6e": (768, 17, 17),
    "mixed_7a": (1280, 8, 8),
    "mixed_7b": (2048, 8, 8),
    "mixed_7c": (2048, 8, 8),
    "avgpool": (2048, 1, 1),
    "fc": (1000,),
}
# Table 1: what each pair gives, maps and their size; its depthwise filters give as many maps as the pair before.
MOBILENET_V1 = (
    *((64, 112), (128, 56), (128, 56), (256, 28), (256, 28), (512, 14)),
    *((512, 14), (512, 14), (512, 14), (512, 14), (512, 14), (1024, 7), (1024, 7)),
)


@cache
def graph_of(model: str) -> Graph:
    path = MODELS / ("" if model == "lenet5" else "originals") / f"{model}.onnx"
    return read_graph(onnx.load(path, load_external_data=False))


def shapes(model: str) -> Shapes:
    """The output of every layer, and of every block: that of its last layer."""
    layers = graph_of(model).layers
    return {layer.id: layer.shape for layer in layers} | {layer.block: layer.shape for layer in layers if layer.block}


@pytest.mark.parametrize(
    ("model", "table"),
    [
        ("lenet5", LENET5),
        ("alexnet", ALEXNET),
        ("googlenet", GOOGLENET),
        ("inception_v3", INCEPTION_V3),
    ],
)
def test_maps_have_the_sizes_of_the_papers_table(model: str, table: Shapes) -> None:
    found = shapes(model)
    assert {name: found[name] for name in table} == table


@pytest.mark.parametrize("model", VGG)
def test_every_layer_of_a_vgg_has_the_maps_of_its_column(model: str) -> None:
    table: Shapes = dict(VGG_END)
    for group, (count, (maps, size)) in enumerate(zip(VGG[model], VGG_MAPS, strict=True), start=1):
        table |= {f"conv{group}_{number}": (maps, size, size) for number in range(1, count + 1)}
        table[f"pool{group}"] = (maps, size // 2, size // 2)
    found = shapes(model)
    assert {name: shape for name, shape in found.items() if re.match(r"conv\d_\d$|pool|flatten|fc\d$", name)} == table


@pytest.mark.parametrize("model", VGG)
def test_a_vgg_has_the_filters_of_its_column(model: str) -> None:
    """3x3 throughout, but for the last of configuration C's groups 3 to 5; A-LRN alone normalises, after conv1_1."""
    layers = graph_of(model).layers
    kernels = {layer.id: layer.attributes["kernel_shape"] for layer in layers if layer.op == "Conv"}
    narrow = {"conv3_3", "conv4_3", "conv5_3"} if model == "vgg16_1x1" else set()
    assert kernels == {name: [1, 1] if name in narrow else [3, 3] for name in kernels}
    norms = [(layer.id, layer.inputs) for layer in layers if layer.op == "LRN"]
    assert norms == ([("norm1", ("conv1_1_relu",))] if model == "vgg11_lrn" else [])


@pytest.mark.parametrize("model", RESNET)
def test_every_block_of_a_resnet_has_the_maps_and_filters_of_its_column(model: str) -> None:
    convolutions = 2 if model in ("resnet18", "resnet34") else 3
    table: Shapes = {"conv1": (64, 112, 112), "pool1": (64, 56, 56)}
    for group, (count, size) in enumerate(zip(RESNET[model], RESNET_SIZES, strict=True), start=2):
        maps = RESNET_MAPS[convolutions][group - 2]
        table |= {f"conv{group}_{number}": (maps, size, size) for number in range(1, count + 1)}
    table |= {"avgpool": (maps, 1, 1), "flatten": (maps,), "fc": (1000,), "softmax": (1000,)}
    found = shapes(model)
    assert {name: shape for name, shape in found.items() if name in table or re.match(r"conv\d_\d+$", name)} == table
    layers = graph_of(model).by_id
    for block in (name for name in table if re.match(r"conv\d_\d+$", name)):
        filters = [layers[f"{block}.conv{number}"] for number in range(1, convolutions + 1)]
        assert tuple(layer.attributes["kernel_shape"][0] for layer in filters) == RESNET_KERNELS[convolutions]


def test_every_pair_of_mobilenet_has_the_maps_of_the_papers_table() -> None:
    table: Shapes = {"conv1": (32, 112, 112)}
    before = 32
    for number, (maps, size) in enumerate(MOBILENET_V1, start=1):
        table |= {f"pair{number}.depthwise": (before, size, size), f"pair{number}": (maps, size, size)}
        before = maps
    table |= {"avgpool": (1024, 1, 1), "flatten": (1024,), "fc": (1000,), "softmax": (1000,)}
    found = shapes("mobilenet_v1")
    assert {name: shape for name, shape in found.items() if name in table or re.match(r"pair\d+$", name)} == table


def test_every_filter_bank_of_googlenet_is_as_wide_as_in_the_papers_table() -> None:
    found = shapes("googlenet")
    for module, row in GOOGLENET_FILTERS.items():
        names = ("1x1", "3x3_reduce", "3x3", "5x5_reduce", "5x5", "pool_proj")
        assert tuple(found[f"inception_{module}.{name}"][0] for name in names) == row


def test_every_network_is_compared_with_its_paper() -> None:
    compared = {"alexnet", "googlenet", "inception_v3", "mobilenet_v1", *VGG, *RESNET}
    assert {path.stem for path in (MODELS / "originals").glob("*.onnx")} == compared
