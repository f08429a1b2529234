"""CAM reads the weights of the linear head."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from app.attribution.target import Target
from app.errors import NotAvailable
from app.nets.network import Network
from tests.attribution.conftest import POOLED, SIDE
from tests.attribution.small import Array, drawn, explained, network_of

CLASS = Target(2)


def test_cam_reads_the_linear_layers_weights(pooled: Network, tensor: Array, maps: Array) -> None:
    found = explained(pooled, tensor, "cam", CLASS)
    np.testing.assert_allclose(found.values, np.einsum("c,chw->hw", POOLED["v"][2], maps), atol=1e-5)


def test_cam_compares_two_classes_by_the_difference_of_their_weights(
    pooled: Network, tensor: Array, maps: Array
) -> None:
    compared = explained(pooled, tensor, "cam", Target(2, against=0))
    expected = np.einsum("c,chw->hw", POOLED["v"][2] - POOLED["v"][0], maps)
    np.testing.assert_allclose(compared.values, expected, atol=1e-5)


def test_cam_does_not_explain_a_channel(pooled: Network, tensor: Array) -> None:
    channel = Target(0, channel_of=pooled.graph.layers[0].id)
    with pytest.raises(NotAvailable, match="explains classes only"):
        explained(pooled, tensor, "cam", channel)


def test_cam_and_gradcam_agree_where_both_are_available(pooled: Network, tensor: Array) -> None:
    cam, gradcam = (explained(pooled, tensor, method, CLASS).values for method in ("cam", "gradcam"))
    np.testing.assert_allclose(cam / SIDE**2, gradcam, atol=1e-6)


def test_cam_reads_a_pool_over_the_whole_map(tmp_path: Path, tensor: Array, maps: Array) -> None:
    nodes = (
        f"conv = Conv <pads = [1, 1, 1, 1]> (x, w, b)  relu = Relu (conv)  pool = AveragePool <kernel_shape = [{SIDE}, "
        f"{SIDE}]> (relu)  flat = Flatten (pool)  y = Gemm <transB = 1> (flat, v, c)"
    )
    found = explained(network_of(tmp_path, nodes, POOLED, SIDE, 5), tensor, "cam", CLASS)
    np.testing.assert_allclose(found.values, np.einsum("c,chw->hw", POOLED["v"][2], maps), atol=1e-5)


def test_cam_reads_a_head_between_quantising_and_dequantising(tmp_path: Path, tensor: Array) -> None:
    nodes = (
        "conv = Conv <pads = [1, 1, 1, 1]> (x, w, b)  relu = Relu (conv)  pool = GlobalAveragePool (relu)"
        "  q = QuantizeLinear (pool, s, z)  d = DequantizeLinear (q, s, z)  flat = Flatten (d)"
        "  weights = DequantizeLinear (numbers, s)  y = Gemm <transB = 1> (flat, weights, c)"
    )
    numbers = np.rint(POOLED["v"] * 20).astype(np.int8)
    weights: dict[str, npt.NDArray[Any]] = {key: POOLED[key] for key in "wbc"}
    weights |= {"s": np.array(0.05, np.float32), "z": np.array(0, np.uint8), "numbers": numbers}
    network = network_of(tmp_path, nodes, weights, SIDE, 5)
    cam, gradcam = (explained(network, tensor, method, CLASS).values for method in ("cam", "gradcam"))
    np.testing.assert_allclose(cam / SIDE**2, gradcam, atol=1e-5)
    assert np.abs(cam).max() > 0.1


def test_cam_reads_maps_whose_channels_are_last(tmp_path: Path, tensor: Array) -> None:
    nodes = (
        "conv = Conv <pads = [1, 1, 1, 1]> (x, w, b)  relu = Relu (conv)  last = Transpose <perm = [0, 2, 3, 1]> (relu)"
        "  pool = ReduceMean <axes = [1, 2], keepdims = 0> (last)  y = Gemm <transB = 1> (pool, v, c)"
    )
    network = network_of(tmp_path, nodes, POOLED, SIDE, 5)
    cam, gradcam = (explained(network, tensor, method, CLASS).values for method in ("cam", "gradcam"))
    np.testing.assert_allclose(cam / SIDE**2, gradcam, atol=1e-6)


def test_cam_refuses_a_mean_over_tokens_which_are_no_maps(tmp_path: Path, tensor: Array) -> None:
    nodes = (
        "conv = Conv (x, w, b)  rows = Reshape (conv, shape)  tokens = Transpose <perm = [0, 2, 1]> (rows)"
        "  pool = ReduceMean <axes = [1], keepdims = 0> (tokens)  y = Gemm <transB = 1> (pool, v, c)"
    )
    network = network_of(tmp_path, nodes, {**POOLED, "shape": np.array([0, 4, -1])}, SIDE, 5)
    with pytest.raises(NotAvailable, match="global average pooling"):
        explained(network, tensor, "cam", CLASS)


def test_cam_refuses_a_mean_over_more_than_one_map(tmp_path: Path, tensor: Array) -> None:
    nodes = (
        "conv = Conv (x, w, b)  volume = Unsqueeze (conv, one)  deep = Conv (volume, u)"
        "  pool = ReduceMean <axes = [2, 3, 4], keepdims = 0> (deep)  y = Gemm <transB = 1> (pool, v, c)"
    )
    weights = {**POOLED, "one": np.array([1]), "u": drawn(4, 1, 3, 3, 3, seed=5)}
    with pytest.raises(NotAvailable, match="global average pooling"):
        explained(network_of(tmp_path, nodes, weights, SIDE, 5), tensor, "cam", CLASS)


def test_cam_refuses_another_head(dense: Network, tensor: Array) -> None:
    with pytest.raises(NotAvailable, match="Grad-CAM"):
        explained(dense, tensor, "cam", CLASS)


BODY = "conv = Conv <pads = [1, 1, 1, 1]> (x, w, b)  relu = Relu (conv)  pool = GlobalAveragePool (relu)"


@pytest.mark.parametrize(
    "head",
    [
        "other = GlobalAveragePool (conv)  sum = Add (pool, other)  flat = Flatten (sum)",
        "large = Mul (pool, two)  flat = Flatten (large)",
    ],
    ids=["two means added", "a factor after the mean"],
)
def test_cam_refuses_what_stands_between_the_mean_and_the_linear_layer(
    tmp_path: Path, tensor: Array, head: str
) -> None:
    weights = {**POOLED, "two": np.array(2, np.float32)}
    network = network_of(tmp_path, f"{BODY}  {head}  y = Gemm <transB = 1> (flat, v, c)", weights, SIDE, 5)
    with pytest.raises(NotAvailable, match="global average pooling"):
        explained(network, tensor, "cam", CLASS)


def test_cam_refuses_a_mean_of_the_input_itself(tmp_path: Path, tensor: Array) -> None:
    nodes = "pool = GlobalAveragePool (x)  flat = Flatten (pool)  y = Gemm (flat, v, c)"
    network = network_of(tmp_path, nodes, {"v": drawn(3, 5), "c": drawn(5)}, SIDE, 5)
    with pytest.raises(NotAvailable, match="global average pooling"):
        explained(network, tensor, "cam", CLASS)


@pytest.mark.parametrize(
    "pool",
    [
        f"pool = AveragePool <kernel_shape = [{SIDE - 1}, {SIDE}], strides = [{SIDE}, 1]> (relu)",
        "both = Concat <axis = 1> (conv, relu)  one, two = Split <axis = 1> (both)  pool = GlobalAveragePool (two)",
    ],
    ids=["all rows but the last", "the second part of a Split"],
)
def test_cam_refuses_a_mean_of_a_part_of_what_the_layer_before_gives(tmp_path: Path, tensor: Array, pool: str) -> None:
    nodes = (
        f"conv = Conv <pads = [1, 1, 1, 1]> (x, w, b)  relu = Relu (conv)  {pool}  flat = Flatten (pool)"
        "  y = Gemm <transB = 1> (flat, v, c)"
    )
    with pytest.raises(NotAvailable, match="global average pooling"):
        explained(network_of(tmp_path, nodes, POOLED, SIDE, 5), tensor, "cam", CLASS)
