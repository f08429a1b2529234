"""The size at which a network is read whose file leaves it open."""

from pathlib import Path

import numpy as np
import pytest
from onnx import numpy_helper

from app.errors import NetworkError
from app.nets.card import Card, InputSpec, Resize
from app.nets.own.first_reading import read_first
from app.nets.runtime import Runtime
from app.work.stop import Stop
from tests.nets.onnx_text import parse_network

CPU = Runtime("cpu", "cpu", 1)
SPEC = InputSpec(
    width=224,
    height=224,
    channels="RGB",
    mean=(0.0,) * 3,
    std=(1.0,) * 3,
    resize=Resize(rule="shorter_side", to=256),
)
ASSUMED = ("width", "height", "resize")


def place(folder: Path, pixels: int, x: str = "float[N, 3, H, W]") -> Path:
    """A fully connected network of so many pixels, which its file does not tell the size of."""
    model = parse_network("f = Flatten (x)  y = MatMul (f, w)", x=x)
    weights = np.ones((3 * pixels, 2), np.float32)
    model.graph.initializer.append(numpy_helper.from_array(weights, "w"))
    path = folder / "network.onnx"
    path.write_bytes(model.SerializeToString())
    return path


def card_of(*assumed: str, spec: InputSpec = SPEC) -> Card:
    return Card(id="own", sha256="0" * 64, input=spec, assumed=assumed)


def test_the_proposed_size_is_the_first_one(tmp_path: Path) -> None:
    card, _ = read_first(card_of(*ASSUMED), place(tmp_path, 224 * 224), CPU, Stop())
    assert card.input == SPEC


def test_another_usual_size_is_taken_where_the_layers_fit_that(tmp_path: Path) -> None:
    card, graph = read_first(card_of(*ASSUMED), place(tmp_path, 32 * 32), CPU, Stop())
    assert (card.input.width, card.input.height) == (32, 32)
    assert card.input.resize == Resize(rule="shorter_side", to=32)
    assert graph.input.shape == (3, 32, 32)


def test_a_side_that_is_fixed_stays(tmp_path: Path) -> None:
    wide = SPEC.model_copy(update={"height": 48})
    path = place(tmp_path, 48 * 320, "float[N, 3, 48, W]")
    card, _ = read_first(card_of("width", "resize", spec=wide), path, CPU, Stop())
    assert (card.input.width, card.input.height) == (320, 48)
    assert card.input.resize.rule == "squash"


def test_a_size_that_was_stated_is_the_only_one(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="224 x 224"):
        read_first(card_of("resize"), place(tmp_path, 32 * 32), CPU, Stop())


def test_the_reason_is_that_of_the_proposed_size(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="224 x 224"):
        read_first(card_of(*ASSUMED), place(tmp_path, 7), CPU, Stop())


def test_a_picture_stays_letterboxed_at_another_size(tmp_path: Path) -> None:
    boxed = SPEC.model_copy(update={"resize": Resize(rule="letterbox")})
    card, _ = read_first(card_of(*ASSUMED, spec=boxed), place(tmp_path, 64 * 64), CPU, Stop())
    assert (card.input.width, card.input.resize) == (64, Resize(rule="letterbox"))


def test_a_resizing_that_was_stated_keeps_its_share(tmp_path: Path) -> None:
    card, _ = read_first(card_of("width", "height"), place(tmp_path, 28 * 28), CPU, Stop())
    assert (card.input.height, card.input.resize) == (28, Resize(rule="shorter_side", to=32))
