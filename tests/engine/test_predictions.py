"""Predictions: the network's scores, from as few runs as possible."""

import io
import threading
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.engine.pictures import DecodedPicture, Upload
from app.errors import StorageFull
from app.nets.card import InputSpec
from app.nets.outputs import Scores
from app.nets.preprocessing.fit import RGB
from app.settings import read_settings
from app.work.stop import Stop
from tests.conftest import wait_until
from tests.engine.conftest import Rotated


def test_a_cat_is_classified_as_a_cat(engine: Engine, inference: Inference) -> None:
    scores = engine.predictions.scores(inference).result()
    assert inference.network.labels[int(np.argmax(scores.scores))] in {"Egyptian cat", "tabby", "tiger cat"}


def test_classifying_a_photo_stores_it_and_gives_the_same_scores(engine: Engine, rotated: Rotated) -> None:
    network, photo = engine.network("squeezenet1_1"), rotated(1)
    classification = engine.predictions.classify(network, lambda: photo).result()
    image = classification.upload.stored.id
    np.testing.assert_array_equal(engine.pictures.get(image), np.asarray(Image.open(io.BytesIO(photo))))
    again = engine.predictions.scores(Inference(network, image)).result()
    np.testing.assert_array_equal(classification.scores.result().logits, again.logits)


def test_a_photo_that_there_is_no_room_for_is_not_run(
    rotated: Rotated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, photo = Engine(read_settings(data_dir=tmp_path)), rotated(3)

    def store(decoded: DecodedPicture) -> Upload:
        raise StorageFull("The server has no space left.")

    monkeypatch.setattr(engine.pictures, "store", store)
    ended = threading.Event()
    slots = read_settings().run_slots
    for number in range(slots):
        engine.results.runs.submit(number, lambda stop: ended.wait(60))
    wait_until(lambda: engine.results.runs.load.running == slots, "the run has to wait")
    with pytest.raises(StorageFull):
        engine.predictions.classify(engine.network("lenet5"), lambda: photo).result()
    assert engine.results.runs.load.waiting == 0
    ended.set()
    engine.close(5)


def test_a_photo_whose_activations_are_kept_is_not_run_again(engine: Engine, rotated: Rotated) -> None:
    network, photo = engine.network("squeezenet1_1"), rotated(2)
    image = engine.pictures.add(lambda: photo).result().stored.id
    activations = engine.layers.activations(Inference(network, image)).result()
    assert engine.predictions.classify(network, lambda: photo).result().scores.result() is activations.scores
    assert engine.predictions.scores(Inference(network, image)).result() is activations.scores


def test_scores_for_another_fit_are_kept(engine: Engine, inference: Inference) -> None:
    first = engine.predictions.scores(inference, "letterbox").result()
    assert engine.predictions.scores(inference, "letterbox").result() is first
    assert not np.array_equal(first.logits, engine.predictions.scores(inference).result().logits)


def test_runs_at_the_same_time_share_the_threads(
    rotated: Rotated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(read_settings(data_dir=tmp_path, threads=4, run_slots=2))
    network = engine.network("squeezenet1_1")
    photos = [rotated(quarters) for quarters in range(2)]
    images = [engine.pictures.add(partial(bytes, photo)).result().stored.id for photo in photos]
    inferences = [Inference(network, image) for image in images]
    classify, both, threads_given = network.classify, threading.Barrier(2), []

    def recording(view: RGB, stop: Stop, threads: int = 0, spec: InputSpec | None = None) -> Scores:
        threads_given.append(threads)
        if len(threads_given) > 1:
            both.wait(10)
        return classify(view, stop, threads, spec)

    monkeypatch.setattr(network, "classify", recording)
    engine.predictions.scores(inferences[0]).result()
    for handle in [engine.predictions.scores(inference) for inference in inferences]:
        handle.result()
    assert threads_given[0] == 4
    assert threads_given[2] == 2
    engine.close(5)
