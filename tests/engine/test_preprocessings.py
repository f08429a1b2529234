"""The comparison of preprocessings: the scores of each are those of onnxruntime on a tensor made by hand."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from numpy.typing import NDArray
from onnx import numpy_helper
from PIL import Image

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.engine.preprocessings import PreprocessingComparison
from app.settings import read_settings
from tests.nets.graph_outputs.networks import place_network
from tests.nets.models_folder import place
from tests.nets.onnx_text import parse_network

Floats = NDArray[np.float64]
IMAGENET = (np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225]))
BY_HAND: dict[str, Callable[[Floats], Floats]] = {
    "imagenet": lambda levels: (levels / 255 - IMAGENET[0]) / IMAGENET[1],
    "unit": lambda levels: levels / 255,
    "signed": lambda levels: levels / 127.5 - 1,
    "caffe": lambda levels: levels[..., ::-1] - np.array([103.939, 116.779, 123.68]),
}


def squeezenet_view(photo: bytes) -> NDArray[np.uint8]:
    """The photo as SqueezeNet receives it, by Pillow alone."""
    resized = Image.open(io.BytesIO(photo)).convert("RGB").resize((227, 227), Image.Resampling.BICUBIC)
    return np.asarray(resized)


def test_each_has_the_scores_of_a_tensor_made_by_hand(engine: Engine, inference: Inference, cat: bytes) -> None:
    session = ort.InferenceSession("models/squeezenet1_1.onnx", providers=["CPUExecutionProvider"])
    levels = squeezenet_view(cat).astype(np.float64)
    comparison = engine.preprocessings.compare(inference).result()
    assert [way.name for way in comparison.ways] == [*BY_HAND]
    for way in comparison.ways:
        tensor = BY_HAND[str(way.name)](levels).transpose(2, 0, 1)[np.newaxis].astype(np.float32)
        (scores,) = session.run(None, {session.get_inputs()[0].name: tensor})
        np.testing.assert_allclose(way.scores.scores, scores.reshape(-1), rtol=2e-3, atol=1e-5)


def test_the_network_s_own_is_marked_and_predicts_as_ever(engine: Engine, inference: Inference) -> None:
    comparison = engine.preprocessings.compare(inference).result()
    (own,) = [way for way in comparison.ways if way.is_in_use]
    assert own.name == "caffe"
    assert own.input == inference.network.card.input
    scores = engine.predictions.scores(inference).result()
    np.testing.assert_array_equal(own.scores.logits, scores.logits)


def test_a_preprocessing_that_is_no_usual_one_comes_first(engine: Engine, inference: Inference) -> None:
    network = engine.network("efficientnet_lite0")  # (level - 127) / 128
    comparison = engine.preprocessings.compare(Inference(network, inference.image)).result()
    assert (comparison.ways[0].name, comparison.ways[0].is_in_use) == (None, True)
    assert len(comparison.ways) == 5


def test_a_comparison_is_computed_once(engine: Engine, inference: Inference) -> None:
    first = engine.preprocessings.compare(inference).result()
    assert engine.preprocessings.compare(inference).result() is first


def test_a_digit_is_read_in_one_channel(engine: Engine, inference: Inference) -> None:
    comparison = engine.preprocessings.compare(Inference(engine.network("lenet5"), inference.image)).result()
    assert {way.input.channels for way in comparison.ways} == {"grey"}
    assert sum(way.is_in_use for way in comparison.ways) == 1


def compare_alone(folder: Path, name: str, photo: bytes) -> PreprocessingComparison:
    """The comparison of a network, the only one of an engine."""
    engine = Engine(read_settings(data_dir=folder / "data", models_dir=folder))
    image = engine.pictures.add(lambda: photo).result().stored.id
    comparison = engine.preprocessings.compare(Inference(engine.network(name), image)).result()
    engine.close(5)
    return comparison


def test_features_have_no_best_class(tmp_path: Path, cat: bytes) -> None:
    place_network(tmp_path, "embedding", channels=5)
    comparison = compare_alone(tmp_path, "embedding", cat)
    assert comparison.top1_changes is None
    assert all(way.leading is None for way in comparison.ways)


def test_a_mask_names_its_largest_class_as_numpy_does(tmp_path: Path, cat: bytes) -> None:
    path = place_network(tmp_path, "mask", ("sky", "cat", "sea"))
    comparison = compare_alone(tmp_path, "mask", cat)
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    levels = np.asarray(Image.open(io.BytesIO(cat)).convert("RGB").resize((32, 32), Image.Resampling.BILINEAR))
    largest = []
    for way in comparison.ways[-4:]:
        tensor = BY_HAND[str(way.name)](levels.astype(np.float64)).transpose(2, 0, 1)[np.newaxis].astype(np.float32)
        (scores,) = session.run(None, {"x": tensor})
        counts = np.bincount(scores[0].argmax(axis=0).reshape(-1), minlength=3)
        assert way.leading
        assert way.leading[0].label == ("sky", "cat", "sea")[int(counts.argmax())]
        assert way.leading[0].value == pytest.approx(counts.max() / counts.sum(), abs=0.02)
        largest.append(int(counts.argmax()))
    assert comparison.top1_changes == (len(set(largest)) > 1)


def test_the_best_class_changes_where_two_have_different_ones(engine: Engine, inference: Inference) -> None:
    comparison = engine.preprocessings.compare(inference).result()
    best = {int(way.scores.logits.argmax()) for way in comparison.ways}
    assert comparison.top1_changes == (len(best) > 1)


def test_whole_numbers_are_compared_in_both_orders_of_channels(tmp_path: Path, cat: bytes) -> None:
    body = "n = Cast <to = 1> (x)  c = Conv (n, w)  g = GlobalAveragePool (c)  y = Flatten (g)"
    model = parse_network(body, x="uint8[1, 3, 32, 32]")
    weights = np.eye(3, dtype=np.float32).reshape(3, 3, 1, 1)  # the logits are the means of red, green and blue
    model.graph.initializer.append(numpy_helper.from_array(weights, "w"))
    place(tmp_path, "levels", model, ["red", "green", "blue"], width=32, height=32)
    rgb, bgr = compare_alone(tmp_path, "levels", cat).ways
    assert (rgb.name, bgr.name) == ("levels", "bgr_levels")
    photo = Image.open(io.BytesIO(cat)).convert("RGB").resize((32, 32), Image.Resampling.BILINEAR)
    np.testing.assert_allclose(rgb.scores.logits, np.asarray(photo, np.float64).mean(axis=(0, 1)), rtol=1e-5)
    np.testing.assert_allclose(bgr.scores.logits, rgb.scores.logits[::-1])
