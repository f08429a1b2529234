"""What many tests share: real photos, and ConvScope itself, started as a user would."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "static" / "samples"
START_S = 100


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(data_dir: Path, **settings: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start `convscope serve` in a process of its own and wait until it answers. Returns it and its address."""
    port = free_port()
    variables = {f"CONVSCOPE_{name.upper()}": value for name, value in settings.items()}
    environment = os.environ | {"CONVSCOPE_PORT": str(port), "CONVSCOPE_DATA_DIR": str(data_dir)} | variables
    process = subprocess.Popen([sys.executable, "-m", "app.cli", "serve"], cwd=ROOT, env=environment)
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended at once"
        try:
            httpx.get(f"{address}/healthz").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return process, address
    process.kill()
    raise AssertionError(f"the server did not answer within {START_S} s")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running ConvScope with the shipped networks."""
    process, address = start(tmp_path_factory.mktemp("data"))
    yield address
    process.terminate()
    assert process.wait(30) == 0


@pytest.fixture
def client(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{server}/api/v1", timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def cat() -> bytes:
    """A photo of a cat as JPEG."""
    return (SAMPLES / "cat.jpg").read_bytes()
