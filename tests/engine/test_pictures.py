"""Pictures: stored as decoded, prepared as the network's card says."""

import io

import numpy as np
import pytest
from PIL import Image

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.errors import PictureError, UnknownImage
from app.nets.preprocessing.tensor import tensor_of


def test_a_photo_is_stored_as_pillow_decodes_it(engine: Engine, cat: bytes) -> None:
    upload = engine.pictures.add(lambda: cat).result()
    expected = np.asarray(Image.open(io.BytesIO(cat)))
    np.testing.assert_array_equal(engine.pictures.get(upload.stored.id), expected)
    assert (upload.stored.height, upload.stored.width) == expected.shape[:2]


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
