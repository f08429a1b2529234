"""What each means of training gains alone: `python -m training.regularisation.ablation` prints a table.

A ResNet-18 of half width learns from small photos for a few epochs, once without any of the means and once with each.
Every tenth photo of the training split is held out and scored at the end; the validation split is not looked at.
Teachers have learnt from the photos that are held out, too: their rows say more than they may.
"""

from argparse import ArgumentParser
from dataclasses import replace
from math import comb
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from training.recipes import Recipe
from training.train import RUNS, Run, splits

PLAIN = Recipe(
    "resnet18",
    "imagenette",
    sizes=((8, 64),),
    peak_rate=0.2,
    options={"width": 0.5},
    label_smoothing=0.0,
    average=0.0,
    scored="held out",
)
MEANS = {
    "none of them": PLAIN,
    "averaged weights": replace(PLAIN, average=0.995),
    "label smoothing, 0.1": replace(PLAIN, label_smoothing=0.1),
    "mixup, alpha 0.2": replace(PLAIN, mixup=0.2),
    "CutMix, alpha 1": replace(PLAIN, cutmix=1.0),
    "erasing in half of the photos": replace(PLAIN, erased=0.5),
    "stochastic depth, up to 0.2": replace(PLAIN, dropped=0.2),
    "half the epochs at 48 pixels": replace(PLAIN, sizes=((4, 48), (4, 64))),
    "shown at 80 pixels": replace(PLAIN, shown=80),
    "twice the epochs": replace(PLAIN, sizes=((16, 64),)),
    "EfficientNet-Lite0, half of the loss": replace(PLAIN, teachers=("efficientnet_lite0",), taught=0.5),
    "own networks, half of the loss": replace(
        PLAIN, teachers=("alexnet-imagenette", "vgg16-imagenette", "googlenet-imagenette"), taught=0.5
    ),
}


class Result(NamedTuple):
    """Of each photo that was held out, whether it was right and the probability of its class."""

    right: NDArray[np.bool_]
    of_label: NDArray[np.float64]


def result_of(recipe: Recipe, data: Path, out: Path, folder: str) -> Result:
    """Train, or go on where an earlier call stopped, and score what was held out."""
    train, held_out = splits(recipe, data, out / "cache")
    run = Run(recipe, train, held_out)
    if (out / folder / "checkpoint.pt").exists():
        run.resume(out / folder)
    while len(run.curve) < recipe.epochs:
        run.epoch()
        run.save(out / folder)
    probabilities = run.probabilities().numpy().astype(np.float64)
    labels = held_out.labels
    return Result(probabilities.argmax(1) == labels, probabilities[np.arange(len(labels)), labels])


def sign_test(gained: int, lost: int) -> float:
    """The two-sided probability of so uneven a split, or a more uneven one, by chance alone."""
    count = gained + lost
    tail = sum(comb(count, k) for k in range(max(gained, lost), count + 1))
    return float(min(1.0, 2 * tail / 2**count))


def row(name: str, result: Result, plain: Result) -> str:
    """A row of the table: accuracy, mean loss, and photos that are right only with it, and only without."""
    gained, lost = (int((a & ~b).sum()) for a, b in ((result.right, plain.right), (plain.right, result.right)))
    loss = -np.log(np.maximum(result.of_label, 1e-9)).mean()
    compared = "" if result is plain else f"{gained}, {lost} (p = {sign_test(gained, lost):.2g})"
    cells = [name, f"{result.right.mean():.1%}", f"{loss:.3f}", compared]
    return f"| {' | '.join(cells)} |".replace("%", " %").replace("|  |", "| |")


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with imagenette/")
    parser.add_argument("--out", type=Path, default=RUNS / "ablation", help="where checkpoints and decoded photos go")
    arguments = parser.parse_args()
    plain = None
    for number, (name, recipe) in enumerate(MEANS.items()):
        result = result_of(recipe, arguments.data, arguments.out, str(number))
        plain = plain or result
        print(row(name, result, plain), flush=True)


if __name__ == "__main__":
    main()
