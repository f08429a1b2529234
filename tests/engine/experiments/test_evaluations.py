"""Evaluations of collections, against plain onnxruntime, and what becomes of pictures that have gone."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from PIL import Image

from app.engine.engine import Engine
from app.errors import Cancelled, InvalidRequest
from app.experiments.sweep import axis_along, with_range
from app.images.collections import Collection
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of
from tests.conftest import SAMPLES
from tests.engine.uploads import sent

MODEL = "resnet18-imagenette"
MODELS = Path(__file__).parents[3] / "models"
FILES = {
    "golf ball/1.jpg": "golf-ball.jpg",
    "church/2.jpg": "church.jpg",
    "tench/3.jpg": "church.jpg",
    "x/4.jpg": "cat.jpg",
}


def collection_of(engine: Engine, files: Mapping[str, bytes]) -> Collection:
    with sent(engine.collections.uploads, files) as incoming:
        return engine.collections.add(incoming).result()


@pytest.fixture(scope="module")
def collection(engine: Engine) -> Collection:
    photos = {name: (SAMPLES / file).read_bytes() for name, file in FILES.items()}
    return collection_of(engine, {**photos, "church/notes.txt": b"no photo"})


def probabilities(engine: Engine, degrees: float) -> list[np.ndarray]:
    """The output, a softmax, for each photo, rotated by Pillow."""
    session = onnxruntime.InferenceSession(MODELS / f"{MODEL}.onnx", providers=["CPUExecutionProvider"])
    name, spec = session.get_inputs()[0].name, engine.network(MODEL).card.input
    rows = []
    for file in FILES.values():
        photo = Image.open(SAMPLES / file).convert("RGB").rotate(degrees, Image.Resampling.BILINEAR)
        rows.append(session.run(None, {name: tensor_of(view_of(np.asarray(photo), spec), spec)})[0].reshape(-1))
    return rows


def test_an_evaluation_is_what_runs_by_hand_give(engine: Engine, collection: Collection) -> None:
    network = engine.network(MODEL)
    evaluation = engine.evaluations.evaluate(network, collection).result()
    expected = probabilities(engine, 0)
    for result, row in zip(evaluation.results, expected, strict=False):
        assert [each.index for each in result.best] == np.argsort(-row)[:5].tolist()
        assert [each.score for each in result.best] == pytest.approx(np.sort(row)[:-6:-1].tolist(), abs=1e-4)
    assert [result.is_right for result in evaluation.results] == [True, True, False, None, None]
    assert (evaluation.judged, evaluation.top1) == (3, 2 / 3)
    assert "known picture format" in str(evaluation.results[4].problem)
    assert evaluation.mistakes == (2,)
    assert engine.evaluations.cached(network, collection) is evaluation


def test_a_sweep_evaluates_every_step_and_agrees_with_rotations_by_hand(engine: Engine, collection: Collection) -> None:
    network, axis = engine.network(MODEL), with_range(axis_along("rotation"), 0, 90, 3)
    sweep = engine.evaluations.sweep(network, collection, axis).result()
    before = [row.argmax() for row in probabilities(engine, 0)]
    for degrees, step, agreement in zip((0, 45, 90), sweep.steps, sweep.agreements, strict=True):
        answers = [row.argmax() for row in probabilities(engine, degrees)]
        assert [result.best[0].index for result in step.results[:4]] == answers
        assert agreement == np.mean(np.equal(answers, before))
    assert sweep.steps[0] is sweep.unchanged
    with pytest.raises(InvalidRequest, match="at most 25 steps"):
        engine.evaluations.sweep(network, collection, with_range(axis, 0, 90, 26))


def test_a_sweep_ends_when_nobody_waits_for_it(engine: Engine, collection: Collection) -> None:
    axis = with_range(axis_along("noise"), 1, 128, 25)
    handle = engine.evaluations.sweep(engine.network(MODEL), collection, axis)
    handle.release()
    with pytest.raises(Cancelled):
        handle.future.result(10)
    assert engine.evaluations.cached_sweep(engine.network(MODEL), collection, axis) is None


def test_a_picture_that_has_gone_is_a_problem_of_its_own(engine: Engine, rotated_cats: Collection) -> None:
    network = engine.network(MODEL)
    before = engine.evaluations.evaluate(network, rotated_cats).result()
    engine.pictures.delete(str(rotated_cats.pictures[0].id))
    after = engine.evaluations.evaluate(network, rotated_cats).result()
    assert "deleted or has expired" in str(after.results[0].problem)
    assert after.results[1] == before.results[1]


@pytest.fixture
def rotated_cats(engine: Engine, tmp_path: Path) -> Collection:
    """A cat in two positions that no other test has."""
    for degrees in (10, 20):
        Image.open(SAMPLES / "cat.jpg").rotate(degrees).save(tmp_path / f"{degrees}.png")
    return collection_of(engine, {path.name: path.read_bytes() for path in sorted(tmp_path.glob("*.png"))})


def test_whoever_tells_the_progress_looks_for_no_picture_again(
    engine: Engine, collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked some times a second, and would hold up every request meanwhile."""
    network = engine.network(MODEL)
    runs = [engine.evaluations.progress(network, collection, axis) for axis in (None, axis_along("rotation"))]
    monkeypatch.setattr(engine.collections, "present", lambda _: pytest.fail("looked again"))
    assert [tell() for tell in runs] == [(0, 0), (0, 0)]
