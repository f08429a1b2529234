"""Replicas on Ray Serve: closed to other machines, the same API, no request lost when one dies or they are scaled."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from threading import Event

import httpx
import pytest

from tests.cluster.conftest import Cluster
from tests.conftest import ROOT, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
QUICK = 8  # clients
SUITE = ("tests/web", "tests/behaviour")
# What differs by design: metrics and measured times are those of one replica, and Ray's server writes a head by itself.
NOT_OF_A_CLUSTER = (
    "tests/web/api/explanations/test_progress.py::test_an_explanation_stops_when_its_last_client_hangs_up",
    "tests/web/edge/test_joined_writes.py::test_a_server_sends_the_head_of_a_response_with_its_body",
    "tests/web/pages/comparison/test_table.py::test_a_measured_time_is_shown_and_given_by_the_api",
    "tests/web/pages/comparison/test_table.py::test_every_heading_sorts_and_reverses_the_order[time]",
)


def test_every_socket_listens_on_the_loopback_interface(cluster: Cluster) -> None:
    lines = subprocess.run(["ss", "-Hltnp"], capture_output=True, text=True, check=True).stdout.splitlines()
    listening = {
        int(pid): line.split()[3].rpartition(":")[0] for line in lines for pid in re.findall(r"pid=(\d+)", line)
    }
    ours = {pid: address for pid, address in listening.items() if is_of(pid, cluster)}
    assert len(ours) > 5
    assert {pid for pid, address in ours.items() if not is_loopback(address)} == set()


def is_of(pid: int, cluster: Cluster) -> bool:
    with open(f"/proc/{pid}/environ", "rb") as environment:  # noqa: PTH123  # it may have ended
        return f"{cluster.folder}/token".encode() in environment.read()


def is_loopback(address: str) -> bool:
    ip = ip_address(address.strip("[]").removeprefix("::ffff:"))
    return ip.is_loopback


def test_status_counts_the_replicas(cluster: Cluster) -> None:
    told = cluster.command("status", "--json")
    assert told.returncode == 0
    assert json.loads(told.stdout)["states"] == {"RUNNING": 2}


def test_the_suite_of_the_server_passes(cluster: Cluster) -> None:
    environment = cluster.environment | {"CONVSCOPE_RUNNING_SERVER": cluster.address}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *SUITE]
    command += [argument for test in NOT_OF_A_CLUSTER for argument in ("--deselect", test)]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=800)
    assert run.returncode == 0, run.stdout[-4000:]


def test_both_replicas_answer_with_the_same_entity_tag(
    cluster: Cluster, cat: bytes, replicas: Callable[[], list[int]]
) -> None:
    image = httpx.post(f"{cluster.address}/api/v1/images", files={"file": cat}).json()["id"]
    path = f"/api/v1/models/lenet5/images/{image}/view.png"
    answers = [httpx.get(f"http://127.0.0.1:{port}{path}") for port in ports_of(replicas())]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len({answer.headers["etag"] for answer in answers}) == 1


def ports_of(processes: list[int]) -> list[int]:
    """Those that answer HTTP; a replica also listens for Ray."""
    lines = subprocess.run(["ss", "-Hltnp"], capture_output=True, text=True, check=True).stdout.splitlines()
    mine = [line for line in lines if any(f"pid={pid}," in line for pid in processes)]
    return [int(line.split()[3].rpartition(":")[2]) for line in mine if "127.0.0.1:" in line and "::ffff" not in line]


def test_slow_heads_are_closed(cluster: Cluster) -> None:
    host, port = cluster.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=40) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        assert client.recv(100) == b""


class Load:
    """Clients that ask for what is quick until they are stopped, and what they were answered."""

    def __init__(self, address: str, image: str) -> None:
        self.stop = Event()
        self.statuses: list[int | str] = []
        self._address, self._image = address, image
        self._pool = ThreadPoolExecutor(QUICK)

    def __enter__(self) -> "Load":
        self._futures = [self._pool.submit(self._ask) for _ in range(QUICK)]
        wait_until(lambda: len(self.statuses) > QUICK, "the load has begun")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self._pool.shutdown()

    def _ask(self) -> None:
        paths = ("/api/v1/models", f"/api/v1/models/lenet5/images/{self._image}/view.png", "/healthz")
        with httpx.Client(base_url=self._address, timeout=60) as client:
            while not self.stop.is_set():
                for path in paths:
                    try:
                        answer = client.get(path)
                        refused = answer.status_code == 503 and "retry-after" not in answer.headers
                        self.statuses.append("no Retry-After" if refused else answer.status_code)
                    except httpx.TransportError as error:
                        self.statuses.append(type(error).__name__)


@pytest.fixture
def shared_image(cluster: Cluster, cat: bytes) -> str:
    identity: str = httpx.post(f"{cluster.address}/api/v1/images", files={"file": cat}).json()["id"]
    return identity


def test_no_request_is_lost_when_a_replica_is_killed(
    cluster: Cluster, shared_image: str, replicas: Callable[[], list[int]]
) -> None:
    before = replicas()
    assert len(before) == 2
    with Load(cluster.address, shared_image) as load:
        os.kill(before[0], signal.SIGKILL)
        wait_until(lambda: len(set(replicas()) - {before[0]}) == 2, "another replica", 120)
        wait_until(lambda: cluster.command("status").returncode == 0, "two that run", 120)
    assert set(load.statuses) == {200}


def test_no_request_is_lost_when_the_number_of_replicas_changes(
    cluster: Cluster, shared_image: str, replicas: Callable[[], list[int]]
) -> None:
    before = set(replicas())
    with Load(cluster.address, shared_image) as load:
        for count in (1, 2):
            assert cluster.command("up", "--replicas", str(count)).returncode == 0
            wait_until(lambda: len(replicas()) == count, f"{count} replicas", 120)  # noqa: B023  # called at once
        time.sleep(1)
    assert len(before & set(replicas())) == 1, "the one that stayed was replaced"
    assert set(load.statuses) == {200}


def test_events_pass_as_they_come(cluster: Cluster, cat: bytes) -> None:
    image = httpx.post(f"{cluster.address}/api/v1/images", files={"file": cat}).json()["id"]
    base = f"{cluster.address}/api/v1/models/lenet5/images/{image}/explanations/rise"
    with httpx.stream("GET", f"{base}/events", params={"masks": 2000}, timeout=60) as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        names = [line for line in events.iter_lines() if line.startswith("event:")]
    assert set(names) == {"event: progress", "event: done"}


def test_an_explanation_stops_when_its_client_hangs_up(
    cluster: Cluster, shared_image: str, replicas: Callable[[], list[int]]
) -> None:
    base = f"{cluster.address}/api/v1/models/squeezenet1_1/images/{shared_image}/explanations/rise"
    with httpx.stream("GET", f"{base}/events", params={"masks": 8000}, timeout=60) as events:
        lines = events.iter_lines()  # without a reader the stream would be closed
        assert next(lines).startswith("event:")
        wait_until(lambda: explanations_of(replicas()) == 1, "the explanation is computed")
    wait_until(lambda: explanations_of(replicas()) == 0, "the end of the explanation")


def explanations_of(processes: list[int]) -> float:
    """How many explanations the replicas compute, by the metrics of each."""
    pages = [httpx.get(f"http://127.0.0.1:{port}/metrics").text for port in ports_of(processes)]
    counts = [re.search(r'convscope_queue_running\{queue="explaining"\} (\S+)', page) for page in pages]
    return sum(float(each[1]) for each in counts if each)
