"""One explanation: its note and the layer that it takes."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from app.attribution.explain import SINGLE_PRECISION, STRAIGHT_THROUGH, resolve_layer
from app.attribution.maps import NO_EVIDENCE, ZERO_MAP
from app.attribution.registry import METHODS
from app.attribution.target import Target
from app.errors import InvalidRequest, NonFinite
from app.nets.network import Network
from tests.attribution.conftest import SIDE, overflowing
from tests.attribution.small import Array, explained, network_of


def test_a_method_without_layers_refuses_one(dense: Network) -> None:
    assert resolve_layer(dense, METHODS["saliency"], Target(0), "") is None
    with pytest.raises(InvalidRequest, match="takes no layer"):
        resolve_layer(dense, METHODS["saliency"], Target(0), "relu")


def test_a_method_of_a_layer_takes_the_default_if_none_is_named(dense: Network) -> None:
    layers = [resolve_layer(dense, METHODS["gradcam"], Target(0), layer) for layer in ("", "conv")]
    assert [layer.id for layer in layers if layer] == ["relu", "conv"]


def test_an_explanation_has_a_note_where_there_is_no_positive_evidence(tmp_path: Path) -> None:
    """A network that counts what is there against its class: nothing is there in a dark picture."""
    nodes = "a = Conv (x, w)  r = Relu (a)  s = Conv (r, v)  p = GlobalAveragePool (s)  y = Flatten (p)"
    weights = {"w": np.ones((2, 3, 1, 1), np.float32), "v": -np.ones((1, 2, 1, 1), np.float32)}
    network = network_of(tmp_path, nodes, weights, SIDE, 1)
    tensor = np.ones((3, SIDE, SIDE), np.float32)
    assert explained(network, tensor, "gradcam", Target(0)).note == NO_EVIDENCE
    for method in ("gradcam", "gradcam_pp", "saliency", "occlusion"):
        assert explained(network, -tensor, method, Target(0)).note == ZERO_MAP


def test_a_quantised_network_is_explained_as_the_one_without_rounding(tmp_path: Path) -> None:
    rest = "a = Conv (d, w)  r = Relu (a)  p = GlobalAveragePool (r)  y = Flatten (p)"
    weights = {"w": np.random.default_rng(0).standard_normal((2, 3, 1, 1)).astype(np.float32)}
    pair = "q = QuantizeLinear (x, s, z)  d = DequantizeLinear (q, s, z)  "
    scaling: dict[str, npt.NDArray[Any]] = {"s": np.array(0.25, np.float32), "z": np.array(0, np.int8)}
    for folder in ("rounded", "plain"):
        (tmp_path / folder).mkdir()
    quantised = network_of(tmp_path / "rounded", pair + rest, weights | scaling, SIDE, 2)
    plain = network_of(tmp_path / "plain", rest.replace("(d", "(x"), weights, SIDE, 2)
    tensor = np.random.default_rng(1).standard_normal((3, SIDE, SIDE)).astype(np.float32)
    found = explained(quantised, tensor, "saliency", Target(1))
    expected = explained(plain, (np.rint(tensor * 4) / 4).astype(np.float32), "saliency", Target(1))
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-5)
    assert STRAIGHT_THROUGH in found.note
    assert STRAIGHT_THROUGH not in expected.note
    assert STRAIGHT_THROUGH not in explained(quantised, tensor, "occlusion", Target(1)).note, "it needs no gradient"


def test_a_network_of_half_precision_is_explained_in_float32_and_the_note_says_so(tmp_path: Path) -> None:
    body = "h = Cast <to = 10> (x)  a = Conv (h, w)  r = Relu (a)  p = GlobalAveragePool (r)  f = Flatten (p)"
    weights = {"w": np.random.default_rng(0).standard_normal((2, 3, 1, 1)).astype(np.float16)}
    half = network_of(tmp_path, f"{body}  y = Cast <to = 1> (f)", weights, SIDE, 2)
    tensor = np.random.default_rng(1).standard_normal((3, SIDE, SIDE)).astype(np.float32)
    found = explained(half, tensor, "saliency", Target(1))
    assert SINGLE_PRECISION in found.note
    kernel = weights["w"][1, :, 0, 0].astype(np.float32)
    active = np.tensordot(kernel, tensor, 1) > 0
    np.testing.assert_allclose(found.values, active * kernel[np.abs(kernel).argmax()] / SIDE**2, rtol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_nan_is_an_error(method: str, tmp_path: Path, tensor: Array) -> None:
    with pytest.raises(NonFinite, match="NaN or infinity"):
        explained(overflowing(tmp_path, np.nan), tensor, method, Target(2))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("factor", [1e37, 3e38])
def test_a_map_near_the_limit_of_float32_is_finite(method: str, factor: float, tmp_path: Path, tensor: Array) -> None:
    try:
        found = explained(overflowing(tmp_path, factor), 10 * tensor, method, Target(2))
    except NonFinite:
        return
    assert np.isfinite([*found.values.ravel(), *found.figures.values()]).all()
