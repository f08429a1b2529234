"""Pictures over the API: a photo of a phone is added, and a damaged one is refused, in our own words."""

import io

import httpx
import numpy as np
from PIL import Image

from tests.images.heif import heic
from tests.web.responses import pixels

COLOURS = np.random.default_rng(0).integers(0, 256, (120, 200, 3), np.uint8)


def test_a_photo_in_heic_comes_back_upright(client: httpx.Client) -> None:
    answer = client.post("/images", files={"file": ("IMG_0001.HEIC", heic(COLOURS, orientation=6), "image/heic")})
    assert answer.status_code == 201
    info = answer.json()
    assert (info["format"], info["width"], info["height"]) == ("HEIC", 120, 200)
    np.testing.assert_array_equal(pixels(client.get(f"/images/{info['id']}.png")), np.rot90(COLOURS, -1))


def test_a_photo_in_heic_that_was_cut_off_is_refused(client: httpx.Client) -> None:
    answer = client.post("/images", files={"file": ("IMG_0001.HEIC", heic(COLOURS)[:-100], "image/heic")})
    assert answer.status_code == 422
    assert answer.json()["error"]["message"] == "The HEIC is damaged: the file ends before the picture does."


def test_a_photo_is_drawn_with_changes_that_are_not_stored(client: httpx.Client, image: str, cat: bytes) -> None:
    drawn = pixels(client.get(f"/images/{image}.png", params={"change": ["flip:1", "brightness:2"]}))
    expected = np.clip(np.fliplr(np.asarray(Image.open(io.BytesIO(cat)))).astype(int) * 2, 0, 255)
    np.testing.assert_array_equal(drawn, expected)
    assert client.get(f"/images/{image}.png", params={"change": "twirl"}).status_code == 400


def test_a_small_picture_of_a_change_is_nearly_the_changed_one_made_small(client: httpx.Client, image: str) -> None:
    whole = pixels(client.get(f"/images/{image}.png?change=rotation:30"))
    preview = pixels(client.get(f"/images/{image}.png?change=rotation:30&size=48"))
    height, width = preview.shape[:2]
    assert 32 <= width <= 48
    small = Image.fromarray(whole).resize((width, height), Image.Resampling.BOX)
    assert np.abs(preview.astype(float) - np.asarray(small)).mean() < 6  # levels
