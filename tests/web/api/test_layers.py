"""The PNG routes over HTTP: every pixel of a sheet is the number it stands for."""

import io

import httpx
import numpy as np
import pytest
from PIL import Image

from app.analysis.statistics import statistics_of
from app.web.api.responses import PooledStatisticsInfo
from tests.web.responses import array, pixels

MODEL = "squeezenet1_1"
SQUEEZE = "fire2.squeeze1x1"
RELU = "fire2.squeeze1x1_relu"


def test_the_stored_picture_is_the_photo(client: httpx.Client, image: str, cat: bytes) -> None:
    photo = np.asarray(Image.open(io.BytesIO(cat)).convert("RGB"))
    np.testing.assert_array_equal(pixels(client.get(f"/images/{image}.png")), photo)


def test_a_smaller_picture_is_the_mean_of_the_stored_one(client: httpx.Client, image: str) -> None:
    whole, small = pixels(client.get(f"/images/{image}.png")), pixels(client.get(f"/images/{image}.png?size=226"))
    assert small.shape == (150, 226, 3)
    assert np.abs(small[3, 5] - whole[6:8, 10:12].mean(axis=(0, 1))).max() <= 0.5


def test_the_view_has_the_networks_size(client: httpx.Client, image: str) -> None:
    assert pixels(client.get(f"/models/{MODEL}/images/{image}/view.png")).shape == (227, 227, 3)


def test_every_cell_of_a_sheet_is_its_channel_on_its_own_scale(client: httpx.Client, image: str) -> None:
    base = f"/models/{MODEL}/images/{image}/layers/{RELU}"
    answer = client.get(f"{base}.png", params={"size": 56})
    sheet, activation = pixels(answer), array(client, f"{base}.npy")
    columns = int(answer.headers["x-sheet-columns"])
    pitch_x, pitch_y = map(int, answer.headers["x-sheet-pitch"].split())
    width, height = map(int, answer.headers["x-sheet-cell"].split())
    assert (height, width) == activation.shape[1:]
    for channel, values in enumerate(activation):
        top, left = channel // columns * pitch_y, channel % columns * pitch_x
        cell = sheet[top : top + height, left : left + width].astype(float)
        expected = values / values.max() * 255 if values.max() else values
        assert np.abs(cell - expected).max() <= 0.51


@pytest.mark.parametrize("layer", ["output", "conv_c5"])
def test_the_values_of_a_vector_are_bars(client: httpx.Client, image: str, layer: str) -> None:
    base = f"/models/lenet5/images/{image}/layers/{layer}"
    answer = client.get(f"{base}.png")
    bars, values = pixels(answer).astype(int), array(client, f"{base}.npy").ravel()
    assert int(answer.headers["x-sheet-columns"]) == len(values)
    pitch = int(answer.headers["x-sheet-pitch"].split()[0])
    span = max(values.max(), 0) - min(values.min(), 0)
    for place, value in enumerate(values):
        column = bars[:, place * pitch]
        assert (column != 128).sum() == pytest.approx(len(column) * abs(value) / span, abs=1)
        if abs(value) > span / 20:
            expected = 127.5 * (1 + value / np.abs(values).max())
            assert np.abs(column[column != 128] - expected).max() <= 1
    assert pixels(client.get(f"{base}.png?size=48")).shape[0] == 48


def test_the_layers_scale_is_in_the_headers_and_the_strongest_come_first(client: httpx.Client, image: str) -> None:
    base = f"/models/{MODEL}/images/{image}/layers/{RELU}"
    answer = client.get(f"{base}.png", params={"domain": "layer", "order": "max"})
    activation = array(client, f"{base}.npy")
    assert float(answer.headers["x-scale-max"]) == pytest.approx(float(activation.max()))
    assert answer.headers["x-scale-domain"] == "layer"
    order = [int(channel) for channel in answer.headers["x-sheet-order"].split(",")]
    assert order == np.argsort(-activation.max(axis=(1, 2)), kind="stable").tolist()


@pytest.mark.parametrize(("layer", "signed"), [(RELU, False), (SQUEEZE, True)])
def test_all_tiles_share_a_scale_without_the_extreme_values(
    client: httpx.Client, image: str, layer: str, signed: bool
) -> None:
    base = f"/models/{MODEL}/images/{image}/layers/{layer}"
    activation = array(client, f"{base}.npy")
    end = np.sort(np.abs(activation).ravel())[-1 - activation.size // 2000]
    answer = client.get(f"{base}.png", params={"size": 56, "domain": "layer", "clip": 0.0005, "columns": 3})
    assert float(answer.headers["x-scale-max"]) == end < np.abs(activation).max()
    clipped = np.clip(activation / end, -1, 1)
    expected = 127.5 + 127.5 * clipped if signed else 255 * clipped
    sheet, pitch = pixels(answer).astype(float), 57
    assert sheet.shape[1] == 3 * pitch - 1
    for channel, levels in enumerate(expected):
        top, left = channel // 3 * pitch, channel % 3 * pitch
        assert np.abs(sheet[top : top + 56, left : left + 56] - levels).max() <= 1
    one = client.get(f"{base}/channels/5.png", params={"size": 56, "domain": "layer", "clip": 0.0005})
    np.testing.assert_array_equal(pixels(one), sheet[pitch : pitch + 56, 2 * pitch : 2 * pitch + 56])


def test_without_the_parameter_nothing_is_clipped(client: httpx.Client, image: str) -> None:
    url = f"/models/{MODEL}/images/{image}/layers/{RELU}.png"
    whole = client.get(url, params={"domain": "layer"})
    clipped = client.get(url, params={"domain": "layer", "clip": 0.0005})
    assert whole.headers["etag"] != clipped.headers["etag"]
    assert whole.content == client.get(url, params={"domain": "layer", "clip": 0}).content != clipped.content


def test_a_channel_has_the_asked_size_and_colours(client: httpx.Client, image: str) -> None:
    base = f"/models/{MODEL}/images/{image}/layers/{SQUEEZE}/channels/3.png"
    grey = client.get(base, params={"size": 112})
    coloured = client.get(base, params={"size": 112, "colormap": "viridis"})
    assert pixels(grey).shape == (112, 112)
    assert Image.open(io.BytesIO(coloured.content)).mode == "P"
    assert grey.headers["x-scale-signed"] == "1"  # before the ReLU


def test_a_layer_without_a_finite_number_has_none_in_its_statistics() -> None:
    pooled = PooledStatisticsInfo.model_validate(statistics_of(np.full((2, 3, 3), np.nan, np.float32)).layer)
    again = PooledStatisticsInfo(**dict(pooled))
    assert (again.min, again.max, again.mean, again.nan) == (None, None, None, 18)


def test_the_axes_of_every_layer_are_named(client: httpx.Client, image: str) -> None:
    network = client.get("models/lenet5").json()["layers"]
    run = client.get(f"models/lenet5/images/{image}/layers").json()["layers"]
    assert [layer["axes"] for layer in network] == [layer["axes"] for layer in run]
    assert run[0]["axes"] == ["channel", "height", "width"]
    assert all(len(layer["axes"]) == len(layer["shape"]) for layer in run)


def test_an_overlay_without_opacity_is_the_view(client: httpx.Client, image: str) -> None:
    view = pixels(client.get(f"/models/{MODEL}/images/{image}/view.png"))
    base = f"/models/{MODEL}/images/{image}/layers/{SQUEEZE}/channels/3.png"
    np.testing.assert_array_equal(pixels(client.get(base, params={"overlay": 0})), view)
    assert (pixels(client.get(base, params={"overlay": 0.7})) != view).mean() > 0.5


def test_first_layer_filters_are_in_colour_and_in_the_pictures_order(client: httpx.Client) -> None:
    answer = client.get(f"/models/{MODEL}/layers/conv1/filters.png", params={"size": 3})
    weights = array(client, f"/models/{MODEL}/layers/conv1/filters.npy")  # fed BGR
    drawn = pixels(answer)[:3, :3].astype(float)
    expected = 127.5 + weights[0, ::-1].transpose(1, 2, 0) / np.abs(weights).max() * 127.5
    assert np.abs(drawn - expected).max() <= 1


@pytest.mark.parametrize(("layer", "shape"), [(SQUEEZE, (16, 64)), ("fire2.expand3x3", (64 * 3, 16 * 3))])
def test_deeper_filters_are_drawn_weight_by_weight(client: httpx.Client, layer: str, shape: tuple[int, int]) -> None:
    drawn = pixels(client.get(f"/models/{MODEL}/layers/{layer}/filters.png"))
    assert drawn.shape[0] % shape[0] == 0
    assert drawn.shape[1] % shape[1] == 0


def test_one_filter_shows_every_plane(client: httpx.Client) -> None:
    answer = client.get(f"/models/{MODEL}/layers/fire2.expand3x3/filters/5.png", params={"size": 3})
    weights = array(client, f"/models/{MODEL}/layers/fire2.expand3x3/filters.npy")[5]
    drawn = pixels(answer)[:3, :3].astype(float)
    assert np.abs(drawn - (127.5 + weights[0] / np.abs(weights).max() * 127.5)).max() <= 1


@pytest.fixture(scope="module")
def pinned_id(server: str) -> str:
    identity: str = httpx.get(f"{server}/api/v1/models/{MODEL}").json()["pinned"]
    return identity


def test_a_second_asking_is_answered_with_not_modified(client: httpx.Client, image: str) -> None:
    url = f"/models/{MODEL}/images/{image}/layers/{SQUEEZE}.png"
    first = client.get(url)
    again = client.get(url, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(url, params={"order": "max"}, headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


def test_only_what_can_never_change_is_kept_for_ever(client: httpx.Client, image: str, pinned_id: str) -> None:
    about_both = f"/images/{image}/layers/{SQUEEZE}.png"
    kept = client.get(f"/models/{pinned_id}{about_both}")
    asked_again = client.get(f"/models/{MODEL}{about_both}")
    assert kept.content == asked_again.content
    assert "immutable" in kept.headers["cache-control"]
    assert asked_again.headers["cache-control"] == "private, no-cache"
    assert "immutable" in client.get(f"/images/{image}.png").headers["cache-control"]


def test_a_pin_of_another_file_is_no_network(client: httpx.Client, pinned_id: str) -> None:
    answer = client.get(f"/models/{pinned_id[:-1]}{'0' if pinned_id[-1] != '0' else '1'}/layers/conv1/filters.png")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_model")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/models/nothing/images/{image}/view.png", 404, "unknown_model"),
        ("/models/squeezenet1_1/images/" + "0" * 32 + "/view.png", 404, "unknown_image"),
        ("/models/squeezenet1_1/images/..%2f..%2fetc/view.png", 404, "not_found"),
        ("/models/squeezenet1_1/images/{image}/layers/nothing.png", 404, "unknown_layer"),
        ("/models/squeezenet1_1/images/{image}/layers/conv1/channels/64.png", 404, "unknown_channel"),
        ("/models/squeezenet1_1/images/{image}/layers/conv1.png?order=size", 422, "invalid_request"),
        ("/models/squeezenet1_1/images/{image}/layers/conv1.png?domain=fixed", 422, "invalid_request"),
        ("/models/squeezenet1_1/images/{image}/layers/conv1.png?clip=0.0005", 400, "invalid_request"),
        ("/models/squeezenet1_1/images/{image}/layers/conv1.png?domain=layer&clip=0.5", 422, "invalid_request"),
        ("/models/squeezenet1_1/images/{image}/layers/conv1/channels/1.png?overlay=2", 422, "invalid_request"),
        ("/models/squeezenet1_1/layers/pool1/filters.png", 409, "not_available"),
        ("/models/squeezenet1_1/layers/conv1/filters/64.png", 404, "unknown_channel"),
    ],
)
def test_what_is_not_there_is_named(client: httpx.Client, image: str, path: str, status: int, code: str) -> None:
    answer = client.get(path.format(image=image))
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
