"""Reading layers: what probes answer for a picture, principal components, and what damage does to predictions."""

from dataclasses import dataclass

import numpy as np

from app.analysis.statistics import Statistics
from app.engine.activations import LayerOutputs, Values
from app.engine.experiments.many_runs import ManyRuns
from app.engine.inference import Inference
from app.engine.pictures import Pictures
from app.engine.results import DrawingKey, Key
from app.engine.runs import Runs
from app.errors import NonFinite, NotAvailable
from app.experiments.components import PrincipalBasis, basis_of, component_levels
from app.experiments.damage import Answer, Damage, DamagedAnswer, damaged_value, damaging
from app.experiments.folder_probes import FolderPhotos, FolderProbes, folder_probes
from app.experiments.intervention import IntervenedNetwork
from app.experiments.probe import ProbeReading, Reals, pooled, probe_layers
from app.experiments.probe_file import ProbeFolder
from app.nets.layer import Layer
from app.nets.network import Network
from app.nets.outputs import Activations
from app.rendering.drawing import Drawing
from app.rendering.maps import draw_colours
from app.work.job import JobHandle, Progress
from app.work.stop import Stop

MAX_CHANNELS = 4096  # of a layer whose components are computed
ImageIds = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadingsKey(Key[tuple[ProbeReading, ...]]):
    """What the probes of a network answer for a picture."""

    network: str
    image: str


@dataclass(frozen=True, slots=True)
class BasisKey(Key[PrincipalBasis]):
    """The principal components of a layer for the samples `images`."""

    network: str
    layer: str
    images: ImageIds


@dataclass(frozen=True, slots=True)
class ComponentsKey(DrawingKey):
    """The principal components of a layer, of the samples `images`, as colours."""

    network: str
    image: str
    layer: str
    images: ImageIds


@dataclass(frozen=True, slots=True)
class DamageKey(Key[tuple[DamagedAnswer, ...]]):
    """What a damaged network answers for a picture and for the samples `images`."""

    network: str
    image: str
    images: ImageIds
    damage: Damage


@dataclass(frozen=True, slots=True)
class FolderProbesKey(Key[FolderProbes]):
    """The probes of a network for folders of photos."""

    network: str
    photos: FolderPhotos

    @property
    def images(self) -> tuple[str, ...]:
        return self.photos.images


class LayerReading:
    """Questions to the layers of a network: of a run or two for each sample, or of a run for each photo of a folder."""

    def __init__(
        self, runs: Runs, many_runs: ManyRuns, layers: LayerOutputs, pictures: Pictures, probes: ProbeFolder
    ) -> None:
        self._runs = runs
        self._many_runs = many_runs
        self._layers = layers
        self._pictures = pictures
        self.probes = probes

    def readings(self, inference: Inference) -> JobHandle[tuple[ProbeReading, ...]]:
        """What the probe of each layer answers for a picture, in the order of depth.

        Raises:
            NotAvailable: the network has no probes, or its weights are not here.
            NetworkError, UnknownImage, TimedOut: through the handle.
        """
        network = inference.network
        self.probes.require(network)

        def work(activations: Activations, stop: Stop) -> tuple[ProbeReading, ...]:
            probes = self.probes.of(network).layers
            outputs = activations.layers
            return tuple(ProbeReading.of(network.layer(each), probe, outputs[each]) for each, probe in probes.items())

        return self._layers.compute(ReadingsKey(*inference.identity), inference, work)

    def folder_probes(self, network: Network, photos: FolderPhotos) -> JobHandle[FolderProbes]:
        """How well each layer tells folders of photos apart.

        Raises:
            NotAvailable: no layer can have a probe, or the network's weights are not here.
            NonFinite, UnknownImage, TimedOut, Overloaded: through the handle.
        """
        layers = [layer for layer in probe_layers(network.graph) if layer.channels <= MAX_CHANNELS]
        if not layers:
            raise NotAvailable(f"{network.card.name} has no layer that every path goes through.")

        def work(stop: Stop, progress: Progress) -> FolderProbes:
            rows: dict[str, list[Reals]] = {layer.id: [] for layer in layers}
            for done, image in enumerate(photos.images):
                progress(done, len(photos.images))
                view = self._pictures.view(Inference(network, image))
                outputs = self._runs.activations(network, view, stop).layers
                for layer in layers:
                    rows[layer.id].append(pooled(layer, _finite(layer, outputs[layer.id])))
            return folder_probes(photos, {layer: np.stack(each) for layer, each in rows.items()})

        return self._many_runs.compute(FolderProbesKey(network.fingerprint, photos), network, work)

    def folder_progress(self, network: Network, photos: FolderPhotos) -> tuple[int, int]:
        """How many runs are done, and how many there are; (0, 0) before the first."""
        return self._many_runs.progress(FolderProbesKey(network.fingerprint, photos))

    def cached_folder_probes(self, network: Network, photos: FolderPhotos) -> FolderProbes | None:
        """The probes for folders, if they are in memory."""
        return self._many_runs.cached(FolderProbesKey(network.fingerprint, photos))

    def basis(self, network: Network, layer: Layer, samples: ImageIds) -> JobHandle[PrincipalBasis]:
        """The principal components of a layer's cells for samples.

        Raises:
            NotAvailable: the layer has no maps, or too many, or the network's weights are not here.
            NonFinite, UnknownImage, TimedOut, Overloaded: through the handle.
        """
        if not layer.has_maps or layer.channels > MAX_CHANNELS:
            raise NotAvailable(
                f"{layer.name} has no maps that can be one colour for each cell.", channels=layer.channels
            )

        def work(stop: Stop) -> PrincipalBasis:
            maps = []
            for image in samples:
                view = self._pictures.view(Inference(network, image))
                output = self._runs.activations(network, view, stop).layers[layer.id]
                maps.append(_finite(layer, layer.maps_of(output)))
            return basis_of(maps)

        return self._runs.compute(BasisKey(network.fingerprint, layer.id, samples), network, work)

    def components(self, inference: Inference, layer: Layer, samples: ImageIds) -> JobHandle[Drawing]:
        """A layer's cells by their first three principal components, as red, green and blue; raises as `basis`."""

        def drawing(basis: PrincipalBasis) -> JobHandle[Drawing]:
            def draw(maps: Values, statistics: Statistics) -> Drawing:
                return draw_colours(component_levels(_finite(layer, maps), basis))

            key = ComponentsKey(*inference.identity, layer.id, samples)
            return self._layers.draw(key, inference, layer, draw)

        return self.basis(inference.network, layer, samples).then(drawing)

    def damage(self, inference: Inference, damage: Damage, samples: ImageIds) -> JobHandle[tuple[DamagedAnswer, ...]]:
        """What the network answers before and after the damage: for the picture, then for each of the samples.

        Raises:
            UnknownLayer: there is no such layer.
            NotAvailable: it has nothing that can be damaged so, the network predicts no classes, or its weights are
                not here.
            UnknownImage, TimedOut, Overloaded: through the handle.
        """
        network = inference.network
        network.require_weights()
        if not network.classes:
            raise NotAvailable(f"{network.card.name} gives no scores of classes, by which damage is measured.")
        value = damaged_value(network, damage)

        def work(stop: Stop) -> tuple[DamagedAnswer, ...]:
            damaged, change = IntervenedNetwork(network, [value]), damaging(network, damage)
            answers = []
            for image in (inference.image, *samples):
                each = Inference(network, image)
                before = self._runs.scores(network, self._pictures.view(each), stop)
                after = damaged.run(self._pictures.input_tensor(each), [change], stop).scores
                answers.append(DamagedAnswer(image, Answer.of(before), Answer.of(after)))
            return tuple(answers)

        return self._runs.compute(DamageKey(*inference.identity, samples, damage), network, work)


def _finite(layer: Layer, maps: Values) -> Values:
    if not np.isfinite(maps).all():
        raise NonFinite(f"{layer.name} holds NaN or infinity: nothing can be read from it.")
    return maps
