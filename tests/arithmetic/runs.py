"""Runs of networks that tests build or ship, for the workings of their cells."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from onnx import ModelProto
from PIL import Image

from app.arithmetic.operands import Operands
from app.nets.card import InputSpec
from app.nets.network import Network
from app.nets.preprocessing.fit import RGB
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of
from app.nets.runtime import Runtime
from app.work.stop import Stop
from tests.mirrors import ROOT, original_of
from tests.nets.onnx_text import parse_network

CPU = Runtime("cpu", "cpu", threads=1)
SIDE = 8


def open_network(model: ModelProto, folder: Path, size: tuple[int, int] = (SIDE, SIDE), **spec: Any) -> Network:
    """A network with no card of its own, for inputs of a size (height, width)."""
    content, path = model.SerializeToString(), folder / "network.onnx"
    path.write_bytes(content)
    card = original_of(content).card_with_weights()
    listed = {name: tuple(value) if isinstance(value, list) else value for name, value in spec.items()}
    changed = {"height": size[0], "width": size[1], "resize": {"rule": "squash"}} | listed
    inputs = InputSpec.model_validate(card.input.model_dump() | changed)
    return Network(card.model_copy(update={"input": inputs}), path, (), CPU)


@cache
def cat() -> RGB:
    """The photo of the cat."""
    with Image.open(ROOT / "static" / "samples" / "cat.jpg") as image:
        return np.asarray(image.convert("RGB"))


def operands_of(network: Network) -> Operands:
    """What the layers read in a run for the photo of the cat."""
    view = view_of(cat(), network.card.input)
    run = network.activations(view, Stop())
    tensor = tensor_of(view, network.input_spec)[0]
    return Operands(network, run.layers, lambda: tensor)


def run_text(body: str, folder: Path, opset: int = 17) -> Operands:
    """What the layers of a small network read, from `x`, (1, 3, 8, 8), to `y`, in ONNX's text format."""
    return operands_of(open_network(parse_network(body, opset), folder))
