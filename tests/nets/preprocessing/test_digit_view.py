"""Digits drawn here, and photos of them: the view is as in MNIST, and the network that ships reads it."""

from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from PIL import Image

from app.nets.card import read_card
from app.nets.preprocessing.digit_view import digit_note, digit_view
from app.nets.preprocessing.fit import Crop
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import crop_of, view_of
from tests.nets.preprocessing.written_digits import (
    MODELS,
    SETTINGS,
    SPEC,
    STROKES,
    WRITTEN,
    Grey,
    drawn,
    every_digit,
    photo,
    rgb,
)

SAMPLES = Path(__file__).parents[3] / "static" / "samples"


@cache
def lenet() -> ort.InferenceSession:
    return ort.InferenceSession(MODELS / "lenet5.onnx", providers=["CPUExecutionProvider"])


def read(grey: Grey) -> int:
    return int(lenet().run(None, {"input": tensor_of(view_of(rgb(grey), SPEC), SPEC)})[0].argmax())


@pytest.mark.parametrize("setting", SETTINGS)
@every_digit
def test_a_digit_is_classified_in_any_light(digit: int, setting: str) -> None:
    assert read(SETTINGS[setting](drawn(digit, *WRITTEN))) == digit


@pytest.mark.parametrize(
    ("height", "pen", "size", "at"),
    [
        (20, 2, (28, 28), (4, 4)),
        (24, 3, (700, 500), (400, 30)),
        (100, 9, (110, 110), (3, 5)),
        (400, 14, (500, 640), (90, 40)),
    ],
    ids=["28 pixels", "small on a large page", "filling the picture", "a thin pen"],
)
@every_digit
def test_a_digit_is_classified_at_any_size(
    digit: int, height: int, pen: int, size: tuple[int, int], at: tuple[int, int]
) -> None:
    assert read(255 - drawn(digit, height, pen, size, at)) == digit


@pytest.mark.parametrize("dark", [False, True], ids=["white on black", "black on white"])
@every_digit
def test_a_digit_is_classified_when_it_is_cropped_tightly(digit: int, dark: bool) -> None:
    page = drawn(digit, 60, 8, (100, 100), (20, 20))
    rows, columns = np.flatnonzero(page.any(axis=1)), np.flatnonzero(page.any(axis=0))
    cut = page[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    assert read(255 - cut if dark else cut) == digit


@every_digit
def test_a_picture_as_in_mnist_is_unchanged(digit: int) -> None:
    """20 pixels in their longer side, centre of mass on pixel (14, 14) of 28x28: what comes out is what went in."""
    first = view_of(rgb(drawn(digit, 200, 22, (280, 280), (50, 40))), SPEC)
    mnist = first[2:-2, 2:-2]
    np.testing.assert_array_equal(view_of(mnist, SPEC), first)
    np.testing.assert_array_equal(view_of(255 - mnist, SPEC), first)


@every_digit
def test_the_ink_is_twenty_pixels_long_and_its_centre_of_mass_in_the_middle(digit: int) -> None:
    ink = view_of(rgb(drawn(digit, *WRITTEN)), SPEC)[..., 0].astype(float)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    assert ink.max() == 255
    assert abs(ink.sum(axis=1) @ np.arange(32) / ink.sum() - 16) <= 0.5
    assert abs(ink.sum(axis=0) @ np.arange(32) / ink.sum() - 16) <= 0.5


def test_the_crop_is_the_digit_without_specks_and_pieces_at_the_edge() -> None:
    page = np.zeros((200, 300), np.uint8)
    page[60:140, 100:112] = 255
    page[20:22, 250:252] = 255
    page[180:, 30:40] = 255
    assert crop_of(rgb(page), SPEC) == Crop(100, 60, 12, 80)
    assert crop_of(rgb(255 - page), SPEC) == Crop(100, 60, 12, 80)


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (2, 3), (28, 28), (300, 200)])
@pytest.mark.parametrize("level", [0, 127, 255])
def test_the_view_of_a_blank_page_is_black_and_its_crop_the_whole_page(shape: tuple[int, int], level: int) -> None:
    page = rgb(np.full(shape, level, np.uint8))
    np.testing.assert_array_equal(view_of(page, SPEC), np.zeros((32, 32, 3), np.uint8))
    assert crop_of(page, SPEC) == Crop(0, 0, shape[1], shape[0])


def test_squares_of_the_paper_hardly_reach_the_view_of_a_pencil() -> None:
    differences = []
    for digit in STROKES:
        pencil = drawn(digit, *WRITTEN) // 2
        plain = np.full(pencil.shape, 200.0)
        squared = plain.copy()
        squared[::30] = squared[:, ::30] = 172
        views = [digit_view(photo(pencil, light), SPEC).astype(int) for light in (plain, squared)]
        differences.append(abs(views[0] - views[1]).mean())
    assert np.mean(differences) < 12, "20 if the squares count as ink"


@pytest.mark.parametrize("setting", SETTINGS)
@every_digit
def test_a_detected_digit_has_no_note(digit: int, setting: str) -> None:
    assert digit_note(rgb(SETTINGS[setting](drawn(digit, *WRITTEN))), SPEC) is None


@pytest.mark.parametrize(
    ("photo", "said"),
    [
        ("cat", "not look like the strokes"),
        ("astronaut", "is empty"),
        ("coffee", "has 5 pieces"),
        ("rocket", "has 5 pieces"),
    ],
)
def test_a_photo_without_a_digit_has_a_note(photo: str, said: str) -> None:
    picture = np.asarray(Image.open(SAMPLES / f"{photo}.jpg").convert("RGB"))
    note = digit_note(picture, SPEC)
    assert note is not None
    assert said in note
    assert ("empty" in said) == (not view_of(picture, SPEC).any())


def test_only_networks_for_digits_have_notes() -> None:
    spec = read_card(MODELS / "squeezenet1_1.json").input
    assert digit_note(rgb(np.zeros((50, 50), np.uint8)), spec) is None
