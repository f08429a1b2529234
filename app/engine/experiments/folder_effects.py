"""Folder effects: the channels of a layer switched off one by one for photos of each folder of a collection."""

from dataclasses import dataclass

from app.engine.experiments.collections import Collections
from app.engine.experiments.many_runs import ManyRuns
from app.engine.inference import Inference
from app.engine.pictures import Pictures
from app.engine.results import Key
from app.engine.runs import Runs
from app.errors import NotAvailable
from app.experiments.ablation import Ablation, read_ablation
from app.experiments.channel_effects import ChannelEffects, ChannelSwitches
from app.experiments.folder_effects import FolderEffects, MeasuredFolder, folder_effects, measured_folders
from app.images.collections import Collection
from app.nets.layer import Layer
from app.nets.network import Network
from app.work.job import JobHandle, Progress
from app.work.stop import Stop


@dataclass(frozen=True, slots=True)
class FolderEffectsKey(Key[FolderEffects]):
    """The effects of the channels of a layer for the classes of folders."""

    network: str
    layer: str
    folders: tuple[MeasuredFolder, ...]

    @property
    def images(self) -> tuple[str, ...]:
        return tuple(image for folder in self.folders for image in folder.images)


@dataclass(frozen=True, slots=True)
class EffectsQuestion:
    """A layer of a network, and the photos of each folder that are measured."""

    network: Network
    layer: Layer
    folders: tuple[MeasuredFolder, ...]

    @property
    def key(self) -> FolderEffectsKey:
        return FolderEffectsKey(self.network.fingerprint, self.layer.id, self.folders)


class FolderAblations:
    """Measures for collections what the classes of folders lose without each channel."""

    def __init__(self, runs: Runs, many_runs: ManyRuns, pictures: Pictures, collections: Collections) -> None:
        self._runs = runs
        self._many_runs = many_runs
        self._pictures = pictures
        self._collections = collections

    def question(self, network: Network, layer: Layer, collection: Collection) -> EffectsQuestion:
        """What is measured for a collection: reads which of its pictures are still stored.

        Raises:
            NotAvailable: the network predicts no classes, or the layer computes in whole numbers.
            InvalidRequest: no folder stands for a class, or there are too many folders and channels.
        """
        if not network.classes:
            raise NotAvailable("Channels are ranked for a class, and this network predicts no classes.")
        read_ablation(network, Ablation(layer.id))
        photos = self._collections.in_folders(collection)
        return EffectsQuestion(network, layer, measured_folders(photos, network.labels, layer.channels))

    def effects(self, question: EffectsQuestion) -> JobHandle[FolderEffects]:
        """The mean effects of setting each channel to zero.

        Raises:
            NotAvailable: the network's weights are not here. Through the handle: see `ChannelSwitches`.
            UnknownImage, TimedOut, NetworkError, NonFinite: through the handle.
        """
        network, layer = question.network, question.layer
        total = layer.channels * sum(len(folder.images) for folder in question.folders)

        def work(stop: Stop, progress: Progress) -> FolderEffects:
            switches, finished = ChannelSwitches(network, Ablation(layer.id)), 0

            def measure(image: str) -> ChannelEffects:
                nonlocal finished
                inference, before = Inference(network, image), finished
                activations = self._runs.activations(network, self._pictures.view(inference), stop)
                tensor = self._pictures.input_tensor(inference)
                finished += layer.channels
                return switches.effects(tensor, activations, stop, lambda done, _: progress(before + done, total))

            return folder_effects(question.folders, measure)

        return self._many_runs.compute(question.key, network, work)

    def cached(self, question: EffectsQuestion) -> FolderEffects | None:
        """The effects, if they are in memory."""
        return self._many_runs.cached(question.key)

    def progress(self, question: EffectsQuestion) -> tuple[int, int]:
        """How many runs are done, and how many there are; (0, 0) before the first."""
        return self._many_runs.progress(question.key)
