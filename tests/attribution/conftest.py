"""What the tests of explanations share: two small networks and what they are fed."""

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
    """One convolution, ReLU, global average pooling and a linear layer: what CAM asks for."""
    return network_of(tmp_path, POOLED_NODES, POOLED, SIDE, 5)


@pytest.fixture
def dense(tmp_path: Path) -> Network:
    """One convolution, ReLU and a linear layer that reads every cell: the gradient at the ReLU is that layer's row."""
    return network_of(tmp_path, DENSE_NODES, DENSE, SIDE, 5)


def relu_of(tensor: Array) -> Array:
    """What the ReLU of both networks makes of a tensor (3, 8, 8), by hand, (4, 8, 8)."""
    padded = np.pad(tensor, ((0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    summed = np.einsum("ihwyx,oiyx->ohw", windows, WEIGHTS["w"]) + WEIGHTS["b"][:, None, None]
    return np.asarray(np.maximum(summed, 0), np.float32)


def logits_of(tensor: Array) -> Array:
    """What the dense network answers before softmax, by hand, (5,)."""
    return np.asarray(DENSE["v"] @ relu_of(tensor).ravel() + DENSE["c"], np.float32)


@pytest.fixture
def maps(tensor: Array) -> Array:
    return relu_of(tensor)
