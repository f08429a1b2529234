"""Folder effects: which channels of a layer matter for the classes of folders, as means over photos of each folder."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.errors import InvalidRequest
from app.experiments.accuracy.folder_classes import classes_of_folder
from app.experiments.channel_effects import ChannelEffects
from app.experiments.sweep_table import plain

MAX_PHOTOS = 5  # of each folder
MAX_RUNS = 20_000  # of the network's end: channels times photos
STRONGEST = 8  # channels of a class that count as those it needs most


@dataclass(frozen=True, slots=True)
class MeasuredFolder:
    """A folder that stands for classes, and the photos in it that are measured, by id."""

    name: str
    classes: tuple[int, ...]
    images: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NeededChannel:
    """A channel that is among the strongest of `folders` folders; `drop` is its mean over all folders."""

    channel: int
    folders: int
    drop: float


@dataclass(frozen=True, slots=True, eq=False)
class FolderEffects:
    """By how much the logit of each folder's class falls without each channel: the mean of its photos.

    `drops` is (folders, channels), negative where the logit rises.
    """

    folders: tuple[MeasuredFolder, ...]
    drops: npt.NDArray[np.float64]

    def strongest(self, folder: int) -> tuple[int, ...]:
        """The channels without which the class falls most, at most `STRONGEST`, in falling order."""
        order = np.argsort(-self.drops[folder], kind="stable")[:STRONGEST].tolist()
        return tuple(channel for channel in order if self.drops[folder, channel] > 0)

    def needed(self) -> tuple[NeededChannel, ...]:
        """The channels that are among the strongest of two folders or more, those of most folders first."""
        counts = Counter(channel for folder in range(len(self.folders)) for channel in self.strongest(folder))
        means = self.drops.mean(axis=0)
        shared = [NeededChannel(each, count, float(means[each])) for each, count in counts.items() if count > 1]
        return tuple(sorted(shared, key=lambda each: (-each.folders, -each.drop, each.channel)))


def measured_folders(
    photos: Sequence[tuple[str, str]], labels: Sequence[str], channels: int
) -> tuple[MeasuredFolder, ...]:
    """The folders that stand for classes, each with its first photos; `photos` are ids with the names of folders.

    There are at most `MAX_PHOTOS` of each folder, and fewer where all of them would take more than `MAX_RUNS` runs.

    Raises:
        InvalidRequest: no folder stands for a class, or one photo of each would take too many runs.
    """
    known = {name: classes_of_folder(labels, name).classes for name in dict.fromkeys(folder for _, folder in photos)}
    names = [name for name, classes in known.items() if classes]
    if not names:
        raise InvalidRequest("No folder is named after a class of this network.")
    count = min(MAX_PHOTOS, MAX_RUNS // (channels * len(names)))
    if not count:
        raise InvalidRequest(f"At most {MAX_RUNS} runs: choose a layer with fewer channels, or fewer folders.")
    return tuple(
        MeasuredFolder(name, known[name], tuple(dict.fromkeys(image for image, each in photos if each == name))[:count])
        for name in names
    )


def folder_effects(folders: Sequence[MeasuredFolder], effects_of: Callable[[str], ChannelEffects]) -> FolderEffects:
    """The means over the photos of each folder; `effects_of` measures one."""
    drops = [np.mean([own_drops(each, effects_of(image)) for image in each.images], axis=0) for each in folders]
    return FolderEffects(tuple(folders), np.array(drops, np.float64))


def own_drops(folder: MeasuredFolder, effects: ChannelEffects) -> npt.NDArray[np.float32]:
    """The drops of the folder's class; of several, the one with the highest logit for the photo."""
    return effects.drops(max(folder.classes, key=lambda index: float(effects.logits_before[index])))


def folder_effects_table(effects: FolderEffects) -> str:
    """The effects as comma-separated values: a row for each channel, a column for each folder."""
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(["channel", *(plain(folder.name) for folder in effects.folders)])
    table.writerows([channel, *column] for channel, column in enumerate(effects.drops.T.tolist()))
    return file.getvalue()
