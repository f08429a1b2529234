"""How often images get the warning of being unlike those of the training: a row of the README's table per network.

`python -m training.warning_rates lenet5 --data DATA --others FOLDER ...` runs the shipped file as the server does.
"""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.analysis.familiarity import energy_of
from app.nets.catalog import Catalog
from app.nets.network import Network
from app.nets.preprocessing.fit import RGB
from app.nets.preprocessing.view import view_of
from app.nets.runtime import start_runtime
from app.work.stop import Stop
from training.labelled_images import labelled_images
from training.measure import MODELS


class Measured(NamedTuple):
    """Of each image: its energy, and the index of its best class."""

    energies: NDArray[np.float64]
    best: NDArray[np.int64]


def images_in(folder: Path) -> Iterator[RGB]:
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png"}):
        yield np.asarray(Image.open(path).convert("RGB"))


def measure(network: Network, images: Iterable[RGB]) -> Measured:
    scores = [network.classify(view_of(image, network.card.input), Stop()) for image in images]
    return Measured(np.array([energy_of(each) for each in scores]), np.array([each.logits.argmax() for each in scores]))


def area(known: NDArray[np.float64], unknown: NDArray[np.float64]) -> float:
    """The area under the ROC curve: how often an unknown image has a higher energy than a known one (Mann-Whitney)."""
    order = np.sort(known)
    below, up_to = np.searchsorted(order, unknown, "left"), np.searchsorted(order, unknown, "right")
    return float((below + up_to).mean() / 2 / known.size)


def row(network: Network, data: Path, folders: Iterable[Path]) -> str:
    """A row of the table: the share of known images with a warning, how many of those were right, then each folder."""
    limit = network.card.energy_limit
    if limit is None:
        raise SystemExit(f"{network.id} has no energy_limit.")
    images, classes = zip(*labelled_images(network.card.labels, "val", data), strict=True)
    known = measure(network, images)
    is_warned = known.energies > limit
    is_right = (known.best == np.array(classes))[is_warned]
    cells = [f"{is_warned.mean():.1%}", f"{is_right.mean():.0%}" if is_right.size else "none"]
    for folder in folders:
        energies = measure(network, images_in(folder)).energies
        if not energies.size:
            raise SystemExit(f"{folder} has no pictures.")
        cells += [f"{area(known.energies, energies):.3f}", f"{(energies > limit).mean():.1%}"]
    return " | ".join([network.card.name, *cells])


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", metavar="model", help="ids of shipped networks")
    parser.add_argument("--data", type=Path, required=True, help="the folder with mnist/ and imagenette/")
    parser.add_argument("--others", type=Path, nargs="+", required=True, help="folders of pictures of other things")
    arguments = parser.parse_args()
    for model in arguments.models:
        network = Catalog(MODELS, start_runtime("cpu", 0), open_limit=1).get(model)
        print(row(network, arguments.data, arguments.others), flush=True)


if __name__ == "__main__":
    main()
