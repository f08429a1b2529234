"""Ablations over HTTP, compared with plain onnxruntime: SqueezeNet with the weights of filters set to zero."""

from pathlib import Path
from typing import Any

import httpx
import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import numpy_helper

from tests.web.responses import array, pixels

MODEL = "squeezenet1_1"
FILE = Path(__file__).parents[4] / "models" / f"{MODEL}.onnx"
OFF = [0, 3, 17]


def ablations(image: str) -> str:
    return f"/models/{MODEL}/images/{image}/ablations"


def ablate(client: httpx.Client, image: str, **request: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.post(ablations(image), json=request).raise_for_status().json()
    return answer


@pytest.fixture
def by_hand(client: httpx.Client, image: str) -> dict[str, Any]:
    """SqueezeNet whose filters 0, 3 and 17 of a layer have no weights and no bias, run as anyone would."""
    model = onnx.load(FILE)
    for tensor in model.graph.initializer:
        if tensor.name.startswith("fire5/squeeze1x1."):
            weights = numpy_helper.to_array(tensor).copy()
            weights[OFF] = 0
            tensor.CopyFrom(numpy_helper.from_array(weights, tensor.name))
    names = ["fire5/squeeze1x1_relu", "fire9/concat", model.graph.output[0].name]
    del model.graph.output[:]
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in names)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    tensor = array(client, f"/models/{MODEL}/images/{image}/tensor.npy")
    return dict(zip(names, session.run(names, {"input": tensor[np.newaxis]}), strict=True))


def test_the_prediction_is_that_of_a_network_whose_filters_have_no_weights(
    client: httpx.Client, image: str, by_hand: dict[str, Any]
) -> None:
    answer = ablate(client, image, layer="fire5.squeeze1x1", channels=OFF[::-1])
    *_, scores = (values.reshape(-1) for values in by_hand.values())
    assert answer["channels"] == OFF
    assert answer["after"][0]["index"] == scores.argmax()
    for each in answer["after"]:
        assert each["score"] == pytest.approx(scores[each["index"]], rel=1e-4, abs=1e-6)
    assert {each["index"] for each in answer["before"]} == {each["index"] for each in answer["after"]}
    assert (
        answer["before"][0]["label"]
        == client.get(f"/models/{MODEL}/images/{image}/predictions").json()["predictions"][0]["label"]
    )
    concat = array(client, f"/models/{MODEL}/images/{image}/layers/fire9.concat.npy").astype(float)
    change = np.linalg.norm(by_hand["fire9/concat"][0] - concat) / np.linalg.norm(concat)
    assert {each["id"]: each["change"] for each in answer["layers"]}["fire9.concat"] == pytest.approx(change, rel=1e-3)


def test_maps_after_it_are_on_the_scale_of_the_maps_before(
    client: httpx.Client, image: str, by_hand: dict[str, Any]
) -> None:
    params: dict[str, str | int] = {
        "at": "fire5.squeeze1x1",
        "channels": "0,3,17",
        "domain": "layer",
        "columns": 4,
        "size": 28,
    }
    layer = "fire5.squeeze1x1_relu"
    sheet = pixels(client.get(f"{ablations(image)}/layers/{layer}.png", params=params)).astype(float)
    maps = by_hand["fire5/squeeze1x1_relu"][0]
    size = maps.shape[1]
    end = array(client, f"/models/{MODEL}/images/{image}/layers/{layer}.npy").max()
    expected = np.clip(maps[5] / end * 255, 0, 255)
    assert np.abs(sheet[size + 1 : 2 * size + 1, size + 1 : 2 * size + 1] - expected).max() <= 0.51
    assert not sheet[:size, :size].any()


def test_an_inception_without_a_branch_has_zeros_where_it_was(client: httpx.Client, image: str) -> None:
    request = {"layer": "fire9.concat", "inputs": ["fire9.expand3x3_relu"]}
    whole = ablate(client, image, layer="fire9.concat", channels=list(range(256, 512)))
    assert ablate(client, image, **request)["after"] == whole["after"]


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        ({"layer": "nowhere"}, 404, "unknown_layer"),
        ({"layer": "conv1", "channels": [64]}, 404, "unknown_channel"),
        ({"layer": "conv1", "channels": [-1]}, 422, "invalid_request"),
        ({"layer": "fire9.concat", "inputs": ["conv1"]}, 400, "invalid_request"),
        ({"layer": "conv1", "how": "scale", "factor": 11}, 422, "invalid_request"),
    ],
)
def test_what_is_not_there_is_refused_in_words(
    client: httpx.Client, image: str, request_: dict[str, Any], status: int, code: str
) -> None:
    answer = client.post(ablations(image), json=request_)
    assert answer.json()["error"]["code"] == code
    assert answer.status_code == status


def test_a_painted_map_has_the_painted_value_on_the_scale_before(client: httpx.Client, image: str) -> None:
    layer = "fire9.squeeze1x1_relu"
    end = float(array(client, f"/models/{MODEL}/images/{image}/layers/{layer}.npy").max())
    query = f"at={layer}&strokes=5:2,3,4,6={end / 2:.4f}&domain=layer&size=13"
    painted = pixels(client.get(f"{ablations(image)}/layers/{layer}/channels/5.png?{query}"))
    assert np.abs(painted[2:4, 3:6].astype(int) - 127).max() <= 1
    stroke = {"channel": 5, "top": 2, "left": 3, "bottom": 4, "right": 6, "value": end / 2}
    answer = ablate(client, image, layer=layer, strokes=[stroke])
    assert answer["strokes"] == [stroke]
    assert answer["layers"][0]["change"] > 0
