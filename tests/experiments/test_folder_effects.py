"""Mean effects of channels on the classes of folders, with logits that are small enough to add up by hand."""

import csv
import io

import numpy as np
import pytest

from app.errors import InvalidRequest
from app.experiments.channel_effects import ChannelEffects
from app.experiments.folder_effects import (
    FolderEffects,
    MeasuredFolder,
    NeededChannel,
    folder_effects,
    folder_effects_table,
    measured_folders,
)

LABELS = ("tabby", "tiger cat", "golf ball")
GOLF, CATS = MeasuredFolder("=golf ball", (2,), ("a", "b")), MeasuredFolder("cat", (0, 1), ("c",))


def effects_of(before: list[float], *without_each: list[float]) -> ChannelEffects:
    logits, first = np.array(without_each, np.float32), np.array(before, np.float32)
    return ChannelEffects(logits, logits, first, first)


PHOTOS = {
    "a": effects_of([0, 0, 9], [0, 0, 8], [0, 0, 4], [0, 0, 10]),
    "b": effects_of([0, 0, 5], [0, 0, 2], [0, 0, 4], [0, 0, 7]),
    "c": effects_of([1, 3, 0], [0, 3, 0], [1, 1, 0], [1, 2, 0]),  # the class of two is `tiger cat`
}


@pytest.fixture
def effects() -> FolderEffects:
    return folder_effects((GOLF, CATS), PHOTOS.__getitem__)


def test_the_effect_on_a_folder_is_the_mean_of_what_its_class_loses_in_each_photo(effects: FolderEffects) -> None:
    np.testing.assert_array_equal(effects.drops, [[2, 3, -1.5], [0, 2, 1]])


def test_the_strongest_channels_come_first_and_those_without_a_loss_are_left_out(effects: FolderEffects) -> None:
    assert [effects.strongest(0), effects.strongest(1)] == [(1, 0), (1, 2)]
    assert effects.needed() == (NeededChannel(1, 2, 2.5),)


def test_the_table_has_every_channel_and_no_name_is_a_formula(effects: FolderEffects) -> None:
    rows = list(csv.reader(io.StringIO(folder_effects_table(effects))))
    assert rows == [["channel", "'=golf ball", "cat"], ["0", "2.0", "0.0"], ["1", "3.0", "2.0"], ["2", "-1.5", "1.0"]]


def test_few_photos_of_each_folder_that_stands_for_a_class_are_measured() -> None:
    photos = [(str(number), folder) for number in range(9) for folder in ("golf_ball", "notes", "cat", "")]
    golf, cats = measured_folders(photos, LABELS, channels=64)
    assert (golf.name, golf.classes, golf.images) == ("golf_ball", (2,), ("0", "1", "2", "3", "4"))
    assert (cats.name, cats.classes) == ("cat", (1,))
    assert [len(each.images) for each in measured_folders(photos, LABELS, channels=4000)] == [2, 2]  # 16 000 runs
    with pytest.raises(InvalidRequest, match="At most 20000 runs"):
        measured_folders(photos, LABELS, channels=10_001)
    with pytest.raises(InvalidRequest, match="No folder is named after a class"):
        measured_folders([("0", "notes"), ("1", "")], LABELS, channels=1)
