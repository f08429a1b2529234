"""The comparison of preprocessings: the scores of each are those of onnxruntime on a tensor made by hand."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.settings import read_settings
from tests.nets.heads import Form, place_form

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


@pytest.fixture
def tiny(tmp_path: Path) -> Callable[[Form], Engine]:
    """An engine with one network, of this form."""

    def start(form: Form) -> Engine:
        models = tmp_path / "models"
        models.mkdir()
        place_form(models, "tiny", form, [] if form.kind == "vector" else None)
        return Engine(read_settings(data_dir=tmp_path / "data", models_dir=models))

    return start


def test_features_have_no_best_class(tiny: Callable[[Form], Engine], cat: bytes) -> None:
    engine = tiny(Form("y = Relu (c)", "vector", ""))
    image = engine.pictures.add(lambda: cat).result().stored.id
    comparison = engine.preprocessings.compare(Inference(engine.network("tiny"), image)).result()
    assert comparison.top1_changes is None
    engine.close(5)


def test_the_best_class_changes_where_two_have_different_ones(engine: Engine, inference: Inference) -> None:
    comparison = engine.preprocessings.compare(inference).result()
    best = {int(way.scores.logits.argmax()) for way in comparison.ways}
    assert comparison.top1_changes == (len(best) > 1)
