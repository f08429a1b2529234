"""The facade: pictures in, arrays out, each run once."""

import io
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.engine.engine import Engine
from app.errors import PictureError, UnknownImage, UnknownModel
from app.nets.network import Scores
from app.nets.preprocessing.fit import RGB
from app.settings import read_settings
from app.work.stop import Stop


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine(read_settings(data_dir=tmp_path_factory.mktemp("data")))
    yield engine
    engine.close(5)


def rotated(photo: bytes, quarters: int) -> bytes:
    file = io.BytesIO()
    Image.open(io.BytesIO(photo)).rotate(90 * quarters, expand=True).save(file, "PNG")
    return file.getvalue()


def test_a_photo_is_stored_and_classified(engine: Engine, cat: bytes) -> None:
    upload = engine.add_image(lambda: cat).result()
    network = engine.network("squeezenet1_1")
    scores = engine.scores(network, upload.stored.id).result()
    assert network.labels[int(np.argmax(scores.scores))] in {"Egyptian cat", "tabby", "tiger cat"}


def test_classifying_a_photo_stores_it_and_says_the_same(engine: Engine, cat: bytes) -> None:
    network, photo = engine.network("squeezenet1_1"), rotated(cat, 1)
    coming = engine.classify(network, lambda: photo).result()
    scores = coming.scores.result()
    np.testing.assert_array_equal(engine.picture(coming.upload.stored.id), np.asarray(Image.open(io.BytesIO(photo))))
    np.testing.assert_array_equal(scores.logits, engine.scores(network, coming.upload.stored.id).result().logits)


def test_a_photo_whose_activations_are_there_is_not_run_again(engine: Engine, cat: bytes) -> None:
    network, photo = engine.network("squeezenet1_1"), rotated(cat, 2)
    activations = engine.activations(network, engine.add_image(lambda: photo).result().stored.id).result()
    assert engine.classify(network, lambda: photo).result().scores.result() is activations.scores


def test_activations_asked_for_twice_are_run_once(engine: Engine, cat: bytes) -> None:
    image = engine.add_image(lambda: cat).result().stored.id
    network = engine.network("squeezenet1_1")
    before = engine.status().runs.started
    first = engine.activations(network, image).result()
    assert engine.activations(network, image).result() is first
    assert engine.status().runs.started == before + 1


def test_what_was_made_while_its_asker_waited_is_not_made_again(engine: Engine) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def busy(stop: Stop) -> tuple[str, int]:
        begun.set()
        go_on.wait(10)
        return "busy", 1

    slots = [engine.keep(("slot", number), busy) for number in range(read_settings().run_slots)]
    assert begun.wait(10)
    waiting = engine.keep("wanted", lambda stop: ("made again", 1))
    engine.put("wanted", "made meanwhile", 1)
    go_on.set()
    assert waiting.result() == "made meanwhile"
    assert {slot.result() for slot in slots} == {"busy"}


def test_scores_come_from_activations_that_are_there(engine: Engine, cat: bytes) -> None:
    upload = engine.add_image(lambda: cat).result()
    network = engine.network("squeezenet1_1")
    activations = engine.activations(network, upload.stored.id).result()
    assert engine.scores(network, upload.stored.id).result() is activations.scores


def test_the_statistics_of_every_layer_are_those_of_numpy(engine: Engine, cat: bytes) -> None:
    image = engine.add_image(lambda: cat).result().stored.id
    network = engine.network("squeezenet1_1")
    activations = engine.activations(network, image).result()
    statistics = engine.statistics(network, image, activations).result()
    for layer, activation in activations.layers.items():
        assert statistics[layer].layer.mean == pytest.approx(activation.mean(dtype=np.float64), rel=1e-4, abs=1e-6)
        assert statistics[layer].channels.max.shape == activation.shape[:1]


def test_runs_beside_one_another_share_the_threads(cat: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(read_settings(data_dir=tmp_path, threads=4, run_slots=2))
    network = engine.network("squeezenet1_1")
    photos = [rotated(cat, quarters) for quarters in range(2)]
    images = [engine.add_image(partial(bytes, photo)).result().stored.id for photo in photos]
    classify, both, given = network.classify, threading.Barrier(2), []

    def noting(view: RGB, stop: Stop, threads: int = 0) -> Scores:
        given.append(threads)
        if len(given) > 1:
            both.wait(10)
        return classify(view, stop, threads)

    monkeypatch.setattr(network, "classify", noting)
    engine.scores(network, images[0]).result()
    for ticket in [engine.scores(network, image) for image in images]:
        ticket.result()
    assert given[0] == 4
    assert given[2] == 2
    engine.close(5)


def test_a_picture_survives_a_restart(cat: bytes, tmp_path: Path) -> None:
    first = Engine(read_settings(data_dir=tmp_path))
    upload = first.add_image(lambda: cat).result()
    first.close(5)
    second = Engine(read_settings(data_dir=tmp_path))
    assert second.picture(upload.stored.id).shape == (upload.stored.height, upload.stored.width, 3)
    np.testing.assert_array_equal(second.picture(upload.stored.id), np.asarray(Image.open(io.BytesIO(cat))))
    second.close(5)


def test_what_is_not_there_is_an_error_of_its_kind(engine: Engine) -> None:
    network = engine.network("squeezenet1_1")
    with pytest.raises(UnknownModel):
        engine.network("nothing")
    with pytest.raises(UnknownImage):
        engine.activations(network, "0" * 32).result()
    with pytest.raises(PictureError):
        engine.add_image(lambda: b"<html>").result()
