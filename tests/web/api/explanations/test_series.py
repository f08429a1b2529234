"""Series of maps in the API: at every layer, and with random weights."""

import httpx
import pytest

from tests.web.api.explanations.conftest import MODEL
from tests.web.responses import array_of

pytestmark = pytest.mark.slow


def test_the_maps_of_all_layers_are_those_of_each_layer(client: httpx.Client, explanations: str) -> None:
    maps = client.get(f"{explanations}/layercam/layers").json()["layers"]
    assert [each["layer"] for each in maps] == client.get(f"/models/{MODEL}/methods").json()["layers"]
    for each in (maps[2], maps[-1]):
        values = array_of(client.get(f"{explanations}/layercam.npy", params={"layer": each["layer"], "sign": "both"}))
        assert (each["min"], each["max"]) == pytest.approx((values.min(), values.max()), abs=1e-5)


def test_random_weights_change_gradcam_more_than_guided_backprop(client: httpx.Client, explanations: str) -> None:
    guided, gradcam = (
        client.get(f"{explanations}/{method}/randomised").json()["stages"] for method in ("guided_backprop", "gradcam")
    )
    assert guided[0]["layer"] == "fc"
    assert guided[-1]["layer"] == "conv1"
    middle = len(guided) // 2
    assert guided[middle]["correlation"] > 0.5 > abs(gradcam[middle]["correlation"])
    random = array_of(client.get(f"{explanations}/gradcam.npy", params={"randomised": gradcam[-1]["randomised"]}))
    assert random.max() == pytest.approx(gradcam[-1]["max"], abs=1e-5)
