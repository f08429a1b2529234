"""Writes the graphs of the full-size originals without their weights: `python -m training.architectures [ID ...]`.

Every card in models/originals/ gets its ONNX file, some kilobytes that say layers and shapes, and that file's identity.
"""

import hashlib
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import torch

from training.export import export
from training.nets import NETWORKS

ORIGINALS = Path(__file__).parent.parent / "models" / "originals"


def architecture(model: str, size: tuple[int, int]) -> bytes:
    """The graph of a full-size network for RGB pictures of `size` (height, width), as the bytes of an ONNX file.

    The same bytes every time: no weight is made, so none is random.
    """
    with torch.device("meta"):
        network = NETWORKS[model]().eval()
    return bytes(export(network, (3, *size), name=model, without_weights=True).SerializeToString(deterministic=True))


def write(card_path: Path) -> Path:
    """Write the graph beside the card, and its SHA-256 and size into the card; gives the ONNX file."""
    card: dict[str, Any] = json.loads(card_path.read_text())
    content = architecture(card["id"], (card["input"]["height"], card["input"]["width"]))
    card |= {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    card_path.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")
    path = card_path.with_suffix(".onnx")
    path.write_bytes(content)
    return path


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("ids", nargs="*", help="of the networks to write; all by default")
    chosen = parser.parse_args().ids
    paths = [ORIGINALS / f"{model}.json" for model in chosen] or sorted(ORIGINALS.glob("*.json"))
    for path in paths:
        written = write(path)
        print(f"{written.name}: {written.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
