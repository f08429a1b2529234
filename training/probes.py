"""Trains the probes of shipped networks: `python -m training.probes lenet5 --data DATA`, into models/probes/.

It runs the shipped ONNX file with the server's own preprocessing, without PyTorch. The accuracy of a probe is measured
on the validation split.
"""

from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.experiments.probe import ClassIndices, LayerProbe, Reals, accuracy, fit_probe, pooled, probe_layers
from app.experiments.probe_file import Probes, rounded, write_probes
from app.nets.catalog import Catalog
from app.nets.network import Network
from app.nets.preprocessing.fit import RGB
from app.nets.preprocessing.view import view_of
from app.nets.runtime import start_runtime
from app.work.stop import Stop
from training.labelled_images import labelled_images
from training.measure import MODELS

STEP = {"digits": 20, "imagenette": 4}  # of the training images every one of so many is used
Pooled = tuple[dict[str, Reals], ClassIndices]  # of each layer, (N, C), and the class of each image


def pool_layers(network: Network, images: Iterable[tuple[RGB, int]]) -> Pooled:
    """The pooled maps of every layer that gets a probe."""
    layers = probe_layers(network.graph)
    rows: dict[str, list[Reals]] = {layer.id: [] for layer in layers}
    labels = []
    for image, label in images:
        activations = network.activations(view_of(image, network.card.input), Stop())
        labels.append(label)
        for layer in layers:
            rows[layer.id].append(pooled(layer, activations.layers[layer.id]))
    return {layer: np.stack(each) for layer, each in rows.items()}, np.array(labels)


def train_probes(network: Network, training: Pooled, held_out: Pooled) -> Probes:
    """The probes as their file holds them, with their accuracy on the images that were held out."""
    (rows, labels), (other_rows, other_labels) = training, held_out
    layers = {
        layer: _measured(rounded(fit_probe(rows[layer], labels, network.classes)), other_rows[layer], other_labels)
        for layer in rows
    }
    return Probes(str(network.card.sha256), len(labels), len(other_labels), layers)


def _measured(probe: LayerProbe, pooled_maps: Reals, labels: ClassIndices) -> LayerProbe:
    return replace(
        probe,
        linear_accuracy=accuracy(probe.linear_scores(pooled_maps), labels),
        nearest_accuracy=accuracy(-probe.distances(pooled_maps), labels),
    )


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", metavar="model", help="ids of shipped networks with ten classes")
    parser.add_argument("--data", type=Path, required=True, help="the folder with mnist/ and imagenette/")
    arguments = parser.parse_args()
    for model in arguments.models:
        network = Catalog(MODELS, start_runtime("cpu", 0), open_limit=1).get(model)
        labels = str(network.card.labels)
        training = pool_layers(network, labelled_images(labels, "train", arguments.data, STEP.get(labels, 1)))
        held_out = pool_layers(network, labelled_images(labels, "val", arguments.data))
        write_probes(MODELS / "probes" / f"{model}.npz", train_probes(network, training, held_out))


if __name__ == "__main__":
    main()
