"""Shared by many tests: real photos, and a running ConvScope, started as a user does."""

import gc
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import settings as hypothesis_settings

from app.settings import Settings, read_settings
from app.web.edge.server import create_server, listen

Serving = Callable[[FastAPI, Settings], int]
WAIT_S = 60

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "static" / "samples"
START_S = 100
RUNNING = os.environ.get("CONVSCOPE_RUNNING_SERVER")  # an address: the tests of a server ask that one
COMMAND = (sys.executable, "-m", "app.cli.main")  # `convscope`, from this folder

# No test depends on how busy the machine is.
hypothesis_settings.register_profile("untimed", hypothesis_settings(), deadline=None)
hypothesis_settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def no_trusted_certificates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests speak plain HTTP. Each client of httpx would read the machine's 150 certificates, which takes it 20 ms."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SSL_CERT_FILE", raising=False)
        patch.setenv("SSL_CERT_DIR", str(tmp_path_factory.mktemp("certificates")))
        yield


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Modules and cases stay until the end: they are not searched for garbage, while they are collected or later."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if RUNNING:  # the others start what they test by themselves
        items[:] = [item for item in items if "server" in getattr(item, "fixturenames", ())]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(data_dir: Path, **settings: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start `convscope serve` from the repository. Returns the process and its address."""
    return start_command(COMMAND, ROOT, data_dir, settings)


def start_command(
    command: Sequence[str], folder: Path, data_dir: Path, settings: Mapping[str, str]
) -> tuple[subprocess.Popen[bytes], str]:
    """Start `serve` of a command in a folder and wait until it responds. Returns the process and its address."""
    port = free_port()
    variables = {f"CONVSCOPE_{name.upper()}": value for name, value in settings.items()}
    environment = os.environ | {"CONVSCOPE_PORT": str(port), "CONVSCOPE_DATA_DIR": str(data_dir)} | variables
    process = subprocess.Popen([*command, "serve"], cwd=folder, env=environment)
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START_S
    with httpx.Client(base_url=address) as client:
        while time.monotonic() < deadline:
            assert process.poll() is None, "the server ended at once"
            try:
                client.get("healthz").raise_for_status()
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return process, address
    process.kill()
    raise AssertionError(f"the server did not answer within {START_S} s")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running ConvScope with the shipped networks."""
    if RUNNING:
        yield RUNNING
        return
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


def wait_until(condition: Callable[[], bool], what: str, limit_s: float = WAIT_S) -> None:
    """Look again and again; what has not come about within `limit_s` seconds is a failure."""
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, f"{what} within {limit_s} s"
        time.sleep(0.01)


@contextmanager
def running(app: FastAPI, settings: Settings) -> Iterator[int]:
    started = threading.Event()
    server = create_server(app, settings, started.set)
    with listen(settings) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            assert started.wait(20), "the server did not start"
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(20)
    assert not thread.is_alive(), "the server did not stop"


@contextmanager
def serving(data: Path, models: Path = ROOT / "models", **settings: object) -> Iterator[str]:
    """The address of a ConvScope in this process with the networks of the folder `models`."""
    from app.main import create_app  # it takes a second, which tests without a server do without

    chosen = read_settings(port=0, data_dir=data, models_dir=models, **settings)
    with running(create_app(chosen), chosen) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def image(server: str, cat: bytes) -> str:
    """The id of the cat's picture on the server."""
    answer = httpx.post(f"{server}/api/v1/images", files={"file": cat})
    assert answer.status_code == 201
    identity: str = answer.json()["id"]
    return identity


@pytest.fixture(scope="session")
def site(server: str) -> Iterator[httpx.Client]:
    """The server as a browser asks it."""
    with httpx.Client(base_url=server, headers={"Accept": "text/html"}, timeout=60) as site:
        yield site


@pytest.fixture(scope="session")
def visited() -> dict[httpx.URL, int]:
    """What each link that a page's test followed was answered with."""
    return {}


@pytest.fixture(scope="module")
def serve() -> Iterator[Serving]:
    """Serve an app on a free port until the end of the module; gives the port."""
    with ExitStack() as stack:
        yield lambda app, settings: stack.enter_context(running(app, settings))
