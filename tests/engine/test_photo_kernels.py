"""Kernels on stored photos: computed once, from the photo shrunk to a bounded size."""

import io

import numpy as np
from PIL import Image

from app.arithmetic.photo_kernel import MAX_SIDE, PhotoKernel
from app.engine.engine import Engine

IDENTITY = ((0.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 0.0))


def test_the_identity_gives_the_photo_without_its_edge(engine: Engine, cat: bytes) -> None:
    image = engine.pictures.add(lambda: cat).result().stored.id
    response = engine.photo_kernels.response(image, PhotoKernel(IDENTITY, in_colour=True)).result()
    expected = engine.pictures.get(image).transpose(2, 0, 1)[:, 1:-1, 1:-1]
    np.testing.assert_array_equal(response.values, expected)
    assert response.photo_size == engine.pictures.get(image).shape[:2]
    assert engine.photo_kernels.response(image, PhotoKernel(IDENTITY, in_colour=True)).result() is response


def test_a_large_photo_is_shrunk(engine: Engine) -> None:
    file = io.BytesIO()
    Image.new("RGB", (2 * MAX_SIDE + 2, 40)).save(file, "PNG")
    image = engine.pictures.add(file.getvalue).result().stored.id
    response = engine.photo_kernels.response(image, PhotoKernel(IDENTITY)).result()
    assert max(response.photo_size) <= MAX_SIDE
