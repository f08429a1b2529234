"""The API of an app in this process, called as over HTTP."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from fastapi import FastAPI

ADDRESS = "http://localhost/api/v1"
LIMIT_S = 300


class ApiClient:
    """Calls one after the other; an exception of the app is the response 500, as with a server."""

    def __init__(self, app: FastAPI, runner: asyncio.Runner) -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url=ADDRESS, timeout=LIMIT_S)
        self._runner = runner

    def get(self, path: str) -> httpx.Response:
        return self._runner.run(self._client.get(path))

    def post(self, path: str, **parts: Any) -> httpx.Response:
        return self._runner.run(self._client.post(path, **parts))


@contextmanager
def open_client(app: FastAPI) -> Iterator[ApiClient]:
    """A client of the app, in an event loop of its own."""
    with asyncio.Runner() as runner:
        yield ApiClient(app, runner)
