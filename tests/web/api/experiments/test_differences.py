"""Differences over HTTP: every pixel is one output minus the other."""

import io

import httpx
import numpy as np
import pytest
from PIL import Image

from tests.web.responses import array, pixels

LAYERS = "/models/squeezenet1_1/images/{}/layers"
SQUEEZE, RELU = "fire2.squeeze1x1", "fire2.squeeze1x1_relu"


@pytest.fixture(scope="module")
def mirrored(server: str, cat: bytes) -> str:
    """The id of the cat's picture, mirrored."""
    file = io.BytesIO()
    Image.open(io.BytesIO(cat)).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(file, "PNG")
    answer = httpx.post(f"{server}/api/v1/images", files={"file": file.getvalue()})
    return str(answer.json()["id"])


def test_a_sheet_and_a_channel_are_one_picture_minus_the_other(client: httpx.Client, image: str, mirrored: str) -> None:
    values, reference = (array(client, f"{LAYERS.format(each)}/{RELU}.npy") for each in (mirrored, image))
    exact = values - reference
    base = f"{LAYERS.format(mirrored)}/{RELU}"
    query: dict[str, str | int] = {"against_image": image, "size": 56, "domain": "layer"}
    answer = client.get(f"{base}/difference.png", params=query)
    end = np.abs(exact).max()
    assert (answer.headers["x-scale-min"], answer.headers["x-scale-max"]) == (repr(float(-end)), repr(float(end)))
    sheet, columns = pixels(answer).astype(float), int(answer.headers["x-sheet-columns"])
    for channel, differences in enumerate(exact):
        top, left = channel // columns * 57, channel % columns * 57
        assert np.abs(sheet[top : top + 56, left : left + 56] - 127.5 * (1 + differences / end)).max() <= 1
    one = pixels(client.get(f"{base}/channels/2/difference.png", params=query))
    top, left = 2 // columns * 57, 2 % columns * 57
    np.testing.assert_array_equal(one, sheet[top : top + 56, left : left + 56])


def test_what_a_relu_takes_away_is_the_negative_part(client: httpx.Client, image: str) -> None:
    before = array(client, f"{LAYERS.format(image)}/{SQUEEZE}.npy")
    answer = client.get(f"{LAYERS.format(image)}/{RELU}/difference", params={"against_layer": SQUEEZE}).json()
    assert answer["against"] == {"model": "squeezenet1_1", "image": image, "layer": SQUEEZE}
    assert answer["rms"] == pytest.approx(np.sqrt(np.mean(np.minimum(before, 0) ** 2)), rel=1e-5)
    assert answer["difference"]["min"] == 0
    sheet = client.get(f"{LAYERS.format(image)}/{RELU}/difference.png", params={"against_layer": SQUEEZE})
    assert sheet.headers["x-scale-signed"] == "1"  # although nothing is negative
    assert answer["most_different"][0] == int(np.argmax(np.sum(np.minimum(before, 0) ** 2, axis=(1, 2))))


def test_two_sheets_are_drawn_on_one_given_scale(client: httpx.Client, image: str) -> None:
    values = array(client, f"{LAYERS.format(image)}/{RELU}.npy")
    answer = client.get(f"{LAYERS.format(image)}/{RELU}/channels/5.png", params={"size": 56, "end": 8, "signed": True})
    assert answer.headers["x-scale-domain"] == "fixed"
    assert np.abs(pixels(answer) - 127.5 * (1 + np.clip(values[5] / 8, -1, 1))).max() <= 1


def test_the_tag_depends_on_both_networks_and_only_pinned_ones_are_immutable(client: httpx.Client, image: str) -> None:
    pinned = {each["id"]: each["pinned"] for each in client.get("/models").json()}
    base = f"/models/{pinned['squeezenet1_1']}/images/{image}/layers/{RELU}/difference"
    same = {"against_layer": SQUEEZE}
    loose = client.get(base, params=same | {"against_model": "squeezenet1_1"})
    fixed = client.get(base, params=same | {"against_model": pinned["squeezenet1_1"]})
    assert "immutable" not in loose.raise_for_status().headers["cache-control"]
    assert "immutable" in fixed.raise_for_status().headers["cache-control"]
    assert client.get(base, params=same, headers={"if-none-match": "*"}).status_code == 200
    assert client.get(str(fixed.url), headers={"if-none-match": fixed.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ({}, 400, "what to subtract"),
        ({"against_layer": "conv1"}, 409, "16 × 56 × 56"),
        ({"against_image": "0" * 64}, 404, ""),
        ({"against_model": "none"}, 404, ""),
        ({"against_layer": SQUEEZE, "end": 3, "clip": 0.01}, 400, "clipped"),
    ],
)
def test_errors_say_what_can_not_be_subtracted(
    client: httpx.Client, image: str, query: dict[str, str | float], status: int, words: str
) -> None:
    answer = client.get(f"{LAYERS.format(image)}/{RELU}/difference.png", params=query)
    assert answer.status_code == status
    assert words in answer.json()["error"]["message"]
