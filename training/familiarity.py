"""Writes into a card which energy nearly all training images keep: `python -m training.familiarity lenet5 --data DATA`.

It runs the shipped ONNX file with the server's own preprocessing, without PyTorch.
"""

from argparse import ArgumentParser
from pathlib import Path

import numpy as np

from app.analysis.familiarity import KNOWN_SHARE, energy_of
from app.nets.catalog import Catalog
from app.nets.preprocessing.view import view_of
from app.nets.runtime import start_runtime
from app.work.stop import Stop
from training.labelled_images import labelled_images
from training.measure import MODELS, add_to_card

STEP = {"digits": 30, "imagenette": 4}  # of the training images every one of so many is used: some 2,000


def energy_limit(model: str, data: Path, models: Path = MODELS) -> float:
    """The energy that `KNOWN_SHARE` of the training images keep, to three decimals."""
    network = Catalog(models, start_runtime("cpu", 0), open_limit=1).get(model)
    labels = network.card.labels
    images = labelled_images(labels, "train", data, STEP.get(labels, 1))
    energies = [energy_of(network.classify(view_of(image, network.card.input), Stop())) for image, _ in images]
    return round(float(np.quantile(energies, KNOWN_SHARE)), 3)


def write_limit(model: str, data: Path, models: Path = MODELS) -> None:
    """Measure the limit of a network, and write it into its card, before the hash of its file."""
    add_to_card(models / f"{model}.json", {"energy_limit": energy_limit(model, data, models)})


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", metavar="model", help="ids of shipped networks")
    parser.add_argument("--data", type=Path, required=True, help="the folder with mnist/ and imagenette/")
    arguments = parser.parse_args()
    for model in arguments.models:
        write_limit(model, arguments.data)


if __name__ == "__main__":
    main()
