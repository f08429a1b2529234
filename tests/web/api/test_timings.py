"""The times of a network's layers, as the API tells them."""

import httpx
import pytest


def test_every_layer_s_time_and_share_of_the_run(client: httpx.Client) -> None:
    answer = client.get("/models/squeezenet1_1/time/layers").json()
    layers = client.get("/models/squeezenet1_1").json()["layers"]
    assert [layer["id"] for layer in answer["layers"]] == [layer["id"] for layer in layers]
    times = [layer["time_ms"] for layer in answer["layers"]]
    assert sum(times) + answer["elsewhere_ms"] == pytest.approx(answer["run_ms"], rel=1e-2)
    assert sum(layer["share"] for layer in answer["layers"]) < 1
    convolutions = sum(layer["time_ms"] for layer, info in zip(answer["layers"], layers, strict=True) if info["macs"])
    assert convolutions > sum(times) / 2
    assert answer["runs"] >= 3


def test_what_is_measured_is_known_afterwards(client: httpx.Client) -> None:
    first = client.get("/models/lenet5/time/layers").json()
    assert client.get("/models/lenet5/time/layers").json() == first


def test_an_architecture_takes_no_time(client: httpx.Client) -> None:
    answer = client.get("/models/vgg16/time/layers")
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "not_available"
