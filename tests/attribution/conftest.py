"""What the tests of methods share: small networks, an input tensor, and their gradients by hand."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from app.nets.network import Network
from tests.attribution.small import Array, drawn, network_of

SIDE = 8
WEIGHTS: dict[str, Array] = {"w": drawn(4, 3, 3, 3, seed=1, scale=0.25), "b": drawn(4, seed=2, scale=0.25)}
POOLED: dict[str, Array] = {**WEIGHTS, "v": drawn(5, 4, seed=3), "c": drawn(5, seed=4)}
DENSE: dict[str, Array] = {**WEIGHTS, "v": drawn(5, 4 * SIDE * SIDE, seed=5, scale=0.125), "c": drawn(5, seed=6)}
POOLED_NODES = (
    "conv = Conv <pads = [1, 1, 1, 1]> (x, w, b)  relu = Relu (conv)  pool = GlobalAveragePool (relu)"
    "  flat = Flatten (pool)  fc = Gemm <transB = 1> (flat, v, c)  y = Softmax (fc)"
)
DENSE_NODES = (
    "conv = Conv <pads = [1, 1, 1, 1]> (x, w, b)  relu = Relu (conv)  flat = Flatten (relu)"
    "  fc = Gemm <transB = 1> (flat, v, c)  y = Softmax (fc)"
)


@pytest.fixture
def tensor() -> Array:
    return drawn(3, SIDE, SIDE, seed=7)


@pytest.fixture
def pooled(tmp_path: Path) -> Network:
    """One convolution, ReLU, global average pooling and a linear layer: what CAM needs."""
    return network_of(tmp_path, POOLED_NODES, POOLED, SIDE, 5)


@pytest.fixture
def dense(tmp_path: Path) -> Network:
    """One convolution, ReLU and a linear layer that reads every cell: the gradient at the ReLU is that layer's row."""
    return network_of(tmp_path, DENSE_NODES, DENSE, SIDE, 5)


def relu_of(tensor: Array) -> Array:
    """The output of the ReLU of both networks for a tensor (3, 8, 8), by hand, (4, 8, 8)."""
    padded = np.pad(tensor, ((0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    summed = np.einsum("ihwyx,oiyx->ohw", windows, WEIGHTS["w"]) + WEIGHTS["b"][:, None, None]
    return np.asarray(np.maximum(summed, 0), np.float32)


def logits_of(tensor: Array) -> Array:
    """The logits of the dense network, by hand, (5,)."""
    return np.asarray(DENSE["v"] @ relu_of(tensor).ravel() + DENSE["c"], np.float32)


def layer_gradient(target: int = 2) -> Array:
    """The gradient of the dense network's logit at its ReLU, (4, 8, 8)."""
    return np.asarray(DENSE["v"][target].reshape(4, SIDE, SIDE))


def input_gradient(tensor: Array) -> Array:
    """The gradient of the dense network's logit of class 2 at a tensor, by hand, (3, 8, 8): a full correlation."""
    passed = layer_gradient() * (relu_of(tensor) > 0)
    padded = np.zeros((3, SIDE + 2, SIDE + 2))
    for y in range(SIDE):
        for x in range(SIDE):
            padded[:, y : y + 3, x : x + 3] += np.einsum("o,oiyx->iyx", passed[:, y, x], WEIGHTS["w"])
    return padded[:, 1:-1, 1:-1].astype(np.float32)


@pytest.fixture
def maps(tensor: Array) -> Array:
    return relu_of(tensor)


@dataclass(frozen=True)
class RectifiedNetwork:
    """Two 1 x 1 convolutions with a ReLU between, and the mean; `signal` is the gradient that arrives at the ReLU.

    `weights` (6, 3) are those of the first convolution and `preactivation` (6, 8, 8) is its output for the tensor.
    """

    network: Network
    tensor: Array
    weights: Array
    preactivation: Array
    signal: Array


@pytest.fixture
def rectified(tmp_path: Path) -> RectifiedNetwork:
    w, v = drawn(6, 3, 1, 1, seed=8), drawn(1, 6, 1, 1, seed=9)
    nodes = "a = Conv (x, w)  r = Relu (a)  s = Conv (r, v)  p = GlobalAveragePool (s)  y = Flatten (p)"
    tensor = drawn(3, SIDE, SIDE, seed=10)
    preactivation = np.einsum("oi,ihw->ohw", w[:, :, 0, 0], tensor)
    signal = np.asarray(v[0, :, 0, 0][:, None, None] / SIDE**2, np.float32)
    network = network_of(tmp_path, nodes, {"w": w, "v": v}, SIDE, 1)
    return RectifiedNetwork(network, tensor, w[:, :, 0, 0], preactivation, signal)


def overflowing(folder: Path, factor: float) -> Network:
    """The pooled network with the weights of its convolution times a factor, which may be NaN."""
    return network_of(folder, POOLED_NODES, {**POOLED, "w": POOLED["w"] * np.float32(factor)}, SIDE, 5)
