"""Measures lenet5 on MNIST's validation digits as people bring them: on paper, in bad light, cut out, in blue ink.

`python -m training.digit_photos --data DATA` prints README's table; runs without PyTorch. What is random depends on the
seed alone.
"""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from PIL import Image

from app.nets.card import InputSpec, read_card
from app.nets.preprocessing.fit import RGB
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of
from training.digit_scenes import scene
from training.measure import MODELS

SEED = 0
PAGE = (400, 500)  # rows, columns
PHOTO = (480, 640)
PENCIL = (40.0, 40.0, 40.0)
BLUE, RED = (40.0, 60.0, 150.0), (170.0, 40.0, 50.0)
RULED = 40  # pixels from line to line

Grey = npt.NDArray[np.uint8]  # (H, W), white on black
Plane = npt.NDArray[np.float64]
Random = np.random.Generator
Setting = Callable[[Grey, Random], RGB]


def rgb(grey: npt.NDArray[np.generic]) -> RGB:
    """Three equal planes, (H, W, 3) uint8."""
    return np.repeat(np.asarray(grey).clip(0, 255).astype(np.uint8)[..., None], 3, axis=-1)


def enlarged(digit: Grey, side: int) -> Grey:
    """The digit's picture with `side` pixels in its rows and columns."""
    return np.asarray(Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC))


def written(digit: Grey, random: Random, size: tuple[int, int], sides: tuple[int, int]) -> Plane:
    """How much ink lies where on a page of `size`, 0 to 1: the digit anywhere on it, `sides` pixels large."""
    side = int(random.integers(*sides))
    top, left = (int(random.integers(0, length - side + 1)) for length in size)
    page = np.zeros(size)
    page[top : top + side, left : left + side] = enlarged(digit, side) / 255
    return page


def light(random: Random) -> Plane:
    """Paper in light from one side, (rows, columns)."""
    rows, columns = (np.linspace(-0.5, 0.5, length) for length in PHOTO)
    slope = random.uniform(-60, 60, 2)
    return 180 + slope[0] * rows[:, None] + slope[1] * columns[None, :]


def shadow(random: Random) -> Plane:
    """The same with a hard shadow over a part of it."""
    paper = light(random)
    edge = int(random.integers(PHOTO[1] // 4, 3 * PHOTO[1] // 4))
    paper[:, edge:] *= 0.6
    return paper


def corners(random: Random) -> Plane:
    """The same, darker towards the corners."""
    rows, columns = (np.linspace(-1, 1, length) for length in PHOTO)
    return light(random) * (1 - 0.25 * (rows[:, None] ** 2 + columns[None, :] ** 2))


def table(random: Random) -> Plane:
    """The same with a strip of dark table in sight on one side."""
    paper = light(random)
    paper[:, : int(random.integers(20, 60))] = 50
    return paper


def photo(paper: Callable[[Random], Plane], ink: tuple[float, float, float] = PENCIL) -> Setting:
    """A digit of 80 to 300 pixels on this paper, with a camera's noise."""

    def taken(digit: Grey, random: Random) -> RGB:
        ground = paper(random)[..., None] / 255
        covered = written(digit, random, PHOTO, (80, 301))[..., None]
        levels = 255 * ground * (1 - covered) + np.array(ink) * ground * covered
        return (levels + random.normal(0, 4, levels.shape)).clip(0, 255).astype(np.uint8)

    return taken


def ruled(squared: bool) -> Callable[[Random], Plane]:
    """Paper with faint lines, or with squares."""

    def paper(random: Random) -> Plane:
        page = light(random)
        page[RULED::RULED] -= 35
        if squared:
            page[:, RULED::RULED] -= 35
        return page

    return paper


def cut(digit: Grey, least: int, margin: int = 0) -> Grey:
    """What is at least as bright as `least`, with a margin of so many pixels around it."""
    rows, columns = (np.flatnonzero((digit >= least).any(axis=axis)) for axis in (1, 0))
    page = np.pad(digit, margin)
    return page[rows[0] : rows[-1] + 1 + 2 * margin, columns[0] : columns[-1] + 1 + 2 * margin]


def tenfold(digit: Grey) -> Grey:
    rows, columns = digit.shape
    return np.asarray(Image.fromarray(digit).resize((10 * columns, 10 * rows), Image.Resampling.BICUBIC))


def hard(digit: Grey, _: Random) -> RGB:
    return rgb(np.where(enlarged(digit, 280) >= 128, 0, 255))


SETTINGS: Mapping[str, tuple[int, Setting]] = {
    "as they are": (5000, lambda digit, _: rgb(digit)),
    "black on white": (5000, lambda digit, _: rgb(255 - digit)),
    "black on white, 280 pixels, hard edges": (100, hard),
    "black on a white page of 400x500, anywhere": (
        100,
        lambda digit, random: rgb(255 * (1 - written(digit, random, PAGE, (60, 301)))),
    ),
    "made a photo: light from one side, noise, 80 to 300 pixels of 640x480": (100, photo(light)),
    "the same with a shadow across": (100, photo(shadow)),
    "the same with dark corners": (100, photo(corners)),
    "the same with a strip of dark table in sight": (100, photo(table)),
    "the same in blue ink": (100, photo(light, BLUE)),
    "the same in red ink": (100, photo(light, RED)),
    "the same in blue ink on ruled paper": (100, photo(ruled(squared=False), BLUE)),
    "the same in blue ink on squared paper": (100, photo(ruled(squared=True), BLUE)),
    "cut out to the very edges of what is not black": (500, lambda digit, _: rgb(cut(digit, 1))),
    "the same, black on white": (500, lambda digit, _: rgb(255 - cut(digit, 1))),
    "cut out where it is brighter than 64, so that strokes end at the edges": (
        500,
        lambda digit, _: rgb(cut(digit, 64)),
    ),
    "cut out to the edges, black on white, ten times as large": (
        100,
        lambda digit, _: rgb(255 - tenfold(cut(digit, 1))),
    ),
    "cut out with one pixel of margin": (500, lambda digit, _: rgb(cut(digit, 1, margin=1))),
    "cut out with two pixels of margin": (500, lambda digit, _: rgb(cut(digit, 1, margin=2))),
}


# Of MNIST's validation digits, in scenes of this seed. The second part was never looked at while the code was written.
SCENES: Mapping[str, tuple[slice, int]] = {
    "as people bring them: any paper, pen, slant, light, shadow and camera": (slice(0, 1000), 1),
    "the same, other digits and scenes": (slice(2500, 5000), 2),
}


def right(
    session: ort.InferenceSession, spec: InputSpec, pictures: Iterable[RGB], labels: npt.NDArray[np.int64]
) -> float:
    """Per cent of the pictures whose digit the network says, prepared as the server does."""
    views = [tensor_of(view_of(picture, spec), spec) for picture in pictures]
    said = [session.run(None, {"input": view})[0][0].argmax() for view in views]
    return float(100 * np.mean(said == labels))


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with mnist/")
    with np.load(parser.parse_args().data / "mnist" / "mnist.npz") as arrays:
        digits, labels = arrays["x_val"], arrays["y_val"].astype(np.int64)
    spec = read_card(MODELS / "lenet5.json").input
    session = ort.InferenceSession(MODELS / "lenet5.onnx", providers=["CPUExecutionProvider"])
    print("| | digits | correct |\n|---|---|---|")
    for name, (count, setting) in SETTINGS.items():
        random = np.random.default_rng(SEED)
        pictures = [setting(digit, random) for digit in digits[:count]]
        print(f"| {name} | {count} | {right(session, spec, pictures, labels[:count]):.2f} |", flush=True)
    for name, (chosen, seed) in SCENES.items():
        scenes = (scene(digit, np.random.default_rng((seed, number))) for number, digit in enumerate(digits[chosen]))
        count = len(labels[chosen])
        print(f"| {name} | {count} | {right(session, spec, scenes, labels[chosen]):.2f} |", flush=True)


if __name__ == "__main__":
    main()
