"""Changes of a photo over the API, against Pillow."""

import io
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from tests.web.responses import pixels


def test_a_changed_photo_is_a_photo_like_any_other(client: httpx.Client, image: str, cat: bytes) -> None:
    changes = [{"name": "rotation", "amounts": [38]}, {"name": "flip", "amounts": [1]}]
    answer = client.post(f"/images/{image}/perturbations", json=changes)
    assert answer.status_code == 201
    info = answer.json()
    assert (info["image"], info["changes"]) == (image, ["rotation:38", "flip:1,0"])
    turned = Image.open(io.BytesIO(cat)).rotate(38, Image.Resampling.BILINEAR)
    expected = np.asarray(turned.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    address = answer.url.join(answer.headers["location"])
    np.testing.assert_array_equal(pixels(client.get(address)), expected)
    assert (info["height"], info["width"]) == expected.shape[:2]
    predictions = client.get(f"/models/squeezenet1_1/images/{info['id']}/predictions").json()
    assert predictions["image"] == info["id"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ([{"name": "twirl"}], 400),
        ([{"name": "rotation", "amounts": [181]}], 400),
        ([{"name": "rotation", "amounts": [1, 2]}], 400),
        ([{"name": "rotation", "angle": 3}], 422),
        ([{"name": "flip"}] * 13, 422),
        ({"name": "flip"}, 422),
    ],
)
def test_what_is_no_change_is_refused(client: httpx.Client, image: str, changes: Any, status: int) -> None:
    answer = client.post(f"/images/{image}/perturbations", json=changes)
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == "invalid_request"


def test_a_photo_that_is_not_there_is_not_changed(client: httpx.Client) -> None:
    assert client.post(f"/images/{'0' * 32}/perturbations", json=[]).status_code == 404


def test_the_list_says_what_each_change_takes(client: httpx.Client) -> None:
    listed = {each["name"]: each for each in client.get("/perturbations").json()}
    assert listed["rotation"]["parameters"] == [
        {"name": "angle", "low": -180, "high": 180, "neutral": 0, "step": 1, "unit": "°"}
    ]
