"""A real server in this process, for what only the transport shows."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from fastapi import FastAPI

from app.settings import Settings
from app.web.server import listen, server_for

Serving = Callable[[FastAPI, Settings], int]


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


@pytest.fixture(scope="module")
def serve() -> Iterator[Serving]:
    """Serve an app on a free port until the end of the module; gives the port."""
    with ExitStack() as stack:
        yield lambda app, settings: stack.enter_context(running(app, settings))
