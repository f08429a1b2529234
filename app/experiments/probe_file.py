"""The file of a network's probes, models/probes/<id>.npz: arrays for each layer, most of half precision."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from app.errors import NetworkError, NotAvailable
from app.experiments.probe import LayerProbe, Reals
from app.nets.network import Network

ARRAYS = {  # of a probe, with their types in the file
    "mean": np.float32,
    "deviation": np.float32,
    "class_means": np.float16,
    "weights": np.float16,
    "bias": np.float32,
}


@dataclass(frozen=True, slots=True)
class Probes:
    """The probes of a network by layer id, in the order of depth.

    `network` is the SHA-256 of its ONNX file. `trained` and `held_out` count the images that they were trained on, and
    those that their accuracy was measured on, which neither the network nor a probe was trained on.
    """

    network: str
    trained: int
    held_out: int
    layers: Mapping[str, LayerProbe]


def write_probes(path: Path, probes: Probes) -> None:
    """Write the file; the same probes give the same bytes."""
    arrays: dict[str, Any] = {
        f"{layer}:{name}": np.asarray(values, dtype=ARRAYS[name])
        for layer, probe in probes.layers.items()
        for name, values in asdict(probe).items()
        if name in ARRAYS
    }
    accuracies = [[probe.linear_accuracy, probe.nearest_accuracy] for probe in probes.layers.values()]
    np.savez_compressed(
        path,
        network=np.array(probes.network),
        layers=np.array(list(probes.layers)),
        images=np.array([probes.trained, probes.held_out]),
        accuracies=np.array(accuracies, dtype=np.float32),
        **arrays,
    )


class ProbeFolder:
    """The probes of the shipped networks, read when they are asked for and kept. Safe to use from several threads."""

    def __init__(self, models: Path) -> None:
        """`models` is the folder of networks; the probes are in one below it."""
        self._folder = models / "probes"
        self._read: dict[str, Probes] = {}

    def has(self, network: Network) -> bool:
        """Whether the network has probes."""
        return self._path(network).is_file()

    def require(self, network: Network) -> None:
        """Raises NotAvailable if the network has no probes."""
        if not self.has(network):
            raise NotAvailable(
                f"{network.card.name} has no probes. They are trained for the shipped ten-class networks."
            )

    def of(self, network: Network) -> Probes:
        """The probes of a network.

        Raises:
            NotAvailable: it has none.
            NetworkError: their file can't be read, or it is for another ONNX file.
        """
        known = self._read.get(network.fingerprint)
        if known is None:
            self.require(network)
            known = self._read[network.fingerprint] = read_probes(self._path(network), network)
        return known

    def _path(self, network: Network) -> Path:
        return self._folder / f"{network.id}.npz"


def read_probes(path: Path, network: Network) -> Probes:
    """The probes of a network in a file.

    Raises:
        NetworkError: the file can't be read, or it is for another ONNX file.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        probes = _probes(arrays)
    except Exception as error:  # NumPy and zipfile document no set of exceptions for damaged files
        raise NetworkError(f"The probes of {network.card.name} can't be read.") from error
    if probes.network != network.card.sha256 or not all(_fits(network, *each) for each in probes.layers.items()):
        raise NetworkError(f"The probes of {network.card.name} are for another file of the network.")
    return probes


def _probes(arrays: Mapping[str, Reals]) -> Probes:
    trained, held_out = (int(count) for count in arrays["images"])
    layers = {
        str(layer): LayerProbe(
            **{name: arrays[f"{layer}:{name}"].astype(np.float64) for name in ARRAYS},
            linear_accuracy=float(linear),
            nearest_accuracy=float(nearest),
        )
        for layer, (linear, nearest) in zip(arrays["layers"], arrays["accuracies"], strict=True)
    }
    return Probes(str(arrays["network"]), trained, held_out, MappingProxyType(layers))


def _fits(network: Network, layer: str, probe: LayerProbe) -> bool:
    known = network.graph.by_id.get(layer)
    return known is not None and probe.class_means.shape == probe.weights.shape == (network.classes, known.channels)


def rounded(probe: LayerProbe) -> LayerProbe:
    """The probe with the numbers that its file holds."""
    numbers = {name: getattr(probe, name).astype(dtype).astype(np.float64) for name, dtype in ARRAYS.items()}
    return replace(probe, **numbers)
