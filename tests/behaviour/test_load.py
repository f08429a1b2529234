"""Under load: one run for equal requests, refusals with Retry-After, and clients that disconnect."""

import hashlib
import io
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from PIL import Image

from app.main import create_app
from app.settings import read_settings
from tests.conftest import Serving, wait_until

WAIT_S = 60
LEAVE_S = 10  # in which a run that nobody waits for has stopped; by itself it would take far longer
RUN_IN_S = 0.5
CHANNELS, SIDE = 256, 64
QUICK, ENDLESS = 5, 2_000  # convolutions: a fraction of a second, and more than any test waits for


def write_network(folder: Path, name: str, convolutions: int) -> None:
    """A chain of convolutions that share one kernel, with a card that says so."""
    kernel = np.random.default_rng(0).normal(0, 0.04, (CHANNELS, CHANNELS, 3, 3)).astype(np.float32)
    weights = [
        helper.make_tensor("first", TensorProto.FLOAT, (CHANNELS, 3, 1, 1), np.full(CHANNELS * 3, 0.01, np.float32)),
        helper.make_tensor("kernel", TensorProto.FLOAT, kernel.shape, kernel.tobytes(), raw=True),
    ]
    links = [(f"c{number}", f"c{number + 1}") for number in range(convolutions - 1)]
    nodes = [helper.make_node("Conv", ["input", "first"], ["c0"], "c0")]
    nodes += [helper.make_node("Conv", [a, "kernel"], [b], b, pads=[1, 1, 1, 1]) for a, b in links]
    nodes.append(helper.make_node("GlobalAveragePool", [f"c{convolutions - 1}"], ["mean"], "mean"))
    nodes.append(helper.make_node("Flatten", ["mean"], ["scores"], "scores"))
    ends = [
        helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, SIDE, SIDE]),
        helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, CHANNELS]),
    ]
    graph = helper.make_graph(nodes, name, ends[:1], ends[1:], weights)
    path = folder / f"{name}.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)
    (folder / "labels").mkdir(exist_ok=True)
    (folder / "labels" / "numbers.json").write_text(json.dumps([str(number) for number in range(CHANNELS)]))
    path.with_suffix(".json").write_text(json.dumps(card(path)))


def card(path: Path) -> dict[str, object]:
    data = path.read_bytes()
    paper = {"title": "None", "authors": "Nobody", "url": "https://example.org"}
    size = {"width": SIDE, "height": SIDE, "channels": "RGB", "scale": 0.01, "mean": [0.0] * 3, "std": [1.0] * 3}
    return {
        "id": path.stem,
        "name": path.stem,
        "family": "Test",
        "year": 2026,
        "paper": paper,
        "idea": "To take long.",
        "drawback": "It takes long.",
        "trained_on": "nothing",
        "input": size | {"resize": {"rule": "squash"}},
        "labels": "numbers",
        "licence": "CC0-1.0",
        "source": "made by a test",
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
    }


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_network(folder, "quick", QUICK)
    write_network(folder, "endless", ENDLESS)
    return folder


def address(serve: Serving, models: Path, tmp_path: Path, **limits: float) -> str:
    settings = read_settings(models_dir=models, data_dir=tmp_path, port=0, **limits)
    return f"http://127.0.0.1:{serve(create_app(settings), settings)}"


def photo(seed: int) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def figure(base: str, name: str) -> float:
    """A figure of the queue of runs."""
    lines = httpx.get(f"{base}/metrics", timeout=WAIT_S).text.splitlines()
    (value,) = (line.split()[-1] for line in lines if line.startswith(f'convscope_queue_{name}{{queue="runs"}}'))
    return float(value)


def asker(url: str, seed: int) -> socket.socket:
    """Someone who has sent a picture to be classified, and hangs up when the socket is closed."""
    request = httpx.Request("POST", url, files={"file": photo(seed)})
    lines = [f"POST {request.url.path} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers.items())]
    connection = socket.create_connection((request.url.host, request.url.port or 80), timeout=WAIT_S)
    connection.sendall("\r\n".join([*lines, "", ""]).encode() + request.read())
    return connection


def test_twenty_requests_for_one_layer_make_one_run(serve: Serving, models: Path, tmp_path: Path) -> None:
    base = address(serve, models, tmp_path)
    image = httpx.post(f"{base}/api/v1/images", files={"file": photo(0)}, timeout=WAIT_S).json()["id"]
    layer = httpx.get(f"{base}/api/v1/models/quick", timeout=WAIT_S).json()["layers"][-3]["id"]
    url = f"{base}/api/v1/models/quick/images/{image}/layers/{layer}.png"
    with ThreadPoolExecutor(20) as people:
        answers = list(people.map(lambda _: httpx.get(url, timeout=WAIT_S), range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert figure(base, "started_total") == 1


def test_with_a_full_queue_requests_are_refused_and_health_checks_pass(
    serve: Serving, models: Path, tmp_path: Path
) -> None:
    base = address(serve, models, tmp_path, queue=2, run_slots=1)
    url = f"{base}/api/v1/models/quick/classify"
    with ThreadPoolExecutor(8) as people:
        with asker(f"{base}/api/v1/models/endless/classify", 8):
            wait_until(lambda: figure(base, "running") == 1, "the one before them runs")
            asked = [people.submit(httpx.post, url, files={"file": photo(seed)}, timeout=WAIT_S) for seed in range(8)]
            wait_until(lambda: figure(base, "refused_total") == 6, "all but two are sent away")
            assert httpx.get(f"{base}/healthz", timeout=WAIT_S).status_code == 200
        answers = [one.result() for one in asked]
    refused = [answer for answer in answers if answer.status_code == 503]
    assert sorted(answer.status_code for answer in answers) == [200] * 2 + [503] * 6
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
    assert all(answer.json()["error"]["code"] == "overloaded" for answer in refused)


def test_a_client_that_disconnects_stops_its_run(serve: Serving, models: Path, tmp_path: Path) -> None:
    base = address(serve, models, tmp_path)
    for times in (1, 2):  # while the network is being loaded, and while it runs
        with asker(f"{base}/api/v1/models/endless/classify", 0):
            wait_until(lambda: figure(base, "running") == 1, "the run has begun")
            time.sleep(RUN_IN_S * (times - 1))
        wait_until(lambda: figure(base, "running") == 0, "the run is stopped", LEAVE_S)
        assert figure(base, "started_total") == times


def test_a_client_that_disconnects_frees_its_place_in_the_queue(serve: Serving, models: Path, tmp_path: Path) -> None:
    base = address(serve, models, tmp_path, run_slots=1)
    url = f"{base}/api/v1/models/endless/classify"
    with asker(url, 0):
        wait_until(lambda: figure(base, "running") == 1, "the first runs")
        with asker(url, 1):
            wait_until(lambda: figure(base, "waiting") == 1, "the second waits")
        wait_until(lambda: figure(base, "waiting") == 0, "the second has left", LEAVE_S)
        assert figure(base, "started_total") == 1


def test_a_run_that_takes_too_long_is_stopped(serve: Serving, models: Path, tmp_path: Path) -> None:
    base = address(serve, models, tmp_path, run_time_limit_s=RUN_IN_S)
    for _ in range(2):  # while the network is being loaded, and while it runs
        answer = httpx.post(f"{base}/api/v1/models/endless/classify", files={"file": photo(0)}, timeout=LEAVE_S)
        assert (answer.status_code, answer.json()["error"]["code"]) == (504, "timed_out")
