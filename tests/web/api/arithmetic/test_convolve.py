"""Convolutions of typed numbers and of pictures over HTTP."""

from typing import Any

import httpx
import numpy as np
import pytest

from app.web.api.arithmetic.convolve import BODY_BYTES, SOBEL
from tests.arithmetic.test_convolve import GREY, VERTICAL
from tests.web.responses import pixels

BOX = [[1 / 9] * 3] * 3


def convolve(client: httpx.Client, **request: Any) -> dict[str, Any]:
    answer = client.post("/convolve", json=request)
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


def refusal(client: httpx.Client, status: int, **request: Any) -> str:
    for path in ("/convolve", "/convolve.png"):
        answer = client.post(path, json=request)
        assert answer.status_code == status, answer.text
    message: str = answer.json()["error"]["message"]
    return message


def test_a_matrix_and_a_kernel(client: httpx.Client) -> None:
    assert convolve(client, matrix=GREY, kernel=VERTICAL) == {
        "result": [[-5, -4, 0, 8], [-10, -2, 2, 3], [0, -2, -4, -7], [-3, -2, -3, -16]],
        "output_shape": [4, 4],
        "formula": {"rows": "(6 + 2 × 0 − 3) / 1 + 1 = 4", "columns": "(6 + 2 × 0 − 3) / 1 + 1 = 4"},
        "padding": {"top": 0, "left": 0, "bottom": 0, "right": 0},
        "left_over": {"rows": [], "columns": []},
        "operations": 144,
    }


def test_the_example_of_the_documentation_finds_an_edge(client: httpx.Client) -> None:
    assert convolve(client, **SOBEL)["result"] == [[36, 36], [36, 36]]


def test_a_size_that_does_not_fit(client: httpx.Client) -> None:
    found = convolve(client, matrix=GREY, kernel=VERTICAL, stride=[2, 1])
    assert found["formula"]["rows"] == "⌊(6 + 2 × 0 − 3) / 2⌋ + 1 = 2"
    assert found["left_over"] == {"rows": [5], "columns": []}


def test_same_padding_says_what_it_is(client: httpx.Client) -> None:
    found = convolve(client, matrix=GREY, kernel=VERTICAL, stride=2, padding="same")
    assert found["output_shape"] == [3, 3]
    assert found["padding"] == {"top": 0, "left": 0, "bottom": 1, "right": 1}


@pytest.mark.parametrize(
    ("matrix", "kernel", "options", "shape"),
    [
        ([GREY] * 3, VERTICAL, {}, [3, 4, 4]),
        ([GREY] * 3, [VERTICAL] * 3, {}, [4, 4]),
        ([GREY] * 3, [VERTICAL] * 3, {"groups": 3}, [3, 4, 4]),
        ([GREY] * 4, [[VERTICAL] * 2] * 6, {"groups": 2, "bias": [1, 2, 3, 4, 5, 6]}, [6, 4, 4]),
        (GREY, [[VERTICAL]] * 2, {"dilation": 2}, [2, 2, 2]),
        ([GREY] * 3, [[VERTICAL] * 2] * 3, {"transposed": True, "stride": 2}, [2, 13, 13]),
        (GREY, VERTICAL, {"transposed": True}, [8, 8]),
    ],
)
def test_the_shape_of_the_result(
    client: httpx.Client, matrix: Any, kernel: Any, options: dict[str, Any], shape: list[int]
) -> None:
    found = convolve(client, matrix=matrix, kernel=kernel, **options)
    assert found["output_shape"] == shape == list(np.shape(found["result"]))


def test_poolings(client: httpx.Client) -> None:
    blocks = np.array(GREY).reshape(3, 2, 3, 2)
    found = convolve(client, matrix=GREY, pool="max", kernel_size=2, stride=2)
    assert found["result"] == blocks.max(axis=(1, 3)).tolist()
    found = convolve(client, matrix=GREY, pool="average", kernel_size=[2, 2], stride=2)
    assert found["result"] == blocks.mean(axis=(1, 3)).tolist()
    corner = {"matrix": [[4, 4], [4, 4]], "pool": "average", "kernel_size": 2, "padding": 1, "stride": 2}
    assert convolve(client, **corner)["result"] == [[4, 4], [4, 4]]
    assert convolve(client, **corner, count_include_pad=True)["result"] == [[1, 1], [1, 1]]


def test_a_picture_is_blurred_in_colour(client: httpx.Client, image: str) -> None:
    photo = pixels(client.get(f"/images/{image}.png")).astype(float)
    answer = client.post("/convolve.png", json={"matrix": image, "kernel": BOX, "padding": "same"})
    blurred = pixels(answer)
    assert blurred.shape == photo.shape
    for y, x in ((1, 1), (40, 70), (100, 33)):
        mean = photo[y - 1 : y + 2, x - 1 : x + 2].mean(axis=(0, 1))
        np.testing.assert_allclose(blurred[y, x], mean, atol=0.5001)
    assert answer.headers["x-scale-clipped"] == "0.000000"


def test_levels_beyond_those_of_a_picture_are_counted(client: httpx.Client, image: str) -> None:
    request = {"matrix": image, "kernel": VERTICAL, "side": 64}
    answer = client.post("/convolve.png", json=request)
    result = np.array(convolve(client, **request)["result"])
    assert (result < 0).any()
    share = ((result < 0) | (result > 255)).mean()
    assert float(answer.headers["x-scale-clipped"]) == pytest.approx(share, abs=1e-6)
    np.testing.assert_array_equal(pixels(answer), np.rint(result.clip(0, 255)).transpose(1, 2, 0))


def test_one_map_of_a_picture_s_three_channels_is_grey_on_a_signed_scale(client: httpx.Client, image: str) -> None:
    request = {"matrix": image, "kernel": [VERTICAL] * 3, "side": 64}
    result = np.array(convolve(client, **request)["result"])
    answer = client.post("/convolve.png", json=request, params={"size": max(result.shape)})
    bound = np.abs(result).max()
    assert float(answer.headers["x-scale-max"]) == pytest.approx(bound)
    assert answer.headers["x-scale-signed"] == "1"
    np.testing.assert_allclose(pixels(answer) / 255 * 2 * bound - bound, result, atol=bound / 250)


def test_a_matrix_is_drawn_with_a_square_for_each_number(client: httpx.Client) -> None:
    drawn = pixels(client.post("/convolve.png", json={"matrix": GREY, "kernel": VERTICAL}, params={"size": 40}))
    assert drawn.shape == (40, 40)
    squares = drawn.reshape(4, 10, 4, 10)
    assert (squares == squares[:, :1, :, :1]).all()
    assert drawn[0, 39] > 128 > drawn[39, 39]


@pytest.mark.parametrize(
    ("request_", "status", "message"),
    [
        ({"matrix": [[1, 2], [3]], "kernel": [[1]]}, 400, "The matrix is ragged"),
        ({"matrix": GREY, "kernel": [[1] * 9] * 9}, 400, "The kernel has 9 rows; with its padding, the matrix has 6."),
        ({"matrix": GREY, "kernel": VERTICAL, "stride": 0}, 400, "The stride must be from 1"),
        ({"matrix": [GREY] * 3, "kernel": VERTICAL, "groups": 2}, 400, "can't be divided into 2 groups."),
        ({"matrix": GREY}, 400, "A kernel is needed"),
        ({"matrix": GREY, "pool": "max"}, 400, "A pooling needs the size of its window"),
        ({"matrix": GREY, "pool": "max", "kernel_size": 2, "bias": 3}, 400, "bias plays no part here"),
        ({"matrix": GREY, "kernel": VERTICAL, "side": 3}, 400, "side plays no part here"),
        ({"matrix": GREY, "kernel": VERTICAL, "padding": "full"}, 422, "body.padding"),
        ({"matrix": GREY, "kernel": VERTICAL, "strides": 2}, 422, "body.strides"),
        ({"kernel": VERTICAL}, 422, "body.matrix"),
        ({"matrix": "0" * 64, "kernel": VERTICAL}, 404, ""),
    ],
)
def test_nonsense_is_refused(client: httpx.Client, request_: dict[str, Any], status: int, message: str) -> None:
    assert message in refusal(client, status, **request_)


@pytest.mark.parametrize("token", ["NaN", "Infinity", "1e999"])
def test_numbers_that_are_not_finite_are_refused(client: httpx.Client, token: str) -> None:
    body = '{"matrix": [[1, ' + token + ']], "kernel": [[1]]}'
    answer = client.post("/convolve", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert "finite" in answer.json()["error"]["message"]


def test_a_body_must_be_json_and_small(client: httpx.Client) -> None:
    assert client.post("/convolve", content="{", headers={"Content-Type": "application/json"}).status_code == 422
    assert client.post("/convolve", data={"matrix": "1"}).status_code == 415
    long = b" " * BODY_BYTES + b"{}"
    answer = client.post("/convolve", content=long, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert "2,000,000 bytes" in answer.json()["error"]["message"]
    deep = b'{"kernel": [[1]], "matrix": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert client.post("/convolve", content=deep, headers={"Content-Type": "application/json"}).status_code == 422


def test_a_large_result_is_only_drawn(client: httpx.Client) -> None:
    request = {"matrix": [[1]], "kernel": [[1]], "padding": 300}
    answer = client.post("/convolve", json=request)
    assert answer.status_code == 400
    assert "361,201 numbers" in answer.json()["error"]["message"]
    assert pixels(client.post("/convolve.png", json=request)).shape == (601, 601)


def test_the_limit_counts_the_numbers_of_all_maps(client: httpx.Client) -> None:
    """Maps of two rows: four of as many columns as may be, and three of a column too many."""
    maps = {4: 32_768, 3: 43_691}
    found = {
        channels: client.post(
            "/convolve",
            json={"matrix": [[[1]]] * channels, "kernel": [[1]], "padding": [0, 0, 1, columns - 1]},
        )
        for channels, columns in maps.items()
    }
    assert found[4].json()["output_shape"] == [4, 2, 32_768]
    assert found[3].status_code == 400
    assert found[3].json()["error"]["message"].startswith("The result has 262,146 numbers, JSON at most 262,144:")


def test_a_photo_in_the_colours_of_a_colour_map_is_drawn_map_by_map(client: httpx.Client, image: str) -> None:
    request = {"matrix": image, "kernel": VERTICAL, "side": 64}
    own, mapped = (client.post("/convolve.png", json=request, params=style) for style in ({}, {"colormap": "viridis"}))
    assert pixels(own).shape[2] == 3
    assert pixels(mapped).shape[1] > 2 * pixels(own).shape[1]
    assert "x-scale-clipped" not in mapped.headers
