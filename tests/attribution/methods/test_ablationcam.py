"""Ablation-CAM, against NumPy on a network whose logits are known."""

from pathlib import Path

import numpy as np
import pytest

from app.attribution.target import Target
from app.errors import NotAvailable
from app.nets.network import Network
from tests.attribution.conftest import DENSE, SIDE, layer_gradient, logits_of
from tests.attribution.small import Array, explained, network_of

CLASS = Target(2)
RESHAPES = {
    "for one input": "flat = Reshape (relu, rows)",
    "as the input's shape says": (
        "size = Shape (conv)  count = Slice (size, begin, end)  rest = Constant <value_ints = [-1]> ()"
        "  to = Concat <axis = 0> (count, rest)  flat = Reshape (relu, to)"
    ),
    "through a transpose of the batch": "t = Transpose <perm = [1, 2, 3, 0]> (relu)  flat = Reshape (t, rows)",
}


def test_ablationcam_weights_by_the_share_of_the_score_that_is_lost(dense: Network, tensor: Array, maps: Array) -> None:
    logit = logits_of(tensor)[2]
    lost = np.array([layer_gradient()[channel].ravel() @ maps[channel].ravel() for channel in range(4)])
    found = explained(dense, tensor, "ablationcam", CLASS)
    np.testing.assert_allclose(found.values, np.einsum("c,chw->hw", lost / abs(logit), maps), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", RESHAPES)
def test_the_layers_output_may_be_reshaped_in_any_way_later(
    dense: Network, tensor: Array, tmp_path: Path, name: str
) -> None:
    nodes = f"conv = Conv <pads = [1, 1, 1, 1]> (x, w, b)  relu = Relu (conv)  {RESHAPES[name]}"
    (tmp_path / "reshaped").mkdir()
    weights = {**DENSE, "rows": np.array([1, 4 * SIDE * SIDE]), "begin": np.array([0]), "end": np.array([1])}
    network = network_of(tmp_path / "reshaped", f"{nodes}  y = Gemm <transB = 1> (flat, v, c)", weights, SIDE, 5)
    expected = explained(dense, tensor, "ablationcam", CLASS, "relu").values
    np.testing.assert_allclose(explained(network, tensor, "ablationcam", CLASS, "relu").values, expected, atol=1e-5)


def test_a_layer_of_whole_numbers_is_refused_in_words(tmp_path: Path, tensor: Array) -> None:
    nodes = "q = QuantizeLinear (conv, s)  relu = MaxPool <kernel_shape = [1, 1]> (q)  d = DequantizeLinear (relu, s)"
    nodes = (
        f"conv = Conv <pads = [1, 1, 1, 1]> (x, w, b)  {nodes}  flat = Flatten (d)  y = Gemm <transB = 1> (flat, v, c)"
    )
    network = network_of(tmp_path, nodes, {**DENSE, "s": np.array(0.1, np.float32)}, SIDE, 5)
    with pytest.raises(NotAvailable, match="uint8"):
        explained(network, tensor, "ablationcam", CLASS, "relu")
