"""Probes for folders of photos: how well each layer tells the folders apart, by cross-validation."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.errors import InvalidRequest
from app.experiments.probe import ClassIndices, Reals, accuracy, fit_probe

FOLDS = 5
LEAST_PHOTOS = 3  # in a folder; one with fewer is left out


@dataclass(frozen=True, slots=True)
class FolderPhotos:
    """Photos by id, the folder of each as an index, and the names of the folders; `left_out` counts the others."""

    images: tuple[str, ...]
    labels: tuple[int, ...]
    folders: tuple[str, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class FolderProbes:
    """The share of photos that each probe has right, (linear, nearest) by layer; each photo was left out once.

    `chance` is the share of the largest folder: what guessing it is worth. `left_out` photos took no part.
    """

    folders: tuple[str, ...]
    photos: int
    left_out: int
    folds: int
    chance: float
    layers: Mapping[str, tuple[float, float]]


def folder_photos(photos: Sequence[tuple[str, str]]) -> FolderPhotos:
    """The photos, each an id and a folder, of the folders with enough of them.

    A copy of a photo in the same folder is left out: else the one would be judged by probes that were trained on the
    other. So is a photo that is in several folders: it shows none of them rather than the others.

    Raises:
        InvalidRequest: there are fewer than two such folders.
    """
    places = Counter(image for image, _ in dict.fromkeys(photos))
    distinct = [(image, folder) for image, folder in dict.fromkeys(photos) if places[image] == 1]
    counts = Counter(folder for _, folder in distinct)
    folders = sorted(folder for folder, count in counts.items() if folder and count >= LEAST_PHOTOS)
    if len(folders) < 2:
        raise InvalidRequest(f"Probes need two folders of at least {LEAST_PHOTOS} photos each.", least=LEAST_PHOTOS)
    chosen = [(image, folders.index(folder)) for image, folder in distinct if folder in folders]
    images, labels = zip(*chosen, strict=True)
    return FolderPhotos(images, labels, tuple(folders), len(photos) - len(chosen))


def folder_probes(photos: FolderPhotos, rows: Mapping[str, Reals]) -> FolderProbes:
    """The probes for pooled maps of each layer, (photos, channels)."""
    labels = np.array(photos.labels)
    smallest, largest = min(Counter(photos.labels).values()), max(Counter(photos.labels).values())
    folds = min(FOLDS, smallest)
    parts = fold_numbers(labels, folds)
    layers = {layer: cross_validate(each, labels, parts) for layer, each in rows.items()}
    return FolderProbes(photos.folders, len(labels), photos.left_out, folds, largest / len(labels), layers)


def fold_numbers(labels: ClassIndices, folds: int) -> ClassIndices:
    """The fold of each photo: those of a class are dealt out in turn."""
    numbers = np.zeros_like(labels)
    for each in np.unique(labels):
        places = np.flatnonzero(labels == each)
        numbers[places] = np.arange(len(places)) % folds
    return numbers


def cross_validate(rows: Reals, labels: ClassIndices, parts: ClassIndices) -> tuple[float, float]:
    """The share that the linear classifier and the nearest class mean have right, each fold by the other ones."""
    classes = int(labels.max()) + 1
    linear, nearest = np.zeros((2, len(labels), classes))
    for part in np.unique(parts):
        left_out = parts == part
        probe = fit_probe(rows[~left_out], labels[~left_out], classes)
        linear[left_out] = probe.linear_scores(rows[left_out])
        nearest[left_out] = -probe.distances(rows[left_out])
    return accuracy(linear, labels), accuracy(nearest, labels)
