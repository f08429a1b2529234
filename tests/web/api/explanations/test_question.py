"""The parameters of an explanation in an address."""

import httpx
import numpy as np
import pytest

from tests.web.api.explanations.conftest import MODEL
from tests.web.responses import array_of


def test_a_class_is_named_by_index_or_name_and_compared_with_another(client: httpx.Client, explanations: str) -> None:
    one, same, versus = (
        client.get(f"{explanations}/gradcam.npy", params=params)
        for params in ({"target": "4"}, {"target": "church"}, {"target": "church", "against": "0"})
    )
    other = array_of(client.get(f"{explanations}/gradcam.npy", params={"target": "0"}))
    np.testing.assert_array_equal(array_of(one), array_of(same))
    np.testing.assert_allclose(array_of(versus), array_of(one) - other, atol=1e-5)


def test_a_channel_can_be_the_target(client: httpx.Client, explanations: str) -> None:
    info = client.get(
        f"{explanations}/gradcam.json", params={"target": "conv4_1.relu2:3", "faithfulness": False}
    ).json()
    assert (info["target"], info["target_layer"], info["faithfulness"]) == (3, "conv4_1.relu2", None)


@pytest.mark.parametrize(
    ("request_path", "status", "code"),
    [
        ("nothing.json", 404, "unknown_method"),
        ("gradcam.json?target=nothing", 400, "invalid_request"),
        ("gradcam.json?target=10", 400, "invalid_request"),
        ("gradcam.json?layer=nothing", 404, "unknown_layer"),
        ("gradcam.json?layer=fc", 400, "invalid_request"),
        ("saliency.json?layer=conv1", 400, "invalid_request"),
        ("gradcam.json?steps=5", 400, "invalid_request"),
        ("integrated_gradients.json?steps=5000", 400, "invalid_request"),
        ("integrated_gradients.json?steps=many", 400, "invalid_request"),
        ("gradcam.json?target=0&against=0", 400, "invalid_request"),
        ("gradcam.json?target=conv1:9999", 404, "unknown_channel"),
        ("gradcam.json?randomised=99", 400, "invalid_request"),
        ("saliency/layers", 400, "invalid_request"),
    ],
)
def test_what_can_not_be_explained_is_refused(
    client: httpx.Client, explanations: str, request_path: str, status: int, code: str
) -> None:
    answer = client.get(f"{explanations}/{request_path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_the_error_of_an_unsuitable_layer_lists_suitable_ones(client: httpx.Client, explanations: str) -> None:
    known = client.get(f"{explanations}/gradcam.json?layer=fc").json()["error"]["details"]["known"]
    assert known == client.get(f"/models/{MODEL}/methods").json()["layers"]
