"""What no rule covers is refused with its reason, not differentiated wrongly."""

import numpy as np
import pytest

from app.errors import NotDifferentiable
from tests.gradients.probing import MAPS, Node, after, built, chain, floats, node

MEAN = after("ReduceMean", "x", keepdims=0)  # one number, which depends on the input
REFUSED: dict[str, tuple[list[Node], str]] = {
    "a bound": ([MEAN, after("Clip", "x", "y0")], "its bounds depend on the input"),
    "slopes": ([after("Sigmoid", "x"), after("PRelu", "x", "y0")], "its slopes depend on the input"),
    "a padding value": (
        [MEAN, after("Pad", "x", np.array([0, 0, 1, 1, 0, 0, 1, 1]), "y0")],
        "its padding value depends on the input",
    ),
    "column-major indices": (
        [node("MaxPool", kernel_shape=[2, 2], storage_order=1, outputs=2)],
        "its indices are column-major",
    ),
    "a part of the picture": (
        [
            node(
                "Resize",
                floats(0, 0, 0, 0, 1, 1, 0.5, 0.5),
                floats(1, 1, 2, 2),
                coordinate_transformation_mode="tf_crop_and_resize",
            )
        ],
        "its coordinate mode tf_crop_and_resize is not supported",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused(case: str) -> None:
    nodes, reason = REFUSED[case]
    with pytest.raises(NotDifferentiable, match=reason):
        built(chain(*nodes, shape=MAPS))
