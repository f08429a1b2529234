"""Measures a shipped network on photos with ImageNet labels: those it was trained on, and those it was not.

`python -m training.measure models/squeezenet1_1.json photos.tar ... --classes classes.csv`; runs without PyTorch.
"""

import csv
import io
import json
import tarfile
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import onnxruntime as ort
from PIL import Image

from app.nets.card import read_card
from app.nets.preprocessing.fit import RGB
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of

MODELS = Path(__file__).parent.parent / "models"


@dataclass
class Score:
    """How many photos there were, and for how many the class was the best one and among the best five."""

    photos: int = 0
    top1: int = 0
    top5: int = 0

    def add(self, rank: int) -> None:
        self.photos += 1
        self.top1 += rank < 1
        self.top5 += rank < 5

    def __str__(self) -> str:
        share = 100 / max(self.photos, 1)
        return f"{self.photos} photos, top-1 {share * self.top1:.1f} %, top-5 {share * self.top5:.1f} %"


def photos(archive: Path, step: int = 1) -> Iterator[tuple[str, str, RGB]]:
    """Each `<wnid>/<name>.jpg` of a tar file, or every one of `step`: its wnid, its name, (H, W, 3) uint8 pixels."""
    with tarfile.open(archive) as tar:
        for member in islice(filter(is_photo, tar), 0, None, step):
            file, path = tar.extractfile(member), PurePosixPath(member.name)
            assert file is not None
            with Image.open(io.BytesIO(file.read())) as image:
                yield path.parent.name, path.stem, np.asarray(image.convert("RGB"))


def is_photo(member: tarfile.TarInfo) -> bool:
    return member.isfile() and PurePosixPath(member.name).suffix.lower() in {".jpg", ".jpeg"}


def measure(card_path: Path, archives: list[Path], indices: dict[str, int]) -> dict[str, Score]:
    """Scores of the network beside a card, by where ImageNet has the photo: "train" or "validation".

    ImageNet's file names say it: ILSVRC2012_val_00009111 is a validation photo.

    Args:
        card_path: the card; the ONNX file is beside it.
        archives: tar files of `<wnid>/<name>.jpg`.
        indices: the class of each wnid.

    Raises:
        ValueError: a photo is of none of the classes.
    """
    card = read_card(card_path)
    session = ort.InferenceSession(str(card_path.with_suffix(".onnx")), providers=["CPUExecutionProvider"])
    scores = {"train": Score(), "validation": Score()}
    for archive in archives:
        for wnid, name, picture in photos(archive):
            if wnid not in indices:
                raise ValueError(f"{name} in {archive} is of {wnid}, which is none of the classes")
            tensor = tensor_of(view_of(picture, card.input), card.input)
            (probabilities,) = session.run(None, {"input": tensor})
            rank = int((probabilities[0] > probabilities[0, indices[wnid]]).sum())
            scores["validation" if name.startswith("ILSVRC2012_val") else "train"].add(rank)
    return scores


def add_to_card(path: Path, facts: Mapping[str, Any]) -> None:
    """Write what was measured into a card, before the size and the hash of its file."""
    card = json.loads(path.read_text("utf-8")) | facts
    order = [*(key for key in card if key not in (*facts, "sha256", "bytes")), *facts, "sha256", "bytes"]
    path.write_text(json.dumps({key: card[key] for key in order}, indent=2, ensure_ascii=False) + "\n", "utf-8")


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("card", type=Path)
    parser.add_argument("archives", type=Path, nargs="+")
    parser.add_argument("--classes", type=Path, required=True, help="CSV with the columns index and wnid")
    chosen = parser.parse_args()
    with chosen.classes.open(encoding="utf-8", newline="") as file:
        indices = {row["wnid"]: int(row["index"]) for row in csv.DictReader(file)}
    for split, score in measure(chosen.card, chosen.archives, indices).items():
        print(f"ImageNet's {split} photos: {score}")


if __name__ == "__main__":
    main()
