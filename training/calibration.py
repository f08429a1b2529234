"""Writes into a card how far to trust its probabilities: `python -m training.calibration lenet5 --data DATA`.

C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, "On Calibration of Modern Neural Networks", ICML 2017. It runs the shipped
ONNX file on the validation split with the server's own preprocessing, without PyTorch.
"""

from argparse import ArgumentParser
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.nets.card import Calibration, ReliabilityBin
from app.nets.catalog import Catalog
from app.nets.preprocessing.view import view_of
from app.nets.runtime import start_runtime
from app.work.stop import Stop
from training.labelled_images import labelled_images
from training.measure import MODELS, add_to_card

Logits = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

BINS = 15
TEMPERATURES = np.geomspace(0.2, 5, 600)


def calibration(logits: Logits, labels: Labels) -> Calibration:
    """How a network is calibrated on a split, with the temperature that makes the labels most probable.

    The error at the temperature is that of each half of the images at the temperature of the other half.

    Args:
        logits: (N, classes).
        labels: (N,).
    """
    halves = np.arange(len(labels)) % 2
    scaled = np.empty_like(logits)
    for half in (0, 1):
        scaled[halves == half] = logits[halves == half] / temperature(logits[halves != half], labels[halves != half])
    bins = reliability(logits, labels)
    return Calibration(
        temperature=round(temperature(logits, labels), 3),
        error=expected_error(bins),
        error_at_temperature=expected_error(reliability(scaled, labels)),
        images=len(labels),
        bins=bins,
    )


def temperature(logits: Logits, labels: Labels) -> float:
    """The one of `TEMPERATURES` at which the labels have the highest mean log-probability."""
    of_labels = np.arange(len(labels)), labels
    losses = [-_log_probabilities(logits / each)[of_labels].mean() for each in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def reliability(logits: Logits, labels: Labels) -> tuple[ReliabilityBin, ...]:
    """The images by the probability of their best class, in bins of equal width; empty bins are left out."""
    log_probabilities = _log_probabilities(logits)
    confidence = np.exp(log_probabilities.max(axis=1))
    right = log_probabilities.argmax(axis=1) == labels
    numbers = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return tuple(
        ReliabilityBin(
            images=int(chosen.sum()),
            confidence=round(100 * float(confidence[chosen].mean()), 2),
            accuracy=round(100 * float(right[chosen].mean()), 2),
        )
        for number in range(BINS)
        if (chosen := numbers == number).any()
    )


def expected_error(bins: tuple[ReliabilityBin, ...]) -> float:
    """The mean distance of confidence and accuracy over all images, in percentage points, to two decimals."""
    distance = sum(each.images * abs(each.confidence - each.accuracy) for each in bins)
    return round(distance / sum(each.images for each in bins), 2)


def _log_probabilities(logits: Logits) -> Logits:
    above = logits - logits.max(axis=1, keepdims=True)
    found: Logits = above - np.log(np.exp(above).sum(axis=1, keepdims=True))
    return found


def write_calibration(model: str, data: Path, models: Path = MODELS) -> None:
    """Measure a network on its validation split, and write the calibration into its card."""
    network = Catalog(models, start_runtime("cpu", 0), open_limit=1).get(model)
    logits, labels = [], []
    for image, label in labelled_images(network.card.labels, "val", data):
        logits.append(network.classify(view_of(image, network.card.input), Stop()).logits)
        labels.append(label)
    found = calibration(np.stack(logits).astype(np.float64), np.array(labels))
    add_to_card(models / f"{model}.json", {"calibration": found.model_dump()})


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", metavar="model", help="ids of shipped networks")
    parser.add_argument("--data", type=Path, required=True, help="the folder with mnist/ and imagenette/")
    arguments = parser.parse_args()
    for model in arguments.models:
        write_calibration(model, arguments.data)


if __name__ == "__main__":
    main()
