"""The contract's JSON and array routes, over HTTP, with the shipped networks and a real photo."""

import io
import re

import httpx
import numpy as np
import pytest
from PIL import Image

from tests.web.responses import array, pixels

MODELS = ("squeezenet1_1", "efficientnet_lite0")
CATS = {"tabby", "tiger cat", "Egyptian cat", "Persian cat", "Siamese cat"}


def test_models_are_listed_with_their_published_counts(client: httpx.Client) -> None:
    models = {model["id"]: model for model in client.get("/models").json()}
    assert models["squeezenet1_1"]["params"] == 1_235_496  # Iandola et al. 2016, version 1.1
    assert models["efficientnet_lite0"]["params"] == 4_652_008
    assert models["squeezenet1_1"]["status"] == models["efficientnet_lite0"]["status"] == "ready"
    assert models["efficientnet_lite0"]["labels"] == 1000


@pytest.mark.parametrize("model", MODELS)
def test_a_model_describes_its_layers_and_edges(client: httpx.Client, model: str) -> None:
    network = client.get(f"/models/{model}").json()
    layers = {layer["id"]: layer for layer in network["layers"]}
    assert sum(layer["params"] for layer in layers.values()) == network["params"]
    assert sum(layer["macs"] for layer in layers.values()) == network["macs"]
    assert {target for _, target in network["edges"]} == set(layers)
    assert network["card"]["sha256"] == network["sha256"]


@pytest.mark.parametrize("model", MODELS)
def test_classify_knows_a_cat(client: httpx.Client, cat: bytes, model: str) -> None:
    answer = client.post(f"/models/{model}/classify", params={"top_k": 3}, files={"file": cat}).json()
    best = answer["predictions"]
    assert len(best) == 3
    assert best[0]["label"] in CATS
    assert best[0]["score"] >= best[1]["score"] >= best[2]["score"] > 0
    assert set(answer["timing_ms"]) == {"decode", "run", "total"}
    assert min(answer["timing_ms"].values()) > 0


@pytest.mark.parametrize("model", MODELS)
def test_the_stored_picture_is_predicted_as_it_was_classified(
    client: httpx.Client, cat: bytes, image: str, model: str
) -> None:
    classified = client.post(f"/models/{model}/classify", files={"file": cat}).json()
    predicted = client.get(f"/models/{model}/images/{image}/predictions").json()
    assert predicted["image"] == classified["image"] == image
    for one, other in zip(predicted["predictions"], classified["predictions"], strict=True):
        assert one["index"] == other["index"]
        assert one["logit"] == pytest.approx(other["logit"], abs=1e-3)


def test_scores_are_the_softmax_of_the_logits_over_all_classes(client: httpx.Client, image: str) -> None:
    answer = client.get(f"/models/squeezenet1_1/images/{image}/predictions", params={"top_k": 1000}).json()
    logits = np.array([prediction["logit"] for prediction in answer["predictions"]])
    scores = np.array([prediction["score"] for prediction in answer["predictions"]])
    expected = np.exp(logits) / np.exp(logits).sum()
    np.testing.assert_allclose(scores, expected, atol=1e-6)
    assert answer["entropy"] == pytest.approx(-(expected * np.log2(expected)).sum(), abs=1e-3)
    assert answer["margin"] == pytest.approx(expected[0] - expected[1], abs=1e-5)


def test_the_accuracy_of_a_network_is_the_first_that_is_measured(client: httpx.Client) -> None:
    networks = client.get("/models").json()
    for each in networks:
        first = each["accuracy"][0]["top1"] if each["accuracy"] else None
        assert each["top1"] == (first if each["status"] == "ready" else None)
        assert each["status"] == "architecture" or each["weights"] is None
        assert each["weights"] is None or each["weights"]["top1"] == first
    assert {each["status"] for each in networks} == {"ready", "architecture"}
    assert any(each["weights"] and each["weights"]["top1"] for each in networks)


@pytest.mark.parametrize("model", MODELS)
def test_every_layer_is_there_and_its_statistics_are_those_of_its_array(
    client: httpx.Client, image: str, model: str
) -> None:
    described = client.get(f"/models/{model}").json()["layers"]
    layers = client.get(f"/models/{model}/images/{image}/layers").json()["layers"]
    assert [layer["id"] for layer in layers] == [layer["id"] for layer in described]
    for layer in layers[:: max(1, len(layers) // 8)]:
        values = array(client, f"/models/{model}/images/{image}/layers/{layer['id']}.npy")
        assert list(values.shape) == layer["shape"]
        assert layer["min"] == pytest.approx(values.min(), rel=1e-5, abs=1e-6)
        assert layer["max"] == pytest.approx(values.max(), rel=1e-5, abs=1e-6)
        assert layer["mean"] == pytest.approx(values.mean(dtype=np.float64), rel=1e-4, abs=1e-6)
        assert layer["std"] == pytest.approx(values.std(dtype=np.float64), rel=1e-3, abs=1e-6)
        assert layer["zeros"] == pytest.approx((values == 0).mean(), abs=1e-6)


def test_the_first_convolution_is_what_numpy_computes_by_hand(client: httpx.Client, image: str, cat: bytes) -> None:
    card = client.get("/models/squeezenet1_1").json()["card"]
    layer = client.get("/models/squeezenet1_1").json()["layers"][0]
    activation = array(client, f"/models/squeezenet1_1/images/{image}/layers/{layer['id']}.npy")
    filters = array(client, f"/models/squeezenet1_1/layers/{layer['id']}/filters.npy")
    view = pixels(client.get(f"/models/squeezenet1_1/images/{image}/view.png"))
    tensor = (view[..., ::-1].astype(np.float64) - card["input"]["mean"]).transpose(2, 0, 1)
    channel, y, x = 5, 40, 60
    patch = tensor[:, 2 * y : 2 * y + 3, 2 * x : 2 * x + 3]
    other = tensor[:, 2 * y : 2 * y + 3, 2 * x + 8 : 2 * x + 11]
    ours = float(activation[channel, y, x]) - float(activation[channel, y, x + 4])
    by_hand = float((patch * filters[channel]).sum() - (other * filters[channel]).sum())  # the bias cancels
    assert layer["op"] == "Conv"
    assert ours == pytest.approx(by_hand, abs=1e-2)


def encoded(size: tuple[int, int], kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "#336699").save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("a.png", b"", 400, "empty_picture"),
        ("a.png", encoded((40, 30))[:60], 422, "broken_picture"),
        ("a.jpg", encoded((40, 30), "JPEG")[:-200], 422, "broken_picture"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', 415, "unsupported_format"),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", 422, "broken_picture"),
        ("a.png", b"<!doctype html><title>a</title>", 415, "unsupported_format"),
        ("../../<b>\u202e\0.png", b"GIF87a", 422, "broken_picture"),
        ("a.jpg", encoded((1, 1)), 201, ""),
        ("a" * 1000, encoded((65_535, 1)), 201, ""),
    ],
)
def test_strange_files_get_a_clear_error_or_a_right_result(
    client: httpx.Client, name: str, content: bytes, status: int, code: str
) -> None:
    answer = client.post("/images", files={"file": (name, content)})
    assert answer.status_code == status
    assert answer.json().get("error", {}).get("code", "") == code
    assert not re.search(r"0x[0-9a-f]{6,}|/tmp|/home|site-packages|Traceback|PIL|Pillow", answer.text)


def test_no_route_takes_an_address(server: str) -> None:
    described = httpx.get(f"{server}/openapi.json").json()
    operations = [operation for methods in described["paths"].values() for operation in methods.values()]
    names = {parameter["name"] for operation in operations for parameter in operation.get("parameters", ())}
    bodies = [body for name, body in described["components"]["schemas"].items() if name.startswith("Body_")]
    names |= {name for body in bodies for name in body["properties"]}
    assert names.isdisjoint({"url", "uri", "address", "href", "link", "host", "source", "mirror", "path"})
    assert '"format":"uri"' not in httpx.get(f"{server}/openapi.json").text
