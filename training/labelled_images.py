"""The images that the networks trained here learnt from or are measured on, as the server is given them."""

import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import numpy as np

from app.nets.preprocessing.fit import RGB
from training.measure import is_photo, photos


def labelled_images(labels: str | None, split: str, data: Path, step: int = 1) -> Iterator[tuple[RGB, int]]:
    """Images (H, W, 3) uint8, each with its class.

    Args:
        labels: those of a network's card: "digits" or "imagenette".
        split: "train" or "val".
        data: the folder with `mnist/` and `imagenette/`.
        step: of the images every one of so many is given, from the first on.

    Raises:
        ValueError: the labels are others: such a network was trained elsewhere, and its images aren't here.
    """
    if labels == "digits":
        yield from _digits(split, data, step)
    elif labels == "imagenette":
        yield from _photos(data / "imagenette" / f"{split}.tar", step)
    else:
        raise ValueError(f"a network with the labels {labels} was trained on other images than these")


def _digits(split: str, data: Path, step: int) -> Iterator[tuple[RGB, int]]:
    with np.load(data / "mnist" / "mnist.npz") as arrays:
        digits, classes = arrays[f"x_{split}"][::step], arrays[f"y_{split}"][::step]
    for digit, label in zip(digits, classes, strict=True):
        yield np.repeat(np.pad(digit, 2)[:, :, np.newaxis], 3, axis=2), int(label)


def _photos(archive: Path, step: int) -> Iterator[tuple[RGB, int]]:
    """The classes are in the order of their WordNet ids."""
    with tarfile.open(archive) as tar:
        wnids = sorted({PurePosixPath(member.name).parent.name for member in tar if is_photo(member)})
    yield from ((pixels, wnids.index(wnid)) for wnid, _, pixels in photos(archive, step))
