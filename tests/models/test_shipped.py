"""The shipped networks: files and cards agree, layers have readable names, and predictions are right."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import pytest
from onnx.reference import ReferenceEvaluator
from PIL import Image

from app.nets.card import Card, read_card
from app.nets.graph import Graph, read_graph
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
MODELS = ROOT / "models"
SAMPLES = ROOT / "static" / "samples"
CARDS = sorted(MODELS.glob("*.json"))
# The operators that a lecture names. Clip is ReLU6; Identity, Cast and Shape are no layers.
NAMED = {
    *("Conv", "Gemm", "BatchNormalization", "LRN", "Relu", "Clip", "Tanh", "Sigmoid", "Softmax"),
    *("MaxPool", "AveragePool", "GlobalAveragePool", "Add", "Concat", "Flatten", "Dropout"),
}
READABLE = re.compile(r"([A-Za-z0-9_.]+/)?(?=[A-Za-z0-9_]*[a-z])[A-Za-z0-9_]+")
# Blocks as papers name them.
BLOCK = re.compile(r"(stem|head|fire[2-9]|block\d[a-z]|conv[2-5]_\d|inception_[345][a-e]|mixed_[567][a-e]|pair\d+)")
# The blocks of the networks trained here, in this order.
BLOCKS = {
    "lenet5": [],
    "alexnet-imagenette": [],
    "vgg16-imagenette": [],
    "resnet18-imagenette": [f"conv{group}_{number}" for group in (2, 3, 4, 5) for number in (1, 2)],
    "googlenet-imagenette": [f"inception_{module}" for module in ("3a", "3b", *(f"4{m}" for m in "abcde"), "5a", "5b")],
    "inception_v3-imagenette": [
        f"mixed_{m}" for m in ("5b", "5c", "5d", "6a", "6b", "6c", "6d", "6e", "7a", "7b", "7c")
    ],
    "mobilenet_v1-imagenette": [f"pair{number}" for number in range(1, 14)],
}
COPIES = [path for path in CARDS if path.stem in BLOCKS]
MEGABYTES = {"lenet5": 0.5, "imagenette": 16, "all": 120}
# The predictions for the samples. SqueezeNet predicts "pole" for the rocket; the palace has a tower, no bell cote.
PREDICTIONS = {
    ("squeezenet1_1", "cat"): "Egyptian cat",
    ("squeezenet1_1", "coffee"): "espresso",
    ("squeezenet1_1", "cameraman"): "tripod",
    ("squeezenet1_1", "palace"): "bell cote",
    ("squeezenet1_1", "rocket"): "pole",
    ("efficientnet_lite0", "cat"): "Egyptian cat",
    ("efficientnet_lite0", "coffee"): "espresso",
    ("efficientnet_lite0", "cameraman"): "tripod",
    ("efficientnet_lite0", "palace"): "palace",
    ("efficientnet_lite0", "rocket"): "missile",
}
every_card = pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)


every_copy = pytest.mark.parametrize("path", COPIES, ids=lambda path: path.stem)


def labels(card: Card) -> list[str]:
    names: list[str] = json.loads((MODELS / "labels" / f"{card.labels}.json").read_text())
    return names


def graph_of(path: Path) -> Graph:
    size = json.loads(path.read_text())["input"]
    return read_graph(onnx.load(path.with_suffix(".onnx"), load_external_data=False), (size["height"], size["width"]))


def tensor(model: str, sample: str) -> npt.NDArray[np.float32]:
    spec = read_card(MODELS / f"{model}.json").input
    with Image.open(SAMPLES / f"{sample}.jpg") as image:
        return tensor_of(view_of(np.asarray(image.convert("RGB")), spec), spec)


def probabilities(model: str, sample: str) -> npt.NDArray[np.float32]:
    session = ort.InferenceSession(str(MODELS / f"{model}.onnx"), providers=["CPUExecutionProvider"])
    result: npt.NDArray[np.float32] = session.run(None, {"input": tensor(model, sample)})[0][0]
    return result


@every_card
def test_the_card_describes_its_file(path: Path) -> None:
    card = read_card(path)
    content = path.with_suffix(".onnx").read_bytes()
    assert card.id == path.stem
    assert (card.sha256, card.bytes) == (hashlib.sha256(content).hexdigest(), len(content))


@every_card
def test_the_graph_has_the_input_and_output_of_the_card(path: Path) -> None:
    card = read_card(path)
    graph = onnx.load(path.with_suffix(".onnx")).graph
    shapes = [
        [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]
        for value in (*graph.input, *graph.output)
    ]
    assert shapes == [["N", len(card.input.mean), card.input.height, card.input.width], ["N", len(labels(card))]]
    assert (graph.node[-1].op_type, graph.output[0].name) == ("Softmax", "probabilities")


@every_card
def test_every_layer_has_a_readable_name(path: Path) -> None:
    nodes = onnx.load(path.with_suffix(".onnx")).graph.node
    assert {node.op_type for node in nodes} <= NAMED
    assert not [node.name for node in nodes if not READABLE.fullmatch(node.name)]
    assert len({node.name.replace("/", ".") for node in nodes}) == len(nodes)


@every_card
def test_every_weight_is_named_after_its_layer_and_used(path: Path) -> None:
    graph = onnx.load(path.with_suffix(".onnx")).graph
    read = {name: node.name for node in graph.node for name in node.input}
    for initializer in graph.initializer:
        layer, _, role = initializer.name.rpartition(".")
        assert read[initializer.name] == layer
        assert role in {"weight", "bias", "running_mean", "running_var", "min", "max", "ratio"}


@every_card
def test_labels_are_unique_names(path: Path) -> None:
    names = labels(read_card(path))
    assert all(name == name.strip() != "" for name in names)
    assert len({name.casefold() for name in names}) == len(names)


@every_card
def test_a_card_states_the_accuracy_and_the_number_of_images(path: Path) -> None:
    assert read_card(path).accuracy[0].images > 0


@every_card
def test_blocks_have_readable_names(path: Path) -> None:
    blocks = {layer.block for layer in graph_of(path).layers if layer.block is not None}
    assert not [block for block in blocks if not BLOCK.fullmatch(block)]


@every_copy
def test_a_copy_has_the_blocks_of_its_paper(path: Path) -> None:
    blocks = [layer.block for layer in graph_of(path).layers if layer.block is not None]
    assert list(dict.fromkeys(blocks)) == BLOCKS[path.stem]


@every_copy
def test_a_copy_has_the_layers_of_its_original(path: Path) -> None:
    if path.stem != "lenet5":
        original = graph_of(MODELS / "originals" / f"{path.stem.partition('-')[0]}.json")
        copy = graph_of(path)
        assert [(layer.id, layer.op) for layer in copy.layers] == [(layer.id, layer.op) for layer in original.layers]
        assert copy.depth == original.depth
        assert copy.params < original.params


@every_copy
def test_a_copy_is_small_and_named_as_a_copy(path: Path) -> None:
    card = read_card(path)
    name, _, data = path.stem.partition("-")
    assert path.with_suffix(".onnx").stat().st_size < MEGABYTES[data or name] * 1e6
    assert card.name.endswith("ten classes") == (data == "imagenette")


def test_the_models_folder_is_small_enough_to_clone() -> None:
    assert sum(path.stat().st_size for path in MODELS.rglob("*") if path.is_file()) < MEGABYTES["all"] * 1e6


@pytest.mark.parametrize(("model", "sample"), PREDICTIONS)
def test_the_best_class_of_a_sample(model: str, sample: str) -> None:
    scores = probabilities(model, sample)
    assert labels(read_card(MODELS / f"{model}.json"))[scores.argmax()] == PREDICTIONS[model, sample]


def test_the_rocket_is_among_the_top_5_of_squeezenet() -> None:
    best = probabilities("squeezenet1_1", "rocket").argsort()[-5:]
    assert labels(read_card(MODELS / "squeezenet1_1.json")).index("missile") in best


@pytest.mark.parametrize("model", ["squeezenet1_1", "efficientnet_lite0"])
def test_onnxruntime_agrees_with_the_onnx_reference_evaluator(model: str) -> None:
    evaluator = ReferenceEvaluator(str(MODELS / f"{model}.onnx"))
    outputs: Any = evaluator.run(None, {"input": tensor(model, "cat")})
    np.testing.assert_allclose(probabilities(model, "cat"), outputs[0][0], rtol=0, atol=1e-5)


def test_samples_are_small_and_credited() -> None:
    samples = json.loads((SAMPLES / "samples.json").read_text())
    assert {sample["file"] for sample in samples} == {str(path.relative_to(SAMPLES)) for path in SAMPLES.rglob("*.jpg")}
    for sample in samples:
        with Image.open(SAMPLES / sample["file"]) as image:
            assert max(image.size) <= 640
        assert sample["title"]
        assert sample["credit"]
        assert (SAMPLES / sample["file"]).stat().st_size < 100_000
        assert sample["licence"] in {"CC0 1.0", "CC BY 2.0", "Public domain"}
