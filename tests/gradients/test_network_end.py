"""The end of a network from other outputs of a layer, against NumPy."""

from pathlib import Path

import numpy as np
import pytest

from app.errors import InvalidRequest, NotAvailable
from app.gradients.network_end import NetworkEnd
from app.nets.network import Network
from app.work.stop import Stop
from tests.attribution.small import network_of

SIDE, CLASSES = 4, 5
WEIGHTS = np.random.default_rng(1).standard_normal((3, CLASSES)).astype(np.float32)
TENSOR = np.random.default_rng(2).standard_normal((3, SIDE, SIDE)).astype(np.float32)
BODY = "r = Relu (x)  s = Add (r, x)  g = GlobalAveragePool (s)  {}  y = MatMul (f, w)"
# The second is for one input alone: its shape says so.
FLAT = {"of a batch": "f = Flatten (g)", "of one": "shape = Constant <value_ints = [1, 3]> ()  f = Reshape (g, shape)"}


@pytest.fixture(params=list(FLAT.values()), ids=list(FLAT))
def network(request: pytest.FixtureRequest, tmp_path: Path) -> Network:
    """A rectifier, whose output is added to its input before the classes."""
    return network_of(tmp_path, BODY.format(request.param), {"w": WEIGHTS}, SIDE, CLASSES)


def end_of(network: Network, layer: str, target: str) -> NetworkEnd:
    layers = {each.output: each for each in network.graph.layers}
    return NetworkEnd(network, layers[layer], layers[target])


def test_the_classes_follow_from_each_output_and_from_what_passes_by(network: Network) -> None:
    outputs = np.random.default_rng(3).standard_normal((6, 3, SIDE, SIDE)).astype(np.float32)
    end = end_of(network, "r", "y")
    side_values = end.side_values(TENSOR, Stop())
    expected = (outputs + TENSOR).mean(axis=(2, 3)) @ WEIGHTS
    np.testing.assert_allclose(end.run(outputs, side_values, Stop()), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(end.run(outputs[:1], side_values, Stop()), expected[:1], rtol=1e-4, atol=1e-5)


def test_maps_in_between_have_the_shape_of_their_layer(network: Network) -> None:
    outputs = np.zeros((2, 3, SIDE, SIDE), np.float32)
    end = end_of(network, "r", "s")
    np.testing.assert_array_equal(end.run(outputs, end.side_values(TENSOR, Stop()), Stop()), [TENSOR, TENSOR])


def test_nothing_passes_by_a_layer_that_all_goes_through(network: Network) -> None:
    end = end_of(network, "s", "y")
    assert end.side_values(TENSOR, Stop()) == {}
    ones = np.ones((1, 3, SIDE, SIDE), np.float32)
    np.testing.assert_allclose(end.run(ones, {}, Stop())[0], WEIGHTS.sum(axis=0), rtol=1e-5)


def test_a_target_before_the_layer_is_an_error(network: Network) -> None:
    with pytest.raises(InvalidRequest):
        end_of(network, "y", "r")


def test_a_layer_of_whole_numbers_is_refused(tmp_path: Path) -> None:
    largest = "i = ArgMax <axis = 1> (x)  c = Cast <to = 1> (i)  g = GlobalAveragePool (c)"
    network = network_of(tmp_path, f"{largest}  f = Flatten (g)  y = MatMul (f, w)", {"w": WEIGHTS[:1]}, SIDE, CLASSES)
    with pytest.raises(NotAvailable, match="is int64"):
        end_of(network, "i", "y")
