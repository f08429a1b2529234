"""Probes for folders: cross-validation by hand on few rows, and which photos take part."""

from dataclasses import replace

import numpy as np
import pytest

from app.errors import InvalidRequest
from app.experiments.folder_probes import cross_validate, fold_numbers, folder_photos, folder_probes

PHOTOS = [*((f"a{n}", "apples") for n in range(4)), *((f"b{n}", "pears") for n in range(3)), ("c", "plums"), ("d", "")]


def test_only_folders_with_enough_photos_take_part() -> None:
    photos = folder_photos(PHOTOS)
    assert photos.folders == ("apples", "pears")
    assert photos.images == ("a0", "a1", "a2", "a3", "b0", "b1", "b2")
    assert photos.labels == (0, 0, 0, 0, 1, 1, 1)
    assert photos.left_out == 2
    with pytest.raises(InvalidRequest, match="two folders"):
        folder_photos(PHOTOS[:4])


def test_a_copy_of_a_photo_is_left_out() -> None:
    """It would be judged by probes that were trained on the photo itself."""
    photos = folder_photos([*PHOTOS, ("a1", "apples"), ("b0", "pears"), ("c", "plums"), ("c", "plums")])
    assert photos == replace(folder_photos(PHOTOS), left_out=2 + 4)


def test_a_photo_in_two_folders_is_in_neither() -> None:
    """Its probes would be trained on it with the one label and judge it by the other."""
    photos = folder_photos([*PHOTOS, ("a4", "apples"), ("a4", "pears")])
    assert photos == replace(folder_photos(PHOTOS), left_out=2 + 2)


def test_each_photo_is_judged_by_means_of_the_others() -> None:
    rows = np.array([[0.0], [1.0], [10.0], [11.0], [12.0], [0.5]])
    labels = np.array([0, 0, 1, 1, 1, 1])
    right = 0
    for place, row in enumerate(rows):
        rest = np.arange(6) != place
        means = [rows[rest & (labels == each)].mean() for each in (0, 1)]
        right += int(np.abs(row - means).argmin()) == labels[place]
    assert cross_validate(rows, labels, np.arange(6))[1] == right / 6 == 5 / 6


def test_folds_have_photos_of_every_class() -> None:
    assert fold_numbers(np.array([0, 1, 0, 1, 0, 1, 1]), 3).tolist() == [0, 0, 1, 1, 2, 2, 0]


def test_folders_that_differ_are_told_apart_and_noise_is_not() -> None:
    rng = np.random.default_rng(0)
    photos = folder_photos([(f"{n}", "ab"[n % 2]) for n in range(60)])
    noise = rng.standard_normal((60, 200))
    probes = folder_probes(photos, {"noise": noise, "clear": noise + 9 * np.array(photos.labels)[:, np.newaxis]})
    assert probes.layers["clear"] == (1.0, 1.0)
    assert max(probes.layers["noise"]) < 0.75
    assert (probes.chance, probes.folds, probes.photos) == (0.5, 5, 60)


def test_the_fewest_photos_choose_a_penalty_too() -> None:
    """Two folders of three photos leave four to fit each probe."""
    photos = folder_photos([(f"{n}", "ab"[n % 2]) for n in range(6)])
    rows = np.array(photos.labels)[:, np.newaxis] + np.linspace(0, 0.1, 6)[:, np.newaxis]
    assert folder_probes(photos, {"clear": rows}).layers["clear"] == (1.0, 1.0)
