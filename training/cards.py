"""Writes an included network: its ONNX file, and next to it its card with the size and SHA-256 of that file."""

import hashlib
import json
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import nn

from training.export import export
from training.measure import MODELS
from training.packages import FOLDER


def arguments(description: str | None) -> Namespace:
    """The command line of a script that makes a network: `packages` and `models`, both folders."""
    parser = ArgumentParser(description=description)
    parser.add_argument("--packages", type=Path, default=FOLDER, help="where the package with the weights is or goes")
    parser.add_argument("--models", type=Path, default=MODELS, help="where the network and its card go")
    return parser.parse_args()


def measured(validation: tuple[float, float], train: tuple[float, float]) -> list[dict[str, Any]]:
    """A card's `accuracy`, for top-1 and top-5 in per cent as `training.measure` prints them for Imagenette's photos.

    Imagenette divides ImageNet's photos into splits of its own. Of the photos used here, at 160 pixels, 431 are from
    ImageNet's validation set; the others of its validation split are from ImageNet's training set.
    """
    photos = (
        "photos of Imagenette (10 of ImageNet's classes, resized to 160x160, aspect ratio changed), classified among"
        " all 1,000 classes"
    )
    by = "ConvScope, with training/measure.py on the included ONNX file"
    seen = f"{photos}; the network was trained on these photos, so the figure is optimistic"
    unseen = f"{photos}; from ImageNet's validation set, on which it was not trained"
    return [
        {"top1": validation[0], "top5": validation[1], "on": unseen, "by": by, "images": 431},
        {"top1": train[0], "top5": train[1], "on": seen, "by": by, "images": 1926},
    ]


def write_network(network: nn.Module, card: Mapping[str, Any], folder: Path = MODELS) -> Path:
    """Write `<id>.onnx` and `<id>.json`; gives the ONNX file.

    Args:
        network: in evaluation mode, ends in probabilities.
        card: everything a card holds but `sha256` and `bytes`; its `input` says the shape the network is exported for.
        folder: gets both files.
    """
    return write(onnx_bytes(network, card), card, folder)


def onnx_bytes(network: nn.Module, card: Mapping[str, Any]) -> bytes:
    """The content of a network's ONNX file, of which a card needs to say no more than `id` and `input`."""
    size = card["input"]
    channels = 1 if size["channels"] == "grey" else 3
    return bytes(export(network, (channels, size["height"], size["width"]), name=card["id"]).SerializeToString())


def write(content: bytes, card: Mapping[str, Any], folder: Path) -> Path:
    """Write an ONNX file and its card, with the file's SHA-256 and size; gives the ONNX file."""
    path = folder / f"{card['id']}.onnx"
    path.write_bytes(content)
    identity = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    path.with_suffix(".json").write_text(json.dumps({**card, **identity}, indent=2, ensure_ascii=False) + "\n")
    return path
