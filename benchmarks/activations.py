"""All-layer activations with statistics and thumbnails, VGG-16 size: against a plain run and against PyTorch hooks."""

import importlib.util
import io
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from PIL import Image

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.nets.network import Network
from app.nets.preprocessing.tensor import tensor_of
from app.rendering.channel_scales import channel_scale
from app.rendering.maps import draw_channel
from benchmarks.figures import Figure
from benchmarks.timing import medians

TURNS, TRIES = 5, 3
THUMBNAIL = 64
SIDE = 224


def measure(engine: Engine, network: Network, path: Path) -> list[Figure]:
    """Time one picture's worth of everything the page shows, a new picture each turn."""
    images = iter([add_noise(engine, seed) for seed in range((TURNS + 1) * TRIES)])
    view = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    tensor = tensor_of(view, network.card.input)
    session = plain_session(path)
    contestants = {
        "convscope": lambda: everything(engine, network, next(images)),
        "plain": lambda: session.run(None, {"input": tensor}),
    }
    if importlib.util.find_spec("torch") is not None:
        from benchmarks.hooks import hooked

        contestants["hooks"] = hooked(onnx.load(path), tensor)
    seconds = medians(contestants, TURNS, TRIES)
    detail = ", ".join(f"{name} {value * 1e3:.0f} ms" for name, value in seconds.items())
    figures = [Figure("everything / plain run", seconds["convscope"] / seconds["plain"], 1.5, detail=detail)]
    if "hooks" in seconds:
        figures.append(
            Figure("everything / PyTorch hooks", seconds["convscope"] / seconds["hooks"], 1.0, detail=detail)
        )
    return figures


def everything(engine: Engine, network: Network, image: str) -> int:
    """Activations of every layer, their statistics, and one thumbnail per layer; returns the bytes drawn."""
    inference = Inference(network, image)
    statistics = engine.layers.summary(inference).result().statistics
    activations = engine.layers.activations(inference).result()
    drawn = 0
    for layer, activation in activations.layers.items():
        channel = statistics[layer].layer.strongest[0].channel
        scale = channel_scale(statistics[layer], channel, "channel")
        drawn += len(draw_channel(activation, channel, scale, THUMBNAIL, "auto").png)
    return drawn


def add_noise(engine: Engine, seed: int) -> str:
    """Store a picture of noise and return its id."""
    pixels = np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return engine.pictures.add(file.getvalue).result().stored.id


def plain_session(path: Path) -> ort.InferenceSession:
    """onnxruntime as its documentation shows it, on the same cores."""
    return ort.InferenceSession(path, providers=["CPUExecutionProvider"])
