"""The routes about one channel over HTTP: every figure is worked out again from the arrays that the API gives."""

from typing import Any

import httpx
import numpy as np
import pytest

from tests.web.responses import array, pixels

MODEL = "squeezenet1_1"
EXPAND, SQUEEZE = "fire2.expand3x3", "fire2.squeeze1x1_relu"


def detail(client: httpx.Client, image: str, layer: str, channel: int, model: str = MODEL) -> dict[str, Any]:
    answer = client.get(f"/models/{model}/images/{image}/layers/{layer}/channels/{channel}")
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


@pytest.mark.parametrize(("layer", "channel"), [(EXPAND, 5), ("pool10", 281), ("softmax", 281)])
def test_a_channel_s_array_is_the_layer_s(client: httpx.Client, image: str, layer: str, channel: int) -> None:
    base = f"/models/{MODEL}/images/{image}/layers/{layer}"
    whole, one = array(client, f"{base}.npy"), array(client, f"{base}/channels/{channel}.npy")
    np.testing.assert_array_equal(one.reshape(-1), whole[channel].reshape(-1))
    assert one.dtype == np.float32


@pytest.mark.parametrize(("layer", "channel"), [(EXPAND, 5), (SQUEEZE, 0), ("conv1", 63), ("softmax", 281)])
def test_the_figures_are_those_of_its_numbers(client: httpx.Client, image: str, layer: str, channel: int) -> None:
    found = detail(client, image, layer, channel)
    values = array(client, f"/models/{MODEL}/images/{image}/layers/{layer}/channels/{channel}.npy").astype(np.float64)
    assert (found["min"], found["max"]) == (values.min(), values.max())
    assert (found["mean"], found["std"]) == pytest.approx((values.mean(), values.std()), rel=1e-4)
    table = found["histogram"]
    assert table["zeros"] == (values == 0).sum()
    assert sum(table["counts"]) + table["zeros"] == values.size
    counted, _ = np.histogram(values[values != 0], table["edges"])
    assert np.abs(counted - table["counts"]).max() <= 1  # NumPy counts the last edge in
    cell = found["strongest"]
    assert values.reshape(values.shape if values.ndim == 2 else (1, 1))[cell["y"], cell["x"]] == values.max()


def test_the_strongest_cell_says_what_it_sees_and_what_is_padding(client: httpx.Client, image: str) -> None:
    layers = client.get(f"/models/{MODEL}").json()["layers"]
    field = next(layer for layer in layers if layer["id"] == EXPAND)["receptive_field"]
    for channel in range(6):
        cell = detail(client, image, EXPAND, channel)["strongest"]
        top = field["offset"][0] + cell["y"] * field["step"][0]
        assert (cell["field"]["top"], cell["field"]["bottom"]) == (top, top + field["size"][0])
        assert cell["seen"]["top"] == max(0, top)
        assert cell["seen"]["bottom"] <= min(227, top + field["size"][0])


def test_the_planes_and_the_bias_make_the_channel(client: httpx.Client, image: str) -> None:
    found = detail(client, image, EXPAND, 7)["filter"]["contributions"]
    base = f"/models/{MODEL}/images/{image}/layers"
    fed, made = array(client, f"{base}/{SQUEEZE}.npy"), array(client, f"{base}/{EXPAND}.npy")[7]
    kernel = array(client, f"/models/{MODEL}/layers/{EXPAND}/filters.npy")[7]
    padded = np.pad(fed.astype(np.float64), ((0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    partial = np.einsum("cyxij,cij->cyx", windows, kernel)
    bias = made - partial.sum(axis=0)
    assert bias.std() < 1e-4 * made.std()
    assert found["mean_abs"] == pytest.approx(np.abs(partial).mean(axis=(1, 2)), rel=1e-4)
    assert sum(found["mean"]) + bias.mean() == pytest.approx(made.mean(), abs=1e-4)
    assert found["order"] == sorted(range(16), key=lambda plane: -found["mean_abs"][plane])


def test_a_first_layer_feeds_on_the_picture_itself(client: httpx.Client, image: str) -> None:
    found = detail(client, image, "conv1", 3)
    assert found["filter"]["contributions"]["inputs"] == [0, 1, 2]
    assert found["filter"]["shape"] == [3, 3, 3]


def test_a_depthwise_filter_feeds_on_its_own_channel(client: httpx.Client, image: str) -> None:
    found = detail(client, image, "block1a.depthwise_conv", 9, "efficientnet_lite0")
    assert found["filter"]["contributions"]["inputs"] == [9]


def test_a_dense_unit_is_its_inputs_times_its_weights(client: httpx.Client, image: str) -> None:
    base = f"/models/lenet5/images/{image}/layers"
    layers = client.get("/models/lenet5").json()["layers"]
    dense = next(layer for layer in layers if layer["op"] == "Gemm")
    found = detail(client, image, dense["id"], 4, "lenet5")["filter"]["contributions"]
    fed = array(client, f"{base}/{dense['inputs'][0]}.npy").reshape(-1)
    weights = array(client, f"/models/lenet5/layers/{dense['id']}/filters.npy")[4]
    assert found["mean"] == pytest.approx(weights * fed, rel=1e-5, abs=1e-7)


def test_a_layer_without_weights_has_no_filter(client: httpx.Client, image: str) -> None:
    assert detail(client, image, SQUEEZE, 3)["filter"] is None
    assert client.get(f"/models/{MODEL}/layers/{SQUEEZE}/filters").json()["error"]["code"] == "not_available"


def test_planes_are_drawn_with_the_greatest_contribution_first(client: httpx.Client, image: str) -> None:
    answer = client.get(f"/models/{MODEL}/images/{image}/layers/{EXPAND}/channels/7/planes.png", params={"size": 3})
    drawn = pixels(answer).astype(float)
    first = detail(client, image, EXPAND, 7)["filter"]["contributions"]["order"][0]
    kernel = array(client, f"/models/{MODEL}/layers/{EXPAND}/filters.npy")[7]
    assert np.abs(drawn[:3, :3] - (127.5 + kernel[first] / np.abs(kernel).max() * 127.5)).max() <= 1


def test_filters_that_are_nearly_the_same_are_those_with_a_great_cosine(client: httpx.Client) -> None:
    found = client.get(f"/models/{MODEL}/layers/conv1/filters").json()
    weights = array(client, f"/models/{MODEL}/layers/conv1/filters.npy").reshape(64, -1).astype(np.float64)
    norms = np.linalg.norm(weights, axis=1)
    assert found["l2"] == pytest.approx(norms)
    assert found["l1"] == pytest.approx(np.abs(weights).sum(axis=1))
    cosines = weights @ weights.T / np.outer(norms, norms)
    exact = cosines[np.triu_indices(64, 1)]
    assert found["pairs"] == (exact >= found["threshold"]).sum() > 0
    for pair in found["closest"][:5]:
        assert pair["cosine"] == pytest.approx(cosines[pair["one"], pair["other"]], abs=1e-5)


def test_every_cell_s_box_is_where_its_row_and_its_column_look(client: httpx.Client) -> None:
    """Two 3 x 3 windows of stride 2, then one of 3 x 3 padded by 1: 15 pixels, one every 4; less at the borders."""
    found = client.get(f"/models/{MODEL}/layers/{EXPAND}/fields").json()
    assert len(found["rows"]) == len(found["columns"]) == 56
    assert found["rows"][:2] == [[0, 11], [0, 15]]
    assert found["rows"][10] == [36, 51]


@pytest.mark.parametrize("rest", ["", ".npy", "/planes.png"])
def test_an_unknown_channel_is_named(client: httpx.Client, image: str, rest: str) -> None:
    answer = client.get(f"/models/{MODEL}/images/{image}/layers/{EXPAND}/channels/64{rest}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_channel")


def test_an_answer_is_kept_for_ever(client: httpx.Client, image: str) -> None:
    url = f"/models/{MODEL}/images/{image}/layers/{EXPAND}/channels/7"
    first = client.get(url)
    again = client.get(url, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
