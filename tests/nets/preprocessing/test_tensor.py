"""The input tensor, against arithmetic by hand."""

import numpy as np
import pytest

from app.nets.card import InputSpec, Resize
from app.nets.preprocessing.tensor import gradient_of_view, tensor_of


@pytest.mark.parametrize(("channels", "order"), [("RGB", (0, 1, 2)), ("BGR", (2, 1, 0))])
def test_the_tensor_is_normalised_and_in_the_networks_channel_order(channels: str, order: tuple[int, ...]) -> None:
    view = np.random.default_rng(0).integers(0, 256, (6, 5, 3), dtype=np.uint8)
    mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    resize = Resize(rule="squash")
    fed = InputSpec(width=5, height=6, channels=channels, scale=1 / 255, mean=mean, std=std, resize=resize)  # type: ignore[arg-type]  # str here, a literal there
    tensor = tensor_of(view, fed)
    assert tensor.shape == (1, 3, 6, 5)
    assert tensor.dtype == np.float32
    for place, plane in enumerate(order):
        expected = (view[..., plane] / 255 - mean[place]) / std[place]
        np.testing.assert_allclose(tensor[0, place], expected, atol=1e-6)


def test_a_grey_tensor_has_one_channel() -> None:
    view = np.full((4, 4, 3), 51, np.uint8)
    fed = InputSpec(
        width=4, height=4, channels="grey", scale=1 / 255, mean=(0.1,), std=(0.5,), resize=Resize(rule="squash")
    )
    np.testing.assert_allclose(tensor_of(view, fed), np.full((1, 1, 4, 4), 0.2), atol=1e-6)


@pytest.mark.parametrize("channels", ["RGB", "BGR", "grey"])
def test_the_gradient_by_the_view_is_that_of_a_sum_over_the_tensor(channels: str) -> None:
    """A weighted sum of the tensor rises with each level of the view by that pixel's gradient."""
    count = 1 if channels == "grey" else 3
    factors = {"mean": (1.0, 2.0, 3.0)[:count], "std": (2.0, 4.0, 5.0)[:count], "scale": 0.5}
    size = {"width": 2, "height": 2, "channels": channels, "resize": {"rule": "squash"}}
    own = InputSpec.model_validate(size | factors)
    weights = np.arange(4 * count, dtype=np.float32).reshape(count, 2, 2) + 1
    view = np.full((2, 2, 3), 100, np.float32)
    for channel in range(count):
        higher = view.copy()
        higher[1, 0, channel] += 1
        rise = float((weights * (tensor_of(higher, own) - tensor_of(view, own))[0]).sum())
        assert gradient_of_view(weights, own)[1, 0, channel] == pytest.approx(rise, rel=1e-4)
