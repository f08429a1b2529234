"""Trains one of the networks that ship: `python -m training.train resnet18-imagenette`.

The training split is learnt from. Most recipes score the validation split after every epoch, and it was looked at to
choose them, so it is no fresh measure of a network; `Recipe.scored` says how often. The last epoch's averaged weights
are the result, not the best epoch's.
"""

import csv
import hashlib
import math
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from training.copies import LABELS
from training.data import READERS, VARIATIONS, Pictures, normalized, resized
from training.export import weights_of
from training.folding import unfold_batch_norm
from training.loss import Batch, loss_of
from training.nets import NETWORKS
from training.recipes import CLASSES, RECIPES, Recipe
from training.regularisation.blending import blended
from training.regularisation.depth import drop_branches
from training.regularisation.teachers import Teacher, lesson
from training.response_norm import quicken

RUNS = Path(__file__).parent.parent / ".cache" / "training"
WARM_UP = 0.25
MOMENTUM = 0.9
UNFOLDED_ON = 512
HELD_OUT = 10
_PROCESSOR = torch.cpu.get_capabilities()
QUICK_BFLOAT16 = bool(_PROCESSOR.get("avx512_bf16") or _PROCESSOR.get("amx_bf16"))


@dataclass(frozen=True)
class Epoch:
    """A line of the curve: losses and accuracies in per cent; `val` is the averaged weights', at the final size."""

    epoch: int
    size: int
    rate: float
    train_loss: float
    train_top1: float
    val_loss: float
    val_top1: float
    seconds: float

    def __str__(self) -> str:
        train, val = (f"{self.train_loss:.3f} {self.train_top1:.1f} %", f"{self.val_loss:.3f} {self.val_top1:.2f} %")
        return f"epoch {self.epoch} at {self.size} px: train {train}, val {val}, {self.seconds:.0f} s"


def rate(recipe: Recipe, epoch: float) -> float:
    """The learning rate of one cycle after the other.

    Args:
        recipe: holds the cycles.
        epoch: how many have passed, with the share of the one under way.
    """
    if recipe.again and epoch >= recipe.first_epochs:
        epochs, peak = recipe.again
        return _in_cycle(peak, (epoch - recipe.first_epochs) / epochs)
    return _in_cycle(recipe.peak_rate, epoch / recipe.first_epochs)


def _in_cycle(peak: float, progress: float) -> float:
    """A cosine up to the peak over the first quarter, a cosine down to 0 after it; `progress` goes from 0 to 1."""
    if progress < WARM_UP:
        return peak * (0.04 + 0.96 * (1 - math.cos(math.pi * progress / WARM_UP)) / 2)
    return peak * (1 + math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP))) / 2


class Run:
    """A network on its way: its weights, their average, the optimiser, and the epochs behind it."""

    def __init__(self, recipe: Recipe, train: Pictures, val: Pictures) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.train, self.val = recipe, train, val
        self.teachers = [Teacher(model, LABELS[recipe.data]) for model in recipe.teachers]
        self.bfloat16 = recipe.bfloat16 and QUICK_BFLOAT16
        network = quicken(NETWORKS[recipe.network](classes=CLASSES, **recipe.options))
        if recipe.dropped:
            drop_branches(network, recipe.dropped)
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in its stub
        self.average = deepcopy(self.network).eval().requires_grad_(False)
        weights = [parameter for parameter in self.network.parameters() if parameter.ndim > 1]
        others = [parameter for parameter in self.network.parameters() if parameter.ndim <= 1]
        groups = [{"params": weights, "weight_decay": recipe.weight_decay}, {"params": others, "weight_decay": 0.0}]
        self.optimizer: torch.optim.Optimizer = (
            torch.optim.AdamW(groups, recipe.peak_rate)
            if recipe.optimizer == "adamw"
            else torch.optim.SGD(groups, recipe.peak_rate, momentum=MOMENTUM, nesterov=True)
        )
        self.curve: list[Epoch] = []
        self.steps = 0
        self.started_from: str | None = None

    def start_from(self, export: Path) -> None:
        """Begin with the weights of an exported network instead of random ones."""
        content = export.read_bytes()
        random = np.random.default_rng(self.recipe.seed)
        chosen = random.choice(len(self.train.labels), min(UNFOLDED_ON, len(self.train.labels)), replace=False)
        varied = VARIATIONS[self.recipe.data](self.train.pixels[chosen], self.recipe.size_in(0), random)
        pictures = normalized(varied, self.recipe.mean, self.recipe.std)
        unfold_batch_norm(self.network, weights_of(onnx.load_from_string(content)), pictures)
        self.average.load_state_dict(self.network.state_dict())
        self.started_from = hashlib.sha256(content).hexdigest()

    def epoch(self) -> None:
        """One pass over the training split, and a look at the validation split."""
        number, started = len(self.curve), time.monotonic()
        size = self.recipe.size_in(number)
        loss = correct = 0.0
        # An epoch's randomness depends on its number alone, so that a resumed run goes on as it would have.
        torch.manual_seed(self.recipe.seed + number)
        self.network.train()
        with tqdm(
            total=len(self.train.labels), desc=f"epoch {number + 1}", unit="photo", leave=False, disable=None
        ) as bar:
            for batch in self._batches(number, size):
                found, scores = self._step(batch)
                labels = batch.labels if batch.labels.ndim == 1 else batch.labels.argmax(1)
                loss += found * len(labels)
                correct += (scores.argmax(1) == labels).sum().item()
                bar.update(len(labels))
                bar.set_postfix(loss=f"{found:.3f}", refresh=False)
        looked = self.recipe.scored != "val at the end" or number + 1 == self.recipe.epochs
        val_loss, val_top1 = self.validate() if looked else (math.nan, math.nan)
        count = len(self.train.labels)
        reached, seconds = self.optimizer.param_groups[0]["lr"], time.monotonic() - started
        self.curve.append(
            Epoch(number + 1, size, reached, loss / count, 100 * correct / count, val_loss, val_top1, seconds)
        )

    def _batches(self, number: int, size: int) -> Iterator[Batch]:
        random = np.random.default_rng((self.recipe.seed, number))
        order = random.permutation(len(self.train.labels))
        steps = math.ceil(len(order) / self.recipe.batch)
        for step, chosen in enumerate(np.array_split(order, steps)):
            for group in self.optimizer.param_groups:
                group["lr"] = rate(self.recipe, number + step / steps)
            varied = VARIATIONS[self.recipe.data](self.train.pixels[chosen], size, random)
            pictures, labels = blended(varied, torch.from_numpy(self.train.labels[chosen]), self.recipe, random)
            said = lesson(self.teachers, pictures, self.recipe.temperature) if self.teachers else None
            yield Batch(normalized(pictures, self.recipe.mean, self.recipe.std), labels, said)

    def _step(self, batch: Batch) -> tuple[float, Tensor]:
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bfloat16):
            outputs = self.network(batch.pictures)
        loss = loss_of(outputs, batch, self.recipe)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # not in its stub
        self.optimizer.step()
        self.steps += 1
        self._follow()
        return loss.item(), outputs if isinstance(outputs, Tensor) else outputs[0]

    @torch.no_grad()
    def _follow(self) -> None:
        """Move the average a little towards the weights; further at first, to forget the random start."""
        kept = min(self.recipe.average, (1 + self.steps) / (10 + self.steps))
        for average, now in zip(self.average.state_dict().values(), self.network.state_dict().values(), strict=True):
            if average.is_floating_point():
                average.lerp_(now, 1 - kept)
            else:
                average.copy_(now)

    def validate(self) -> tuple[float, float]:
        """The averaged weights' mean loss and top-1 accuracy in per cent on the validation split."""
        probabilities, labels = self.probabilities(), torch.from_numpy(self.val.labels)
        loss = functional.nll_loss(probabilities.clamp_min(1e-9).log(), labels).item()
        return loss, 100 * (probabilities.argmax(1) == labels).float().mean().item()

    @torch.inference_mode()
    def probabilities(self) -> Tensor:
        """The averaged weights' of the validation split, (N, classes), float32."""
        found = []
        for start in range(0, len(self.val.labels), 128):
            pixels = torch.from_numpy(np.array(self.val.pixels[start : start + 128]))
            pictures = normalized(resized(pixels, self.recipe.size), self.recipe.mean, self.recipe.std)
            with torch.autocast("cpu", torch.bfloat16, enabled=self.bfloat16):
                found.append(self.average(pictures).float())
        return torch.cat(found)

    def save(self, folder: Path) -> None:
        """Write `checkpoint.pt`, complete or not at all, and `curve.csv`."""
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / "checkpoint.part"
        torch.save(self.state(), unfinished)
        unfinished.replace(folder / "checkpoint.pt")
        with (folder / "curve.csv").open("w", newline="") as file:
            lines = csv.DictWriter(file, [*Epoch.__annotations__])
            lines.writeheader()
            lines.writerows({name: round(value, 5) for name, value in asdict(epoch).items()} for epoch in self.curve)

    def state(self) -> dict[str, Any]:
        """All that a run needs to go on; `average` holds the weights that ship."""
        return {
            "recipe": asdict(self.recipe),
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "steps": self.steps,
            "started_from": self.started_from,
            "curve": [asdict(epoch) for epoch in self.curve],
        }

    def resume(self, folder: Path) -> None:
        """Go on from `checkpoint.pt`.

        Raises:
            ValueError: the run was begun with another recipe.
        """
        state = torch.load(folder / "checkpoint.pt", weights_only=True)
        if state["recipe"] != asdict(self.recipe):
            raise ValueError("this run was begun with another recipe: choose another folder, or start it again")
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.steps, self.started_from = state["steps"], state["started_from"]
        self.curve = [Epoch(**epoch) for epoch in state["curve"]]


def splits(recipe: Recipe, data: Path, cache: Path) -> tuple[Pictures, Pictures]:
    """What a run learns from, and what it is scored on."""
    train = READERS[recipe.data](data, "train", cache)
    if recipe.scored != "held out":
        return train, READERS[recipe.data](data, "val", cache)
    held_out = np.arange(len(train.labels)) % HELD_OUT == 0
    first, second = (Pictures(train.pixels[chosen], train.labels[chosen]) for chosen in (~held_out, held_out))
    return first, second


def arguments() -> Namespace:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("id", choices=RECIPES, help="the network")
    parser.add_argument("--data", type=Path, required=True, help="the folder with imagenette/ and mnist/")
    parser.add_argument("--out", type=Path, default=RUNS, help="where checkpoints and decoded photos go")
    parser.add_argument("--weights", type=Path, help="the file to start from, where the recipe comes after another")
    parser.add_argument("--resume", action="store_true", help="go on from the last finished epoch, if there is one")
    return parser.parse_args()


def main() -> None:
    chosen = arguments()
    recipe, folder = RECIPES[chosen.id], chosen.out / chosen.id
    is_begun = (folder / "checkpoint.pt").exists()
    if is_begun and not chosen.resume:
        raise SystemExit(f"{folder} has a run that --resume goes on with: remove it to start again.")
    if chosen.weights and not recipe.after:
        raise SystemExit(f"{chosen.id} starts from random weights: --weights is for recipes that come after another.")
    if recipe.after and not (chosen.weights or is_begun):
        raise SystemExit(f"{chosen.id} starts from the exported file of {recipe.after}: name it with --weights.")
    run = Run(recipe, *splits(recipe, chosen.data, chosen.out / "cache"))
    if is_begun:
        run.resume(folder)
    elif recipe.after:
        run.start_from(chosen.weights)
    for _ in tqdm(range(len(run.curve), recipe.epochs), chosen.id, unit="epoch", disable=None):
        run.epoch()
        run.save(folder)
        tqdm.write(f"{chosen.id} {run.curve[-1]}")


if __name__ == "__main__":
    main()
