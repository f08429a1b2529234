"""What a cell really depends on, over HTTP."""

import httpx
import numpy as np
import pytest

from tests.web.responses import array, pixels

PLACE = "/models/squeezenet1_1/images/{image}/layers/{layer}/cells/{cell}/effective"


def test_a_cell_of_the_first_layer_depends_on_the_picture_as_its_weights_say(client: httpx.Client, image: str) -> None:
    found = array(client, PLACE.format(image=image, layer="conv1", cell="3/20/30") + ".npy")
    weights = array(client, "/models/squeezenet1_1/layers/conv1/filters.npy")[3]
    expected = np.zeros((227, 227))
    expected[40:43, 60:63] = np.abs(weights).sum(axis=0)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)


def test_it_lies_within_what_the_cell_can_see(client: httpx.Client, image: str) -> None:
    layer = f"/models/squeezenet1_1/images/{image}/layers/fire5.concat"
    channel = client.get(layer).json()["strongest"][0]["channel"]
    cell = client.get(f"{layer}/channels/{channel}").json()["strongest"]
    base = f"{layer}/cells/{channel}/{cell['y']}/{cell['x']}/effective"
    told = client.get(base).raise_for_status().json()
    values = array(client, f"{base}.npy")
    seen, box = told["seen"], told["box"]
    inside = np.zeros_like(values)
    inside[seen["top"] : seen["bottom"], seen["left"] : seen["right"]] = 1
    assert (values * (1 - inside) == 0).all()
    assert told["greatest"] == values.max()
    rows = values.sum(axis=1, dtype=np.float64) / values.sum(dtype=np.float64)
    assert rows[: box["top"]].sum() <= 0.025 < rows[: box["top"] + 1].sum()
    assert rows[box["bottom"] :].sum() <= 0.025 < rows[box["bottom"] - 1 :].sum()
    drawn = pixels(client.get(f"{base}.png"))
    assert np.abs(drawn - values / values.max() * 255).max() <= 0.51


@pytest.mark.parametrize(("cell", "status"), [("0/113/0", 400), ("64/0/0", 404), ("0/-1/0", 422)])
def test_a_cell_that_is_not_there_is_refused(client: httpx.Client, image: str, cell: str, status: int) -> None:
    answer = client.get(PLACE.format(image=image, layer="conv1", cell=cell))
    assert answer.status_code == status
    assert answer.json()["error"]["message"]
