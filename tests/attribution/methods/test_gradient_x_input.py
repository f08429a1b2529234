"""Gradient times input, against the gradient by hand."""

import numpy as np

from app.attribution.target import Target
from app.nets.network import Network
from tests.attribution.conftest import input_gradient
from tests.attribution.small import Array, explained

CLASS = Target(2)


def test_gradient_x_input(dense: Network, tensor: Array) -> None:
    found = explained(dense, tensor, "gradient_x_input", CLASS).values
    np.testing.assert_allclose(found, (input_gradient(tensor) * tensor).sum(axis=0), atol=1e-5)
