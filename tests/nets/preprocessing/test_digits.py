"""Digits drawn here, and photos of them: the view is of MNIST's kind, and the network that ships reads it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
import pytest
from PIL import Image, ImageDraw, ImageFilter

from app.nets.card import read_card
from app.nets.preprocessing.digits import extent_of, ink_of
from app.nets.preprocessing.fit import Crop
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import crop_of, note_of, view_of

Grey = npt.NDArray[np.uint8]

MODELS = Path(__file__).parents[3] / "models"
SAMPLES = Path(__file__).parents[3] / "static" / "samples"
SPEC = read_card(MODELS / "lenet5.json").input
# Each digit as a hand draws it: strokes from point to point, x and y from 0 to 10, y down.
STROKES = {
    0: [[(5, 0), (2, 2), (1, 5), (2, 9), (5, 10), (8, 8), (8, 4), (7, 1), (5, 0)]],
    1: [[(6, 0), (5, 5), (4, 10)]],
    2: [[(1, 2), (3, 0), (6, 0), (8, 2), (7, 5), (3, 8), (1, 10), (5, 9), (9, 10)]],
    3: [[(1, 1), (4, 0), (7, 1), (7, 3), (4, 5), (7, 6), (8, 8), (6, 10), (3, 10), (1, 9)]],
    4: [[(2, 0), (1, 5), (3, 6), (8, 5)], [(8, 0), (7, 5), (6, 10)]],
    5: [[(8, 0), (3, 0), (2, 4), (5, 4), (8, 6), (7, 9), (4, 10), (1, 9)]],
    6: [[(6, 0), (3, 3), (1, 7), (3, 10), (6, 9), (7, 7), (5, 6), (2, 7)]],
    7: [[(1, 1), (5, 1), (8, 0), (6, 5), (4, 10)]],
    8: [[(6, 5), (3, 4), (2, 2), (5, 0), (8, 1), (6, 4), (3, 7), (2, 9), (5, 10), (7, 8), (6, 5)]],
    9: [[(7, 1), (4, 0), (2, 2), (3, 5), (6, 4), (7, 1), (7, 5), (6, 10)]],
}
every_digit = pytest.mark.parametrize("digit", STROKES)


def drawn(digit: int, height: int, pen: int, size: tuple[int, int], at: tuple[int, int]) -> Grey:
    """White on black, (rows, columns) of `size`, the digit's corner at (x, y); the pen is round."""
    page = Image.new("L", (size[1], size[0]))
    ink = ImageDraw.Draw(page)
    for stroke in STROKES[digit]:
        points = [(at[0] + x * height / 10, at[1] + y * height / 10) for x, y in stroke]
        ink.line(points, fill=255, width=pen, joint="curve")
        for x, y in points:
            ink.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=255)
    return np.asarray(page.filter(ImageFilter.GaussianBlur(pen / 8)))


def photo(written: Grey, light: npt.NDArray[np.float64], seed: int = 0) -> Grey:
    """Dark ink on paper in this light, with a camera's noise."""
    noise = np.random.default_rng(seed).normal(0, 4, written.shape)
    return np.asarray((light * (1 - 0.75 * (written / 255.0)) + noise).clip(0, 255), np.uint8)


def across(size: tuple[int, int]) -> npt.NDArray[np.float64]:
    """0 at the left edge to 1 at the right, (rows, columns)."""
    return np.tile(np.linspace(0, 1, size[1]), (size[0], 1))


def table(size: tuple[int, int]) -> npt.NDArray[np.float64]:
    """White paper that leaves a dark table in sight at the top and on the left."""
    light = np.full(size, 210.0)
    light[:30], light[:, :40] = 60, 50
    return light


PAGE = (360, 480)
WRITTEN = (200, 18, PAGE, (160, 90))
SETTINGS: dict[str, Callable[[Grey], Grey]] = {
    "white on black": lambda written: written,
    "black on white": lambda written: 255 - written,
    "light from the right": lambda written: photo(written, 90 + 150 * across(PAGE)),
    "light from above": lambda written: photo(written, 225 - 110 * across(PAGE[::-1]).T),
    "a shadow's edge": lambda written: photo(written, np.where(across(PAGE) < 0.5, 120.0, 220.0)),
    "dark corners": lambda written: photo(written, 230 - 480 * (across(PAGE) - 0.5) ** 2),
    "a table in sight": lambda written: photo(written, table(PAGE)),
    "chalk on a board": lambda written: np.asarray(40 + 0.7 * written, np.uint8),
}


def rgb(grey: Grey) -> Grey:
    return np.repeat(grey[..., np.newaxis], 3, axis=2)


def read(grey: Grey) -> int:
    session = ort.InferenceSession(MODELS / "lenet5.onnx", providers=["CPUExecutionProvider"])
    return int(session.run(None, {"input": tensor_of(view_of(rgb(grey), SPEC), SPEC)})[0].argmax())


@pytest.mark.parametrize("setting", SETTINGS)
@every_digit
def test_a_digit_is_read_however_it_was_taken(digit: int, setting: str) -> None:
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
def test_a_digit_is_read_at_any_size(
    digit: int, height: int, pen: int, size: tuple[int, int], at: tuple[int, int]
) -> None:
    assert read(255 - drawn(digit, height, pen, size, at)) == digit


@pytest.mark.parametrize("dark", [False, True], ids=["white on black", "black on white"])
@every_digit
def test_a_digit_is_read_when_it_is_cut_out_to_its_very_edges(digit: int, dark: bool) -> None:
    page = drawn(digit, 60, 8, (100, 100), (20, 20))
    rows, columns = np.flatnonzero(page.any(axis=1)), np.flatnonzero(page.any(axis=0))
    cut = page[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    assert read(255 - cut if dark else cut) == digit


@every_digit
def test_a_picture_such_as_mnists_stays_as_it_is(digit: int) -> None:
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


def test_light_leaves_no_ink() -> None:
    written = drawn(2, *WRITTEN)
    ink = ink_of(SETTINGS["light from the right"](written))
    assert (ink[written == 0] == 0).mean() > 0.99
    assert ink[written == 255].min() > 50


@pytest.mark.parametrize("at", [(5, 5), (390, 20), (20, 270), (380, 265)])
def test_light_from_one_side_is_no_edge_that_a_small_digit_was_cut_out_to(at: tuple[int, int]) -> None:
    """Its ink is the digit's alone, wherever on the page it is; its paper was once taken for ink."""
    written = drawn(9, 80, 8, PAGE, at)
    ink = ink_of(photo(written, 135 + 60 * across(PAGE) + 30 * across(PAGE[::-1]).T))
    assert (ink[written == 0] == 0).mean() > 0.99
    left, top, right, bottom = extent_of(ink) or (0, 0, 0, 0)
    assert abs(bottom - top - 88) <= 6
    assert right - left < 80


def test_the_part_used_is_the_digit_without_specks_and_without_what_touches_the_edge() -> None:
    page = np.zeros((200, 300), np.uint8)
    page[60:140, 100:112] = 255
    page[20:22, 250:252] = 255
    page[180:, 30:40] = 255
    assert crop_of(rgb(page), SPEC) == Crop(100, 60, 12, 80)
    assert crop_of(rgb(255 - page), SPEC) == Crop(100, 60, 12, 80)


def test_a_digit_that_touches_the_edge_is_taken_where_there_is_no_other() -> None:
    page = np.zeros((60, 60), np.uint8)
    page[:50, 28:34] = 255
    assert extent_of(ink_of(page)) == (28, 0, 34, 50)


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (2, 3), (28, 28), (300, 200)])
@pytest.mark.parametrize("level", [0, 127, 255])
def test_a_blank_page_is_black_and_used_whole(shape: tuple[int, int], level: int) -> None:
    page = rgb(np.full(shape, level, np.uint8))
    np.testing.assert_array_equal(view_of(page, SPEC), np.zeros((32, 32, 3), np.uint8))
    assert crop_of(page, SPEC) == Crop(0, 0, shape[1], shape[0])


def test_paper_and_noise_are_no_ink() -> None:
    noisy = photo(np.zeros((300, 400), np.uint8), 120 + 60 * across((300, 400)))
    assert extent_of(ink_of(noisy)) is None


@pytest.mark.parametrize("setting", SETTINGS)
@every_digit
def test_of_a_digit_that_was_found_there_is_nothing_to_say(digit: int, setting: str) -> None:
    assert note_of(rgb(SETTINGS[setting](drawn(digit, *WRITTEN))), SPEC) is None


@pytest.mark.parametrize(
    ("photo", "said"),
    [
        ("cat", "not like the strokes"),
        ("astronaut", "empty field"),
        ("coffee", "in 4 pieces"),
        ("rocket", "in 5 pieces"),
    ],
)
def test_a_photo_without_a_digit_is_said_to_have_none(photo: str, said: str) -> None:
    picture = np.asarray(Image.open(SAMPLES / f"{photo}.jpg").convert("RGB"))
    note = note_of(picture, SPEC)
    assert note is not None
    assert said in note
    assert ("empty" in said) == (not view_of(picture, SPEC).any())


def test_only_a_network_that_looks_for_digits_misses_them() -> None:
    spec = read_card(MODELS / "squeezenet1_1.json").input
    assert note_of(rgb(np.zeros((50, 50), np.uint8)), spec) is None
