"""The protocol over HTTP: metadata, health, inference as plain onnxruntime gives it, and errors of one string."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import numpy.typing as npt
import onnxruntime as ort
import pytest

from app.nets.card import read_card
from tests.nets.onnx_text import parse_network

MODELS = Path(__file__).parents[3] / "models"
MODEL = "resnet18-imagenette"
SIZE = read_card(MODELS / f"{MODEL}.json").input
SHAPE = (1, 3, SIZE.height, SIZE.width)
INFER = f"/v2/models/{MODEL}/infer"
LENGTH = "Inference-Header-Content-Length"
Tensors = Mapping[str, npt.NDArray[np.float32]]


@pytest.fixture(scope="module")
def protocol(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def tensor() -> npt.NDArray[np.float32]:
    return np.random.default_rng(3).standard_normal(SHAPE, dtype=np.float32)


def infer(client: httpx.Client, model: str, tensor: npt.NDArray[Any], **fields: Any) -> Tensors:
    """Inference with binary data in both directions, and outputs of float32."""
    (taken,) = client.get(f"/v2/models/{model}").raise_for_status().json()["inputs"]
    described = {**taken, "parameters": {"binary_data_size": tensor.nbytes}}
    text = json.dumps({"inputs": [described], "parameters": {"binary_data_output": True}, **fields}).encode()
    response = client.post(
        f"/v2/models/{model}/infer", content=text + tensor.tobytes(), headers={LENGTH: str(len(text))}
    )
    content, begin = response.raise_for_status().content, int(response.headers[LENGTH])
    outputs = {}
    for output in json.loads(content[:begin])["outputs"]:
        end = begin + output["parameters"]["binary_data_size"]
        outputs[output["name"]] = np.frombuffer(content[begin:end], "<f4").reshape(output["shape"])
        begin = end
    assert begin == len(content)
    return outputs


def test_the_server_and_a_model_describe_themselves(protocol: httpx.Client) -> None:
    assert protocol.get("/v2").json()["extensions"] == ["binary_tensor_data"]
    assert protocol.get("/v2/health/live").json() == {"live": True}
    assert protocol.get("/v2/health/ready").json() == {"ready": True}
    described = protocol.get(f"/v2/models/{MODEL}").json()
    assert described["inputs"] == [{"name": "input", "datatype": "FP32", "shape": [*SHAPE]}]
    assert [output["name"] for output in described["outputs"]] == ["probabilities", "logits", "scores"]
    version = f"/v2/models/{MODEL}/versions/{described['versions'][0]}"
    assert protocol.get(version).json() == described
    assert protocol.get(f"{version}/ready").json() == {"name": MODEL, "ready": True}


def test_the_outputs_are_those_of_the_file_in_onnxruntime(
    protocol: httpx.Client, tensor: npt.NDArray[np.float32]
) -> None:
    outputs = infer(protocol, MODEL, tensor)
    options = ort.SessionOptions()
    options.log_severity_level = 4
    session = ort.InferenceSession(MODELS / f"{MODEL}.onnx", options, providers=["CPUExecutionProvider"])
    (expected,) = session.run(None, {"input": tensor})
    np.testing.assert_array_equal(outputs["probabilities"], expected)
    np.testing.assert_array_equal(outputs["scores"], expected)
    powers = np.exp(outputs["logits"].astype(np.float64))
    np.testing.assert_allclose(powers / powers.sum(), expected, rtol=1e-5)


def test_json_gives_the_numbers_that_binary_data_gives(protocol: httpx.Client, tensor: npt.NDArray[np.float32]) -> None:
    wanted = [{"name": "logits"}]
    described = {"name": "input", "shape": tensor.shape, "datatype": "FP32", "data": tensor.ravel().tolist()}
    response = protocol.post(INFER, content=json.dumps({"id": "a", "inputs": [described], "outputs": wanted}))
    body = response.raise_for_status().json()
    assert (body["id"], body["model_name"]) == ("a", MODEL)
    expected = infer(protocol, MODEL, tensor, outputs=wanted)["logits"]
    np.testing.assert_array_equal(np.array(body["outputs"][0]["data"], np.float32), expected[0])


def test_every_layer_is_an_output_of_the_model_of_layers(
    protocol: httpx.Client, tensor: npt.NDArray[np.float32]
) -> None:
    outputs = infer(protocol, f"{MODEL}.layers", tensor)
    layers = {each["id"]: each for each in protocol.get(f"/api/v1/models/{MODEL}").json()["layers"]}
    assert {name: [1, *layer["output_shape"]] for name, layer in layers.items()} == {
        name: list(output.shape) for name, output in outputs.items()
    }
    relu = next(layer for layer in layers.values() if layer["op"] == "Relu")
    np.testing.assert_array_equal(outputs[relu["id"]], np.maximum(outputs[relu["inputs"][0]], 0))


def test_an_own_network_takes_its_own_type_and_batch(protocol: httpx.Client) -> None:
    nodes = "f = Cast <to = 1> (x) t = Transpose <perm = [0, 3, 1, 2]> (f) g = GlobalAveragePool (t) y = Flatten (g)"
    content = parse_network(nodes, x="uint8[2, 8, 8, 3]").SerializeToString()
    model = protocol.post("/api/v1/models", files={"file": ("net.onnx", content)}).raise_for_status().json()["id"]
    tensor = np.random.default_rng(4).integers(0, 256, (2, 8, 8, 3), np.uint8)
    (described,) = protocol.get(f"/v2/models/{model}.layers").json()["inputs"]
    assert described == {"name": "x", "datatype": "UINT8", "shape": [2, 8, 8, 3]}
    outputs = infer(protocol, model, tensor)
    (expected,) = ort.InferenceSession(content).run(None, {"x": tensor})
    np.testing.assert_array_equal(outputs["y"], expected)
    np.testing.assert_array_equal(outputs["logits"], expected[:1])


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/v2/nothing", {}, 404),
        ("GET", "/v2/models/nothing", {}, 404),
        ("GET", f"/v2/models/{MODEL}/versions/1", {}, 404),
        ("GET", "/v2/models/vgg16/ready", {}, 409),
        ("POST", "/v2/models/vgg16/infer", {"content": b"{}"}, 409),
        ("GET", INFER, {}, 405),
        ("POST", INFER, {"content": b"{}"}, 400),
        ("POST", INFER, {"content": b"x", "headers": {"Content-Encoding": "gzip"}}, 415),
        ("POST", INFER, {"content": bytes(8_500_000)}, 413),
        ("POST", INFER, {"content": iter([bytes(2_900_000)] * 3)}, 413),
        ("POST", INFER, {"content": b"{}", "headers": {"Origin": "https://other.example"}}, 403),
        ("GET", "/v2", {"headers": {"Host": "other.example", "Accept": "text/html"}}, 400),
    ],
)
def test_every_error_is_one_string(
    protocol: httpx.Client, method: str, path: str, options: dict[str, Any], status: int
) -> None:
    response = protocol.request(method, path, **options)
    assert response.status_code == status
    assert [*response.json()] == ["error"]
    assert len(response.json()["error"]) > 20


@pytest.mark.parametrize("path", ["/v2/repository/index", f"/v2/models/{MODEL}/stats", "/v2/cudasharedmemory/status"])
def test_extensions_of_other_servers_are_named_as_such(protocol: httpx.Client, path: str) -> None:
    response = protocol.post(path, content=b"{}")
    assert (response.status_code, "no extension" in response.json()["error"]) == (404, True)


def test_head_has_the_status_and_no_body(protocol: httpx.Client) -> None:
    assert (protocol.head("/v2").status_code, protocol.head("/v2").content) == (200, b"")
    assert (protocol.head("/v2/models/x").status_code, protocol.head("/v2/models/x").content) == (404, b"")
