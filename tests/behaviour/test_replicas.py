"""Three servers behind HAProxy as it is configured here: one run for equal requests, and servers that die or leave."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import pytest

from tests.conftest import ROOT, free_port, start, wait_until

HAPROXY = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")
SERVERS = 3
MODEL = "resnet18-imagenette"
LAYER = "conv2_1.conv1"
OTHER_MODELS = ["alexnet-imagenette", "googlenet-imagenette", "lenet5", "mobilenet_v1-imagenette", "vgg16-imagenette"]
CONFIGURATION = ROOT / "deploy" / "haproxy.cfg"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(HAPROXY is None and "CI" not in os.environ, reason="haproxy is not installed"),
]


@dataclass(frozen=True)
class Replicas:
    """A client of the balancer, and the servers behind it by their addresses."""

    client: httpx.Client
    servers: dict[str, subprocess.Popen[bytes]]

    def figures(self, name: str) -> dict[str, float]:
        """A figure of each server that runs."""
        pattern = re.compile(rf"^{re.escape(name)} (\S+)$", re.MULTILINE)
        running = [server for server, process in self.servers.items() if process.poll() is None]
        return {server: float(pattern.findall(self.client.get(f"{server}/metrics").text)[0]) for server in running}

    def runs(self) -> dict[str, float]:
        """How many runs each server has made."""
        return self.figures("convscope_runs_total")

    def server_of_explanation(self) -> str:
        """The server that computes an explanation now; empty if none does."""
        running = self.figures('convscope_queue_running{queue="explaining"}')
        return next((server for server, count in running.items() if count), "")

    def statuses(self, address: str) -> list[int]:
        """Those of some requests, one after the other."""
        return [self.client.get(address).status_code for _ in range(50)]


def configuration(servers: list[str], port: int, metrics_port: int) -> str:
    """The one that ships, with these servers and ports in place of its own."""
    lines = "".join(f"    server {n} {server.removeprefix('http://')}\n" for n, server in enumerate(servers))
    text, count = re.subn(r"(?m)(^    server \w+ 127\.0\.0\.1:\d+\n)+", lines, CONFIGURATION.read_text())
    assert count == 2
    return text.replace("bind :8000", f"bind 127.0.0.1:{port}").replace("127.0.0.1:8404", f"127.0.0.1:{metrics_port}")


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait(30)


@pytest.fixture(scope="module")
def replicas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicas]:
    assert HAPROXY is not None
    folder = tmp_path_factory.mktemp("replicas")
    settings = {"threads": "1", "proxies": "127.0.0.1", "drain_s": "3"}
    with ExitStack() as stack:
        with ThreadPoolExecutor(SERVERS) as pool:
            started = list(pool.map(lambda _: start(folder / "data", **settings), range(SERVERS)))
        for process, _ in started:
            stack.callback(end, process)
        port, file = free_port(), folder / "haproxy.cfg"
        file.write_text(configuration([address for _, address in started], port, free_port()))
        stack.callback(end, subprocess.Popen([HAPROXY, "-q", "-db", "-f", file]))
        client = stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=100))
        wait_until(lambda: is_ready(client), "the balancer answers")
        yield Replicas(client, {address: process for process, address in started})


def is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").is_success
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def image(replicas: Replicas, cat: bytes) -> str:
    identity: str = replicas.client.post("/api/v1/images", files={"file": cat}).json()["id"]
    return identity


def test_twenty_requests_for_one_layer_make_one_run(replicas: Replicas, image: str) -> None:
    before = replicas.runs()
    with ThreadPoolExecutor(20) as people:
        address = f"/api/v1/models/{MODEL}/images/{image}/layers/{LAYER}.png"
        answers = list(people.map(lambda _: replicas.client.get(address), range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert sum(replicas.runs().values()) - sum(before.values()) == 1


def test_pages_and_the_api_ask_the_same_server(replicas: Replicas, image: str) -> None:
    listed = replicas.client.get("/api/v1/models").json()
    pinned = {network["id"]: network["pinned"] for network in listed}
    before = replicas.runs()
    for name in OTHER_MODELS:
        for address in (
            f"/api/v1/models/{pinned[name]}/images/{image}/layers",
            f"/api/v1/models/{name}/images/{image}/predictions",
            f"/?image={image}&model={name}",
            f"/experiments/switch-off?model={name}&image={image}",
        ):
            replicas.client.get(address).raise_for_status()
    made = [count - before[server] for server, count in replicas.runs().items()]
    assert sum(made) == len(OTHER_MODELS)
    assert max(made) < len(OTHER_MODELS), "all are on one server"


def test_a_folder_is_evaluated_where_its_page_looks(replicas: Replicas) -> None:
    page = replicas.client.get("/experiments/folder?model=lenet5").text
    collection = re.findall(r"collections/([0-9a-f]+)/evaluations", page)[0]
    answer = replicas.client.post(f"/api/v1/models/lenet5/collections/{collection}/evaluations", json={})
    assert "event: done" in answer.text
    page = replicas.client.get(f"/experiments/folder?model=lenet5&collection={collection}").text
    assert 'class="computation"' not in page


def test_every_server_has_the_same_entity_tags(replicas: Replicas, image: str) -> None:
    address = f"/api/v1/models/{MODEL}/images/{image}/layers/{LAYER}.png"
    answers = [replicas.client.get(f"{server}{address}") for server in replicas.servers]
    assert len({(answer.headers["etag"], answer.content) for answer in answers}) == 1


def test_the_metrics_of_a_server_that_nobody_chose_are_not_passed_on(replicas: Replicas) -> None:
    answer = replicas.client.get("/metrics")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_a_server_that_dies_loses_no_request(replicas: Replicas, image: str) -> None:
    base = f"/api/v1/models/{MODEL}/images/{image}"
    with ThreadPoolExecutor(4) as people:
        slow = people.submit(replicas.client.get, f"{base}/explanations/rise.npy?masks=1000")
        wait_until(lambda: replicas.server_of_explanation() != "", "a server computes it")
        dying = replicas.server_of_explanation()
        quick = [people.submit(replicas.statuses, f"{base}/layers/{LAYER}.png") for _ in range(3)]
        end(replicas.servers[dying])
        assert {status for each in quick for status in each.result()} == {200}
        assert slow.result().status_code == 200


def test_a_server_that_is_restarted_loses_no_request(replicas: Replicas, cat: bytes) -> None:
    leaving = replicas.servers[next(iter(replicas.runs()))]
    leaving.terminate()
    while leaving.poll() is None:
        assert replicas.client.post("/api/v1/images", files={"file": cat}).status_code == 201
        assert replicas.client.get("/api/v1/models").status_code == 200
    assert leaving.returncode == 0


def test_without_servers_the_balancer_says_so_in_the_same_form(replicas: Replicas) -> None:
    for process in replicas.servers.values():
        end(process)
    answer = replicas.client.get("/api/v1/models")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "overloaded")
    assert int(answer.headers["retry-after"]) > 0
    for address in ("/v2", "/v2/models/lenet5"):
        assert isinstance(replicas.client.get(address).json()["error"], str)
    page = replicas.client.get("/", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert "Try again" in page.text
