"""The balancer's file: nothing but the frontend of the settings is open, and the replicas are those that Ray names."""

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from app.cluster.haproxy import SHIPPED, complete
from tests.conftest import free_port

# As Ray 2.60 writes it, without what does not matter here.
RAY = """global
    stats socket {folder}/socket mode 666 level admin expose-fd listeners
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
frontend prometheus
    bind :9101
frontend http_frontend
    bind 127.0.0.1:45001
    default_backend http-convscope
backend http-convscope
    server SERVE_REPLICA-one 127.0.0.1:30000 check
    server SERVE_REPLICA-two 127.0.0.1:30001 check observe layer4 error-limit 3 on-error mark-down
    server SERVE_PROXY-fallback 127.0.0.1:8500 check backup
listen stats
  bind *:8404
"""

needs_haproxy = pytest.mark.skipif(
    shutil.which("haproxy", path="/usr/sbin:/usr/bin") is None, reason="haproxy is not installed"
)


class Echo(BaseHTTPRequestHandler):
    """A server that answers with what the balancer says of the client, and with its own port."""

    def do_GET(self) -> None:
        said = [self.headers.get_all(name) for name in ("X-Forwarded-For", "X-Forwarded-Proto")]
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Port", str(self.connection.getsockname()[1]))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def echoes() -> Iterator[list[int]]:
    """The ports of two such servers."""
    with ExitStack() as stack:
        servers = [stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Echo)) for _ in range(2)]
        for server in servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
        yield [server.server_port for server in servers]


@pytest.fixture
def completed() -> str:
    return complete(RAY, SHIPPED.read_text(), "192.0.2.7:8000")


def test_what_ray_opens_is_closed(completed: str) -> None:
    binds = re.findall(r"(?m)^\s*bind (\S+)", completed)
    assert binds == ["127.0.0.1:9101", "127.0.0.1:45001", "127.0.0.1:8404", "192.0.2.7:8000"]


def test_the_admin_socket_is_the_users_alone(completed: str) -> None:
    assert re.findall(r"stats socket .* mode (\d+)", completed) == ["600"]


def test_the_replicas_are_rays_without_its_own_proxy(completed: str) -> None:
    replicas = ["SERVE_REPLICA-one 127.0.0.1:30000", "SERVE_REPLICA-two 127.0.0.1:30001"]
    for backend in ("views", "others"):
        servers = completed.partition(f"backend {backend} ")[2].partition(".endif")[0]
        assert re.findall(r"(?m)^    server (\S+ \S+)$", servers) == replicas


def test_a_completed_file_is_not_completed_twice(completed: str) -> None:
    assert complete(completed, SHIPPED.read_text(), "192.0.2.7:8000") == completed


def test_a_shipped_file_of_another_form_is_refused() -> None:
    """Rather than a balancer without the replicas, or on another address."""
    with pytest.raises(ValueError, match="bind"):
        complete(RAY, SHIPPED.read_text().replace("bind :8000", "bind :80"), "192.0.2.7:8000")


@needs_haproxy
def test_haproxy_accepts_the_file(tmp_path: Path) -> None:
    file = tmp_path / "haproxy.cfg"
    file.write_text(complete(RAY.format(folder=tmp_path), SHIPPED.read_text(), "127.0.0.1:8000"))
    check = subprocess.run(["/usr/sbin/haproxy", "-c", "-f", file], capture_output=True, text=True, check=False)
    assert "Configuration file is valid" in check.stdout, check.stderr


@needs_haproxy
@pytest.mark.parametrize(
    ("proxy", "expected"),
    [("192.0.2.1", ["127.0.0.1", "http"]), ("127.0.0.1", ["198.51.100.1", "https"])],
    ids=["client", "another proxy"],
)
def test_the_balancer_says_who_the_client_is(
    tmp_path: Path, echoes: list[int], proxy: str, expected: list[str]
) -> None:
    """What it is told of that passes only if it comes from the proxy that the file names."""
    shipped = re.sub(
        r"# (http-request set-(?:src|var\(txn\.proxied\)).*)192\.0\.2\.1", rf"\g<1>{proxy}", SHIPPED.read_text()
    )
    headers = {"X-Forwarded-For": "198.51.100.1", "X-Forwarded-Proto": "https"}
    with balancing(tmp_path, shipped, echoes) as address:
        assert first_answer(address, headers).json() == [[value] for value in expected]


@needs_haproxy
def test_the_steps_of_one_training_go_to_one_server(tmp_path: Path, echoes: list[int]) -> None:
    """By itself and in a lesson, where the names of the parameters begin with that of the figure."""
    with balancing(tmp_path, SHIPPED.read_text(), echoes) as address, httpx.Client(trust_env=False) as client:
        first_answer(address, {})
        ports = [
            {
                client.get(f"{address}{path}?{name}rate=0.1&{name}seed={seed}&{name}step={step}").headers["X-Port"]
                for path, name in (("figures/training", ""), ("learn/training/figures/training", "training."))
                for step in (0, 5, 10)
            }
            for seed in range(16)
        ]
    assert {len(each) for each in ports} == {1}
    assert len(set.union(*ports)) == len(echoes)


@contextmanager
def balancing(folder: Path, shipped: str, ports: list[int]) -> Iterator[str]:
    """The address of the balancer with this configuration, before servers on these ports."""
    port, file = free_port(), folder / "haproxy.cfg"
    for place, behind in enumerate(ports, start=8001):
        shipped = shipped.replace(f"127.0.0.1:{place}", f"127.0.0.1:{behind}")
    file.write_text(shipped.replace("bind :8000", f"bind 127.0.0.1:{port}").replace(":8404", f":{free_port()}"))
    with subprocess.Popen(["/usr/sbin/haproxy", "-f", file], stderr=subprocess.DEVNULL) as balancer:
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            balancer.kill()


def first_answer(address: str, headers: dict[str, str]) -> httpx.Response:
    """The answer once the balancer has begun and found its servers."""
    deadline = monotonic() + 60
    while monotonic() < deadline:
        try:
            answer = httpx.get(address, headers=headers, trust_env=False)
        except httpx.TransportError:
            sleep(0.1)
            continue
        if answer.is_success:
            return answer
        sleep(0.1)
    raise AssertionError("the balancer did not answer")
