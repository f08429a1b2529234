"""Ships a trained network: `python -m training.ship resnet18-imagenette` makes its ONNX file and its card anew.

A run that has not ended ships as it is, and its card says so.
"""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import torch
from torch import nn
from tqdm import tqdm

from app.nets.card import InputSpec
from app.nets.graph import Graph, read_graph
from app.nets.preprocessing.fit import RGB
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of
from training.calibration import write_calibration
from training.cards import MODELS, onnx_bytes, write
from training.copies import LABELS, LENET5_PAPER, WIDTHS, WORDS
from training.data import READERS, Pictures
from training.familiarity import write_limit
from training.folding import fold_batch_norm
from training.nets import NETWORKS
from training.recipes import CLASSES, RECIPES, Recipe
from training.train import RUNS

COMPARED = 32
TOLERANCE = 1e-4
LABEL_FILES = {"imagenette": "imagenette", "mnist": "digits"}
TRAINED_ON = {
    "imagenette": "Imagenette: 9,469 photos of ten of ImageNet's classes, resized to 160x160 (aspect ratio changed)",
    "mnist": "MNIST: 60,000 handwritten digits",
}
VALIDATION = {
    "imagenette": "Imagenette's validation split, supplied as photos resized to 160x160 (aspect ratio changed)",
    "mnist": "MNIST's validation digits, none of them among the 60,000 training digits",
}
DESCENTS = {"sgd": "Stochastic gradient descent", "adamw": "AdamW"}
MEASURED_BY = "ConvScope, with training/ship.py on the included ONNX file; "
LOOKS = {
    "val": "the split was also used to choose the training settings, so the figure is slightly optimistic",
    "val at the end": "the split was used to choose the settings of earlier runs and scored once at the end of this"
    " one, which was then preferred to them, so the figure is slightly optimistic",
    "held out": "the settings were chosen on a tenth of the training photos, and the split was not looked at",
}


@dataclass(frozen=True)
class Trained:
    """A network out of its checkpoint, in evaluation mode, and after how many epochs that was written."""

    network: nn.Module
    epochs: int


def load(recipe: Recipe, checkpoint: Path) -> Trained:
    """The averaged weights of a run, batch normalisation folded away where the paper has none.

    Raises:
        ValueError: the run was begun with another recipe.
    """
    state = torch.load(checkpoint, weights_only=True)
    if state["recipe"] != asdict(recipe):
        raise ValueError("this run was begun with another recipe")
    network = NETWORKS[recipe.network](classes=CLASSES, **recipe.options)
    network.load_state_dict(state["average"])
    network.eval().requires_grad_(False)
    return Trained(fold_batch_norm(network) if recipe.options.get("batch_norm") else network, len(state["curve"]))


def input_of(recipe: Recipe) -> dict[str, Any]:
    """A card's `input`: the pictures as the network learnt them."""
    digits = recipe.data == "mnist"
    return {
        "width": recipe.size,
        "height": recipe.size,
        "channels": "grey" if digits else "RGB",
        "scale": 1.0,
        "mean": list(recipe.mean),
        "std": list(recipe.std),
        "resize": {"rule": "digit", "to": 20} if digits else {"rule": "squash", "interpolation": "bilinear"},
    }


def pictures_of(split: Pictures) -> list[RGB]:
    """Each picture of a split as the server is given one, (H, W, 3) uint8."""
    return [np.broadcast_to(pixels, (3, *pixels.shape[1:])).transpose(1, 2, 0).copy() for pixels in split.pixels]


def top1(session: ort.InferenceSession, spec: InputSpec, split: Pictures) -> float:
    """Per cent of a split's pictures whose class is the network's best, by the server's own way of preparing them."""
    pictures = tqdm(pictures_of(split), "measuring", unit="picture", leave=False, disable=None)
    best = [
        session.run(None, {"input": tensor_of(view_of(picture, spec), spec)})[0][0].argmax() for picture in pictures
    ]
    return float(100 * np.mean(best == split.labels))


def compare(network: nn.Module, session: ort.InferenceSession, tensors: npt.NDArray[np.float32]) -> float:
    """The largest difference between PyTorch's and onnxruntime's logarithms of the probabilities.

    Args:
        network: in evaluation mode, ends in a softmax.
        session: the same network exported.
        tensors: (N, C, H, W).

    Raises:
        ValueError: it is more than 1e-4.
    """
    with torch.inference_mode():
        expected = network(torch.from_numpy(tensors)).numpy()
    (found,) = session.run(None, {"input": tensors})
    difference = float(np.abs(np.log(found) - np.log(expected)).max())
    if not difference <= TOLERANCE:
        raise ValueError(f"PyTorch and onnxruntime differ by {difference:.1e}")
    return difference


def ship(model: str, trained: Trained, split: Pictures, models: Path = MODELS) -> Path:
    """Write a network's ONNX file, its card and its labels; gives the ONNX file.

    Args:
        model: the recipe's id.
        trained: what to ship.
        split: the pictures to measure it on.
        models: gets the files; its `originals` tell what a copy is narrower than.

    Raises:
        ValueError: onnxruntime and PyTorch do not agree.
    """
    recipe = RECIPES[model]
    size = input_of(recipe)
    spec = InputSpec.model_validate_json(json.dumps(size))
    content = onnx_bytes(trained.network, {"id": model, "input": size})
    session = ort.InferenceSession(content, providers=["CPUExecutionProvider"])
    first = Pictures(split.pixels[:COMPARED], split.labels[:COMPARED])
    compare(trained.network, session, np.concatenate([tensor_of(view_of(p, spec), spec) for p in pictures_of(first)]))
    by = MEASURED_BY + LOOKS[recipe.scored]
    accuracy = {"top1": round(top1(session, spec, split), 2), "on": VALIDATION[recipe.data], "by": by}
    card = {
        **_about(model, models),
        "trained_on": TRAINED_ON[recipe.data],
        "input": size,
        "labels": LABEL_FILES[recipe.data],
        "licence": "Apache-2.0",
        "source": "Trained by ConvScope from random initial weights, with training/train.py.",
        "accuracy": [accuracy | {"images": len(split.labels)}],
        "notes": _notes(model, trained.epochs, read_graph(onnx.load_from_string(content), (recipe.size,) * 2), models),
    }
    labels = models / "labels" / f"{LABEL_FILES[recipe.data]}.json"
    labels.write_text(json.dumps(LABELS[recipe.data], indent=2) + "\n")
    return write(content, card, models)


def ship_measured(model: str, trained: Trained, split: Pictures, data: Path, models: Path = MODELS) -> Path:
    """Ship a network as `ship` does, with the energy limit and the calibration of its file in its card.

    `models` gets the files at the end: what fails on the way leaves those of the last shipping.
    """
    with TemporaryDirectory(prefix=".shipping-", dir=models) as place:
        folder = Path(place)
        for path in models.iterdir():
            if path.name == "labels":
                copytree(path, folder / path.name)
            elif path != folder and path.stem != model:
                (folder / path.name).symlink_to(path.resolve())
        shipped = ship(model, trained, split, folder)
        write_limit(model, data, folder)
        write_calibration(model, data, folder)
        labels = Path("labels", f"{LABEL_FILES[RECIPES[model].data]}.json")
        for name in (labels, shipped.name, shipped.with_suffix(".json").name):
            (folder / name).replace(models / name)
    return models / shipped.name


def _about(model: str, models: Path) -> dict[str, Any]:
    """What a card says of the network itself; a copy shares its original's paper."""
    recipe = RECIPES[model]
    words = asdict(WORDS[recipe.network])
    if recipe.network == "lenet5":
        return {"id": model, "name": "LeNet-5", "family": "LeNet", "year": 1998, "paper": dict(LENET5_PAPER)} | words
    original = _original(recipe, models)
    name = f"{original['name'].removesuffix(' (D)')}, {WIDTHS[recipe.options['width']]}, ten classes"
    return {"id": model, "name": name, **{key: original[key] for key in ("family", "year", "paper")}} | words


def _original(recipe: Recipe, models: Path) -> Mapping[str, Any]:
    card: Mapping[str, Any] = json.loads((models / "originals" / f"{recipe.network}.json").read_text())
    return card


def _notes(model: str, epochs: int, graph: Graph, models: Path) -> list[str]:
    recipe = RECIPES[model]
    notes = [f"Training is not finished: epoch {epochs} of {recipe.epochs}."] if epochs < recipe.epochs else []
    notes.append(_course(recipe, models))
    first = RECIPES[recipe.after] if recipe.after else None
    if first:
        notes.append(f"It started from the weights of an earlier run. {_course(first, models)}")
    return notes + (_of_digits() if recipe.data == "mnist" else _of_copy(recipe, graph, models))


def _course(recipe: Recipe, models: Path) -> str:
    """How a run went from its first epoch to its last, and who taught it."""
    sizes = ", then ".join(f"{count} at {size}x{size} pixels" for count, size in recipe.sizes)
    if recipe.again:
        sizes += f", then {recipe.again[0]} more at a lower learning rate"
    blends = {"mixup": recipe.mixup, "CutMix": recipe.cutmix}
    used = " or ".join(f"{name} (alpha {alpha:g})" for name, alpha in blends.items() if alpha)
    return (
        f"{DESCENTS[recipe.optimizer]}, batch size {recipe.batch}, seed {recipe.seed}. Epochs: {sizes}. "
        + (f"Photos were blended by {used}. " if used else "")
        + "The weights are a moving average over the last steps."
        + (f" {_lesson(recipe, models)}" if recipe.teachers else "")
    )


def _lesson(recipe: Recipe, models: Path) -> str:
    names = ", ".join(json.loads((models / f"{model}.json").read_text("utf-8"))["name"] for model in recipe.teachers)
    return (
        f"Distillation: {100 * recipe.taught:.0f} % of the loss compares its probabilities with those of {names} for"
        f" the same crops, restricted to the ten classes, at temperature {recipe.temperature:g}. The teacher was"
        " trained on ImageNet, which contains most of the photos that this network is measured on."
    )


def _of_digits() -> list[str]:
    return [
        "The digit is located on its paper, dark on light or light on dark, and converted to white on black. It is"
        " resized to 20 pixels and its centre of mass is placed in the middle, as in MNIST.",
        "Four differences from the network of 1998: C3 is connected to all maps of S2, average pooling has no weights,"
        " tanh is not scaled, and the output is a fully connected layer with softmax.",
    ]


def _of_copy(recipe: Recipe, graph: Graph, models: Path) -> list[str]:
    original = _original(recipe, models)
    side, paper = original["input"]["height"], original["paper"]
    full = read_graph(
        onnx.load(models / "originals" / f"{recipe.network}.onnx", load_external_data=False), (side, side)
    )
    published = f"top-1 {paper['top1']} %" if paper["top1"] else f"top-5 {paper['top5']} %"
    notes = [
        f"A narrower copy: {graph.params:,} parameters and {graph.macs / 1e6:,.0f} million multiply-accumulates at"
        f" {recipe.size}x{recipe.size} pixels. The full-size network has {full.params:,} parameters and"
        f" {full.macs / 1e6:,.0f} million multiply-accumulates at {side}x{side}; its authors report {published} on"
        " ImageNet's 1,000 classes.",
        "It has only ten classes and assigns every input to one of them.",
    ]
    if recipe.options.get("batch_norm"):
        notes.append("It was trained with batch normalisation, which is folded into the convolutions.")
    return notes


def arguments() -> Namespace:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("id", choices=RECIPES, help="the network")
    parser.add_argument("--runs", type=Path, default=RUNS, help="where its checkpoint and the decoded photos are")
    parser.add_argument("--data", type=Path, required=True, help="the folder with imagenette/ and mnist/")
    parser.add_argument("--models", type=Path, default=MODELS, help="where the network and its card go")
    return parser.parse_args()


def main() -> None:
    chosen = arguments()
    recipe = RECIPES[chosen.id]
    trained = load(recipe, chosen.runs / chosen.id / "checkpoint.pt")
    split = READERS[recipe.data](chosen.data, "val", chosen.runs / "cache")
    path = ship_measured(chosen.id, trained, split, chosen.data, chosen.models)
    (accuracy,) = json.loads(path.with_suffix(".json").read_text())["accuracy"]
    print(
        f"{path.name}: {path.stat().st_size:,} bytes, epoch {trained.epochs} of {recipe.epochs}, {accuracy['top1']} %"
    )


if __name__ == "__main__":
    main()
