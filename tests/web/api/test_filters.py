"""Single filters as pictures and arrays, against the weights that the API gives."""

import httpx
import numpy as np
import pytest

from tests.web.responses import array, pixels

FILTERS = "/models/squeezenet1_1/layers/conv1/filters"


@pytest.mark.parametrize("index", [0, 7, 63])
def test_a_filter_is_drawn_plane_by_plane_or_in_the_colours_that_it_reads(client: httpx.Client, index: int) -> None:
    weights = array(client, f"{FILTERS}.npy")[index]
    planes = pixels(client.get(f"{FILTERS}/{index}.png", params={"size": 3}))
    level = 127.5 + weights / np.abs(weights).max() * 127.5
    for place, plane in enumerate(level):
        top, left = 4 * (place // 2), 4 * (place % 2)  # in rows of two, with a gap of a pixel
        assert np.abs(planes[top : top + 3, left : left + 3] - plane).max() <= 1
    coloured = pixels(client.get(f"{FILTERS}/{index}.png", params={"size": 3, "colour": True}))
    assert coloured.shape == (3, 3, 3)
    read = weights[::-1]  # the network reads blue first
    assert np.corrcoef(coloured.transpose(2, 0, 1).reshape(-1), read.reshape(-1))[0, 1] > 0.99


def test_a_filter_of_a_layer_that_reads_no_colours_has_planes_alone(client: httpx.Client) -> None:
    path = "/models/squeezenet1_1/layers/fire2.squeeze1x1/filters/3.png"
    plain, asked = (client.get(path, params={"colour": colour}).content for colour in (False, True))
    assert plain == asked


def test_constants_of_a_layer_are_known_by_their_roles(client: httpx.Client) -> None:
    path = "/models/squeezenet1_1/layers/conv1/weights"
    np.testing.assert_array_equal(array(client, f"{path}/weight.npy"), array(client, f"{FILTERS}.npy"))
    assert array(client, f"{path}/bias.npy").shape == (64,)
    error = client.get(f"{path}/slope.npy").json()["error"]
    assert error["message"].endswith("is a Conv layer without a constant of this name.")
    assert set(error["details"]["known"]) == {"weight", "bias"}


def test_a_filter_that_there_is_not_is_refused(client: httpx.Client) -> None:
    answer = client.get(f"{FILTERS}/64.png")
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == "The channels of conv1 are numbered from 0 to 63."
