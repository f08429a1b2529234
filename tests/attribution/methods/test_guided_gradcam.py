"""Guided Grad-CAM against its two factors."""

import numpy as np

from app.attribution.target import Target
from app.nets.network import Network
from tests.attribution.small import Array, explained

CLASS = Target(2)


def test_guided_gradcam_is_guided_backprop_where_gradcam_is_positive(dense: Network, tensor: Array) -> None:
    guided, cam, both = (
        explained(dense, tensor, method, CLASS, **given).values
        for method, given in (
            ("guided_backprop", {"colours": "sum"}),
            ("gradcam", {}),
            ("guided_gradcam", {"colours": "sum"}),
        )
    )
    np.testing.assert_allclose(both, guided * np.maximum(cam, 0), atol=1e-5)
