"""The networks that ship: files and cards agree, layers are ones a person would name, and the answers are right."""

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

from app.nets.card import read_card
from app.nets.preprocess import tensor_of, view_of

ROOT = Path(__file__).parent.parent.parent
MODELS = ROOT / "models"
SAMPLES = ROOT / "static" / "samples"
CARDS = sorted(MODELS.glob("*.json"))
# What a lecture calls by a name. Clip is ReLU6; Identity, Cast and Shape are nobody's layers.
NAMED = {
    *("Conv", "Gemm", "BatchNormalization", "LRN", "Relu", "Clip", "Tanh", "Sigmoid", "Softmax"),
    *("MaxPool", "AveragePool", "GlobalAveragePool", "Add", "Concat", "Flatten", "Dropout"),
}
READABLE = re.compile(r"([A-Za-z0-9_.]+/)?(?=[A-Za-z0-9_]*[a-z])[A-Za-z0-9_]+")
# What the networks make of the samples. SqueezeNet takes the rocket for a pole; the palace is a tower, not a bell cote.
ANSWERS = {
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


def labels(name: str) -> list[str]:
    names: list[str] = json.loads((MODELS / "labels" / f"{name}.json").read_text())
    return names


def tensor(model: str, sample: str) -> npt.NDArray[np.float32]:
    spec = read_card(MODELS / f"{model}.json").input
    with Image.open(SAMPLES / f"{sample}.jpg") as image:
        return tensor_of(view_of(np.asarray(image.convert("RGB")), spec), spec)


def probabilities(model: str, sample: str) -> npt.NDArray[np.float32]:
    session = ort.InferenceSession(str(MODELS / f"{model}.onnx"), providers=["CPUExecutionProvider"])
    result: npt.NDArray[np.float32] = session.run(None, {"input": tensor(model, sample)})[0][0]
    return result


@every_card
def test_the_card_describes_the_file_beside_it(path: Path) -> None:
    card = read_card(path)
    content = path.with_suffix(".onnx").read_bytes()
    assert card.id == path.stem
    assert (card.sha256, card.bytes) == (hashlib.sha256(content).hexdigest(), len(content))


@every_card
def test_the_graph_takes_and_gives_what_the_card_says(path: Path) -> None:
    card = read_card(path)
    graph = onnx.load(path.with_suffix(".onnx")).graph
    shapes = [
        [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]
        for value in (*graph.input, *graph.output)
    ]
    assert shapes == [["N", len(card.input.mean), card.input.height, card.input.width], ["N", len(labels(card.labels))]]
    assert (graph.node[-1].op_type, graph.output[0].name) == ("Softmax", "probabilities")


@every_card
def test_every_layer_is_one_a_person_would_name(path: Path) -> None:
    nodes = onnx.load(path.with_suffix(".onnx")).graph.node
    assert {node.op_type for node in nodes} <= NAMED
    assert not [node.name for node in nodes if not READABLE.fullmatch(node.name)]
    assert len({node.name.replace("/", ".") for node in nodes}) == len(nodes)


@every_card
def test_every_weight_is_named_by_its_layer_and_used(path: Path) -> None:
    graph = onnx.load(path.with_suffix(".onnx")).graph
    read = {name: node.name for node in graph.node for name in node.input}
    for initializer in graph.initializer:
        layer, _, role = initializer.name.rpartition(".")
        assert read[initializer.name] == layer
        assert role in {"weight", "bias", "running_mean", "running_var", "min", "max", "ratio"}


@every_card
def test_labels_are_names_and_no_two_are_alike(path: Path) -> None:
    names = labels(read_card(path).labels)
    assert all(name == name.strip() != "" for name in names)
    assert len({name.casefold() for name in names}) == len(names)


@pytest.mark.parametrize(("model", "sample"), ANSWERS)
def test_the_best_class_of_a_sample(model: str, sample: str) -> None:
    scores = probabilities(model, sample)
    assert labels(read_card(MODELS / f"{model}.json").labels)[scores.argmax()] == ANSWERS[model, sample]


def test_squeezenet_has_the_rocket_among_its_five_best() -> None:
    best = probabilities("squeezenet1_1", "rocket").argsort()[-5:]
    assert labels("imagenet1k").index("missile") in best


@pytest.mark.parametrize("model", ["squeezenet1_1", "efficientnet_lite0"])
def test_onnxruntime_computes_what_the_onnx_specification_says(model: str) -> None:
    evaluator = ReferenceEvaluator(str(MODELS / f"{model}.onnx"))
    outputs: Any = evaluator.run(None, {"input": tensor(model, "cat")})
    np.testing.assert_allclose(probabilities(model, "cat"), outputs[0][0], rtol=0, atol=1e-5)


def test_samples_are_small_credited_and_known_to_networks_that_ship() -> None:
    samples = json.loads((SAMPLES / "samples.json").read_text())
    assert {sample["file"] for sample in samples} == {path.name for path in SAMPLES.glob("*.jpg")}
    for sample in samples:
        with Image.open(SAMPLES / sample["file"]) as image:
            assert max(image.size) <= 640
        assert sample["title"]
        assert sample["credit"]
        assert sample["licence"] in {"CC0 1.0", "CC BY 2.0", "Public domain"}
        assert set(sample["known_to"]) <= {path.stem for path in CARDS}
