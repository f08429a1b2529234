"""The balancer's file: nothing but the frontend of the settings is open, and the replicas are those that Ray names."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.cluster.haproxy import SHIPPED, complete

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


@pytest.mark.skipif(shutil.which("haproxy", path="/usr/sbin:/usr/bin") is None, reason="haproxy is not installed")
def test_haproxy_accepts_the_file(tmp_path: Path) -> None:
    file = tmp_path / "haproxy.cfg"
    file.write_text(complete(RAY.format(folder=tmp_path), SHIPPED.read_text(), "127.0.0.1:8000"))
    check = subprocess.run(["/usr/sbin/haproxy", "-c", "-f", file], capture_output=True, text=True, check=False)
    assert "Configuration file is valid" in check.stdout, check.stderr
