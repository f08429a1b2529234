"""Principal components, over the API."""

import io

import httpx
import numpy as np

from tests.web.responses import pixels


def test_each_level_is_a_sum_of_channels_with_the_same_weights_at_every_cell(client: httpx.Client, image: str) -> None:
    path = f"/models/squeezenet1_1/images/{image}/layers/fire2.concat"
    levels = pixels(client.get(f"{path}/components.png")).astype(float).reshape(-1, 3)
    maps = np.load(io.BytesIO(client.get(f"{path}.npy").content))
    cells = np.vstack([maps.reshape(len(maps), -1), np.ones(maps[0].size)]).T
    for level in levels.T:
        inside = (level > 0) & (level < 255)
        weights, *_ = np.linalg.lstsq(cells[inside], level[inside], rcond=None)
        assert np.abs(cells[inside] @ weights - level[inside]).max() < 1  # levels are rounded


def test_the_figures_name_the_samples_and_the_shares_of_the_variance(client: httpx.Client, image: str) -> None:
    path = f"/models/resnet18-imagenette/images/{image}/layers/conv3_2.relu2"
    figures = client.get(f"{path}/components").raise_for_status().json()
    assert len(figures["samples"]) == len(set(figures["samples"])) == 8
    first, second, third = figures["explained"]
    assert 1 > first > second > third > 0
    assert all(low < high for low, high in zip(figures["low"], figures["high"], strict=True))


def test_a_vector_has_no_components(client: httpx.Client, image: str) -> None:
    answer = client.get(f"/models/lenet5/images/{image}/layers/dense_f6/components.png")
    assert answer.status_code == 409
