"""Sweeps against pictures that Pillow rotates and plain onnxruntime runs, one after the other."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from PIL import Image

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.errors import Cancelled
from app.experiments.sweep import read_sweep
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of

MODELS = Path(__file__).parents[3] / "models"


def by_hand(model: str, inference: Inference, cat: bytes, angles: Sequence[float]) -> list[np.ndarray]:
    """The scores for the cat's photo, rotated by each angle."""
    session = onnxruntime.InferenceSession(MODELS / f"{model}.onnx", providers=["CPUExecutionProvider"])
    photo, spec = Image.open(io.BytesIO(cat)).convert("RGB"), inference.network.card.input
    views = [view_of(np.asarray(photo.rotate(angle, Image.Resampling.BILINEAR)), spec) for angle in angles]
    name = session.get_inputs()[0].name
    return [session.run(None, {name: tensor_of(view, spec)})[0].reshape(-1) for view in views]


def softmax(logits: np.ndarray) -> np.ndarray:
    return np.asarray(np.exp(logits) / np.exp(logits).sum())


@pytest.mark.parametrize("model", ["squeezenet1_1", "vgg16-imagenette"])
def test_a_sweep_gives_the_scores_and_the_flips_of_runs_by_hand(
    engine: Engine, inference: Inference, cat: bytes, model: str
) -> None:
    inference = Inference(engine.network(model), inference.image)
    (result,) = engine.sweeps.sweep([inference], read_sweep("rotation:0~180@10")).result()
    outputs = by_hand(model, inference, cat, np.linspace(0, 180, 10).tolist())
    expected = np.stack([each if each.sum().round(3) == 1 else softmax(each) for each in outputs])
    np.testing.assert_allclose(result.scores, expected, atol=1e-5)
    answers = expected.argmax(axis=1)
    assert result.answers == answers.tolist()
    assert len(result.flips) >= np.count_nonzero(np.diff(answers)) > 0
    for flip in result.flips:
        assert flip.width <= 2
        low, high = by_hand(model, inference, cat, [flip.low, flip.high])
        assert (int(low.argmax()), int(high.argmax())) == (flip.before, flip.after)


def test_two_changes_at_once_and_several_networks(engine: Engine, inference: Inference) -> None:
    sweep = read_sweep("rotation:0~30@2;brightness:1~0.5@3")
    both = [inference, Inference(engine.network("resnet18-imagenette"), inference.image)]
    first, second = engine.sweeps.sweep(both, sweep).result()
    assert (first.scores.shape, second.scores.shape) == ((6, 1000), (6, 10))
    assert engine.sweeps.cached(both, sweep) == (first, second)
    (row,) = engine.sweeps.sweep([inference], read_sweep("brightness:1~0.5@3")).result()
    np.testing.assert_allclose(first.scores[::2], row.scores, atol=1e-5)


def test_the_progress_is_in_runs_and_of_a_sweep_that_nobody_asked_for_in_steps(
    engine: Engine, inference: Inference
) -> None:
    both = [inference, Inference(engine.network("resnet18-imagenette"), inference.image)]
    sweep = read_sweep("rotation:0~90@4")
    assert engine.sweeps.progress(both, sweep) == (0, 8)
    runs = [each.runs for each in engine.sweeps.sweep(both, sweep).result()]
    assert min(runs) >= 4
    assert engine.sweeps.progress(both, sweep) == (sum(runs), sum(runs))


def test_a_sweep_stops_when_nobody_waits_for_it(engine: Engine, inference: Inference) -> None:
    handle = engine.sweeps.sweep([inference], read_sweep("blur:0~20@200"))
    handle.release()
    with pytest.raises(Cancelled):
        handle.future.result(20)
