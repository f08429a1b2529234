"""The input tensor, against arithmetic by hand."""

import numpy as np
import pytest

from app.nets.card import InputSpec, Resize
from app.nets.preprocessing.tensor import tensor_of


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
