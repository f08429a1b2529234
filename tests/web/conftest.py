"""What the tests over HTTP share: a picture on the server, its pages, and a server in this process for odd settings."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest
from fastapi import FastAPI

from app.settings import Settings
from app.web.server import listen, server_for

Serving = Callable[[FastAPI, Settings], int]
WAIT_S = 60


def wait_until(condition: Callable[[], bool], what: str, limit_s: float = WAIT_S) -> None:
    """Look again and again; what has not come about within `limit_s` seconds is a failure."""
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, f"{what} within {limit_s} s"
        time.sleep(0.01)


@contextmanager
def running(app: FastAPI, settings: Settings) -> Iterator[int]:
    started = threading.Event()
    server = server_for(app, settings, started.set)
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
