"""Pictures: stored as decoded, prepared as the network's card says."""

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.errors import PictureError, UnknownImage
from app.images.perturbations.change import Change
from app.nets.preprocessing.tensor import tensor_of
from app.settings import read_settings
from tests.conftest import wait_until
from tests.images.heif import heic


def test_a_photo_is_stored_as_pillow_decodes_it(engine: Engine, cat: bytes) -> None:
    upload = engine.pictures.add(lambda: cat).result()
    expected = np.asarray(Image.open(io.BytesIO(cat)))
    np.testing.assert_array_equal(engine.pictures.get(upload.stored.id), expected)
    assert (upload.stored.height, upload.stored.width) == expected.shape[:2]


def test_a_changed_photo_is_a_photo_of_its_own(engine: Engine, cat: bytes) -> None:
    image = engine.pictures.add(lambda: cat).result().stored.id
    upload = engine.pictures.change(image, (Change("flip", (1, 0)),)).result()
    np.testing.assert_array_equal(engine.pictures.get(upload.stored.id), np.fliplr(engine.pictures.get(image)))
    assert engine.pictures.change(upload.stored.id, (Change("flip", (1, 0)),)).result().stored.id == image


def test_a_photo_in_heic_is_stored_as_it_was_encoded(engine: Engine, cat: bytes) -> None:
    pixels = np.asarray(Image.open(io.BytesIO(cat)))
    stored = engine.pictures.add(lambda: heic(pixels)).result().stored
    assert stored.format == "HEIC"
    np.testing.assert_array_equal(engine.pictures.get(stored.id), pixels)


def test_heic_is_among_the_formats_where_it_can_be_decoded(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "HEIC" in engine.pictures.formats()
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    assert "HEIC" not in engine.pictures.formats()


def test_the_view_has_the_size_of_the_input_and_the_tensor_is_made_of_it(engine: Engine, inference: Inference) -> None:
    spec = inference.network.card.input
    view = engine.pictures.view(inference)
    assert view.shape == (spec.height, spec.width, 3)
    np.testing.assert_array_equal(engine.pictures.input_tensor(inference), tensor_of(view, spec)[0])


def test_another_fit_gives_another_view(engine: Engine, inference: Inference) -> None:
    own, letterboxed = engine.pictures.view(inference), engine.pictures.view(inference, "letterbox")
    assert own.shape == letterboxed.shape
    assert not np.array_equal(own, letterboxed)


def test_a_note_is_for_networks_of_digits(engine: Engine, inference: Inference) -> None:
    assert engine.pictures.note(inference).result() is None
    assert engine.pictures.note(Inference(engine.network("lenet5"), inference.image)).result() is not None


def test_bytes_that_are_no_picture_are_an_error(engine: Engine) -> None:
    with pytest.raises(PictureError):
        engine.pictures.add(lambda: b"<html>").result()


def test_a_picture_that_is_not_there_is_an_error(engine: Engine, inference: Inference) -> None:
    with pytest.raises(UnknownImage):
        engine.pictures.get("0" * 32)


def test_with_a_picture_all_that_was_computed_from_it_is_deleted(engine: Engine, inference: Inference) -> None:
    summary = engine.layers.summary(inference).result()
    assert summary.statistics
    assert engine.status().caches["activations"].entries > 0
    engine.pictures.delete(inference.image)
    assert engine.status().caches["activations"].entries == 0
    with pytest.raises(UnknownImage):
        engine.pictures.require(inference.image)


def test_pictures_expire_by_themselves_with_all_that_was_computed_from_them(tmp_path: Path, cat: bytes) -> None:
    engine = Engine(read_settings(data_dir=tmp_path, store_ttl_s=1))
    try:
        image = engine.pictures.add(lambda: cat).result().stored.id
        engine.layers.summary(Inference(engine.network("lenet5"), image)).result()
        wait_until(lambda: not list(tmp_path.rglob("*.npy")), "the picture has expired", 10)
        wait_until(lambda: engine.status().caches["activations"].entries == 0, "its results are gone", 10)
        with pytest.raises(UnknownImage):
            engine.pictures.require(image)
    finally:
        engine.close(5)
