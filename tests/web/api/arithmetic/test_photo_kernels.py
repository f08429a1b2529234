"""The response of a photo to a kernel at an address of its own."""

import httpx
import numpy as np

from tests.web.responses import pixels

SOBEL = "-1 0 1; -2 0 2; -1 0 1"


def test_the_picture_is_that_of_convolve(client: httpx.Client, image: str) -> None:
    """In colour, of the same photo and kernel."""
    found = client.get(f"/images/{image}/kernel.png", params={"kernel": "0 1 0; 1 -3 1; 0 1 0", "colour": 1})
    request = {"matrix": image, "kernel": [[0, 1, 0], [1, -3, 1], [0, 1, 0]], "padding": "valid"}
    expected = client.post("/convolve.png", json=request)
    np.testing.assert_array_equal(pixels(found), pixels(expected))


def test_the_luma_has_one_map_with_its_range(client: httpx.Client, image: str) -> None:
    answer = client.get(f"/images/{image}/kernel.png", params={"kernel": SOBEL, "bias": 1, "stride": 2})
    assert answer.headers["x-scale-signed"] == "1"
    assert float(answer.headers["x-scale-max"]) == -float(answer.headers["x-scale-min"]) > 0
    assert "immutable" in answer.headers["cache-control"]


def test_nonsense_is_refused_with_a_sentence(client: httpx.Client, image: str) -> None:
    for query, status in (("?kernel=1 x", 400), (f"?kernel={SOBEL}&stride=0", 422), ("", 422)):
        answer = client.get(f"/images/{image}/kernel.png{query}")
        assert answer.status_code == status
        assert answer.json()["error"]["message"]
    assert client.get("/images/nothing/kernel.png", params={"kernel": SOBEL}).status_code == 404
