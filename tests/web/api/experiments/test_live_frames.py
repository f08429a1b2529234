"""Live frames: what they are answered with is what the stored picture gives, and nothing is stored."""

import base64
import io
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from app.images.decode import Limits, decode
from app.images.perturbations.change import apply_changes, read_changes
from tests.conftest import SAMPLES
from tests.web.responses import pixels

DIGIT = (SAMPLES / "digits" / "7.jpg").read_bytes()


def live(client: httpx.Client, model: str, file: bytes, **params: Any) -> httpx.Response:
    return client.post(f"/models/{model}/live", files={"file": file}, params=params)


def png_of(address: str) -> Image.Image:
    head, _, content = address.partition(",")
    assert head == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(content)))


def as_png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_a_frame_gives_what_the_stored_picture_gives(client: httpx.Client) -> None:
    layers = ["pool_s2", "dense_f6", "softmax"]
    frame = live(client, "lenet5", DIGIT, layer=layers, top_k=10, clip=0.0005).raise_for_status().json()
    path = f"/models/lenet5/images/{client.post('/images', files={'file': DIGIT}).json()['id']}"
    assert frame["predictions"] == client.get(f"{path}/predictions", params={"top_k": 10}).json()["predictions"]
    np.testing.assert_array_equal(np.asarray(png_of(frame["input"])), pixels(client.get(f"{path}/view.png")))
    assert [layer["id"] for layer in frame["layers"]] == layers
    for layer in frame["layers"]:
        sheet = client.get(f"{path}/layers/{layer['id']}.png", params={"domain": "layer", "clip": 0.0005})
        np.testing.assert_array_equal(np.asarray(png_of(layer["maps"])), pixels(sheet))
        assert [layer["min"], layer["max"]] == [float(sheet.headers[f"x-scale-{end}"]) for end in ("min", "max")]


def test_without_the_centring_of_mnist_the_whole_frame_is_the_input(client: httpx.Client) -> None:
    strokes = Image.new("L", (280, 280))
    strokes.paste(255, (20, 20, 44, 180))
    frame = live(client, "lenet5", as_png(strokes), fit="squash", layer="conv_c1").raise_for_status().json()
    expected = np.asarray(strokes.convert("RGB").resize((32, 32), Image.Resampling.BILINEAR))
    np.testing.assert_array_equal(np.asarray(png_of(frame["input"])), expected)
    centred = np.asarray(png_of(live(client, "lenet5", as_png(strokes)).json()["input"]))
    columns = centred[..., 0].sum(axis=0, dtype=np.int64)
    assert round(float(columns @ np.arange(32) / columns.sum())) == 16


def test_a_frame_is_not_stored(client: httpx.Client) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (40, 40, 3), np.uint8)
    file = as_png(Image.fromarray(noise))
    frame = live(client, "squeezenet1_1", file).raise_for_status().json()
    assert frame["layers"] == []
    assert len(frame["predictions"]) == 5
    assert client.get(f"/images/{decode(file, Limits()).id}.png").status_code == 404


def test_changes_come_before_all_else_and_are_not_stored(client: httpx.Client) -> None:
    stored = client.post("/images", files={"file": DIGIT}).json()["id"]
    changes: dict[str, Any] = {"change": ["thickness:2", "rotation:30", "shift:10,-5"], "fit": "squash"}
    frame = client.get(f"/models/lenet5/images/{stored}/live", params=changes).raise_for_status().json()
    photo = np.asarray(Image.open(io.BytesIO(client.get(f"/images/{stored}.png").content)).convert("RGB"))
    changed = Image.fromarray(apply_changes(photo, read_changes(changes["change"])))
    expected = np.asarray(changed.resize((32, 32), Image.Resampling.BILINEAR).convert("L"))
    np.testing.assert_array_equal(np.asarray(png_of(frame["input"]))[..., 0], expected)
    assert frame["predictions"] == live(client, "lenet5", as_png(changed), fit="squash").json()["predictions"]


@pytest.mark.parametrize(
    ("status", "file", "params"),
    [
        (413, b"\xff\xd8" + bytes(2_000_000), {}),
        (415, b"no picture", {}),
        (404, DIGIT, {"layer": "conv_c9"}),
        (400, DIGIT, {"change": "rotation:360"}),
        (400, DIGIT, {"layer": ["conv_c1"] * 24, "size": 2000}),
        (422, DIGIT, {"layer": ["conv_c1"] * 25}),
    ],
)
def test_what_is_no_frame_is_refused(client: httpx.Client, status: int, file: bytes, params: dict[str, Any]) -> None:
    answer = live(client, "lenet5", file, **params)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]
